import { timeAxis } from './time-axis.js'
import type { History, Stretch } from './timeline.js'

/** More rows than these say nothing more; the middle is left out. */
const MOST_ROWS = 40
/** Short: Mermaid lets a longer name run into the bars. */
const SECTIONS: readonly (readonly [Stretch['kind'], string])[] = [
  ['step', 'This step'],
  ['retry', 'Retries'],
  ['snapshot', 'In Atlas'],
]
/** What is over sooner is nothing that a reader would look for. */
const NOTICEABLE_MS = 100
/** A bar that is shorter than this share of the whole could not be seen. */
const SHORTEST_SHARE = 0.01
/** A longer name finds room on neither side of its bar. */
const LONGEST_NAME = 60
const LONGEST_STATUS = 30
const STATUS_NAMES: Readonly<Record<string, string>> = { queued: 'queued', inProgress: 'in progress' }
/** Beside their marks. Mermaid sets a name as short as `failed` on its mark, where that is at the right border. */
const END_NAMES: Readonly<Record<string, string>> = { completed: 'completed', failed: 'snapshot failed' }

/**
 * A step's history as a Mermaid gantt, `undefined` where one thing at most took time. Whatever Mermaid could read as
 * more than a name is taken out of the names, since a status is Atlas's own word.
 *
 * @param dataAsOf the instant whose data the snapshot holds, ISO 8601; drawn where it lies within the history
 */
export function ganttOf(history: History, dataAsOf?: string): string | undefined {
  const { stretches, startedAt, endedAt } = history
  if (stretches.filter(({ from, to }) => to - from >= NOTICEABLE_MS).length < 2) return undefined
  const span = endedAt - startedAt
  const sections = SECTIONS.flatMap(([kind, name]) => {
    const own = shorten(stretches.filter((stretch) => stretch.kind === kind))
    const end = kind === 'snapshot' ? endRow(own) : []
    const bars = own.slice(0, own.length - end.length).map((stretch) => barOf(stretch, span * SHORTEST_SHARE))
    const rows = [...bars, ...(kind === 'snapshot' ? dataRow(history, dataAsOf) : []), ...end]
    return rows.length === 0 ? [] : [`  section ${name}`, ...rows]
  })
  return [
    'gantt',
    '  title Times in UTC',
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    ...timeAxis(span).map((line) => `  ${line}`),
    '  todayMarker off',
    ...sections,
  ].join('\n')
}

/** The mark of the end that was seen last, nothing where the snapshot goes on. */
function endRow(seen: readonly Stretch[]): string[] {
  const { label = '', from = 0 } = seen.at(-1) ?? {}
  if (!Object.hasOwn(END_NAMES, label)) return []
  // Where a snapshot had ended before it was seen first, nothing tells when.
  const name = seen.length === 1 ? `${label} before` : END_NAMES[label]
  return [`  ${name} :${label === 'failed' ? 'crit, ' : ''}milestone, ${instant(from)}, 0ms`]
}

/** The chart is by the runner's clock, the instant by Atlas's. */
function dataRow({ startedAt, endedAt, aheadOfAtlasMs }: History, dataAsOf = ''): string[] {
  const at = Date.parse(dataAsOf) + aheadOfAtlasMs
  return at >= startedAt && at <= endedAt ? [`  restore point :milestone, ${instant(at)}, 0ms`] : []
}

/** Without Mermaid's `done` and `active`, whose colours hide the names on a dark page. */
function barOf(stretch: Stretch, shortest: number): string {
  const { kind, from, to } = stretch
  const tag = kind === 'retry' ? 'crit, ' : ''
  return `  ${nameOf(stretch)} :${tag}${instant(from)}, ${instant(Math.max(to, from + shortest))}`
}

/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

/** A word that is none of the known ones could be one of Mermaid's own, such as `section`, at the start of a line. */
function nameOf({ kind, label }: Stretch): string {
  if (kind !== 'snapshot') return plain(label, LONGEST_NAME)
  return Object.hasOwn(STATUS_NAMES, label)
    ? (STATUS_NAMES[label] ?? '')
    : plain(`status ${label}`, LONGEST_STATUS)
}

function plain(label: string, longest: number): string {
  const name = label.replace(/[^a-zA-Z0-9().-]+/g, ' ').trim()
  return name === '' ? 'unknown' : name.slice(0, longest).trim()
}

function shorten(stretches: readonly Stretch[]): readonly Stretch[] {
  if (stretches.length <= MOST_ROWS) return stretches
  return [...stretches.slice(0, MOST_ROWS / 2), ...stretches.slice(-MOST_ROWS / 2)]
}
