import type { History, Stretch } from './timeline.js'

/** More rows than these say nothing more; the middle is left out. */
const MOST_ROWS = 40
/** Short: Mermaid lets a longer name run into the bars. */
const SECTIONS: readonly (readonly [Stretch['kind'], string])[] = [
  ['step', 'This step'],
  ['retry', 'Retries'],
  ['snapshot', 'In Atlas'],
]
/** A bar that is shorter than this share of the whole could not be seen. */
const SHORTEST_SHARE = 0.01
const LONGEST_NAME = 80
const ENDS: readonly string[] = ['completed', 'failed']
const STATUS_NAMES: Readonly<Record<string, string>> = {
  queued: 'queued',
  inProgress: 'in progress',
  completed: 'completed',
  failed: 'failed',
}

/**
 * A step's history as a Mermaid gantt, `undefined` where one thing at most happened. Whatever Mermaid could read as
 * more than a name is taken out of the names, since a status is Atlas's own word.
 *
 * @param dataAsOf the instant whose data the snapshot holds, ISO 8601; drawn where it lies within the history
 */
export function ganttOf(history: History, dataAsOf?: string): string | undefined {
  const { stretches, startedAt, endedAt } = history
  if (stretches.length < 2) return undefined
  const shortest = (endedAt - startedAt) * SHORTEST_SHARE
  const seen = stretches.filter(({ kind }) => kind === 'snapshot')
  const last = seen.at(-1)
  // Where a snapshot had ended before it was seen first, nothing tells when.
  const endedBefore = seen.length === 1
  const sections = SECTIONS.flatMap(([kind, name]) => {
    const rows = shorten(stretches.filter((stretch) => stretch.kind === kind)).map((stretch) =>
      stretch === last ? lastRowOf(stretch, endedBefore, shortest) : barOf(stretch, shortest),
    )
    if (kind === 'snapshot') rows.push(...dataRow(history, dataAsOf))
    return rows.length === 0 ? [] : [`  section ${name}`, ...rows]
  })
  return [
    'gantt',
    '  title Times in UTC',
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    '  axisFormat %H:%M:%S',
    '  todayMarker off',
    ...sections,
  ].join('\n')
}

/** The status that was seen last: an end is an instant, anything else goes on. */
function lastRowOf(stretch: Stretch, endedBefore: boolean, shortest: number): string {
  const { label, from } = stretch
  if (!ENDS.includes(label)) return barOf(stretch, shortest)
  const tag = label === 'failed' ? 'crit, milestone' : 'milestone'
  return `  ${label}${endedBefore ? ' before' : ''} :${tag}, ${instant(from)}, 0ms`
}

/** Without Mermaid's `done` and `active`, whose colours hide the names on a dark page. */
function barOf(stretch: Stretch, shortest: number): string {
  const { kind, from, to } = stretch
  const tag = kind === 'retry' ? 'crit, ' : ''
  return `  ${nameOf(stretch)} :${tag}${instant(from)}, ${instant(Math.max(to, from + shortest))}`
}

function dataRow({ startedAt, endedAt }: History, dataAsOf = ''): string[] {
  const at = Date.parse(dataAsOf)
  return at >= startedAt && at <= endedAt ? [`  restore point :milestone, ${instant(at)}, 0ms`] : []
}

/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

/** A word that is none of the known ones could be one of Mermaid's own, such as `section`, at the start of a line. */
function nameOf({ kind, label }: Stretch): string {
  if (kind !== 'snapshot') return plain(label)
  return Object.hasOwn(STATUS_NAMES, label) ? (STATUS_NAMES[label] ?? '') : plain(`status ${label}`)
}

function plain(label: string): string {
  const name = label.replace(/[^\p{L}\p{N}().-]+/gu, ' ').trim()
  return name === '' ? 'unknown' : [...name].slice(0, LONGEST_NAME).join('')
}

function shorten(stretches: readonly Stretch[]): readonly Stretch[] {
  if (stretches.length <= MOST_ROWS) return stretches
  return [...stretches.slice(0, MOST_ROWS / 2), ...stretches.slice(-MOST_ROWS / 2)]
}
