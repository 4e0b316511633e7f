import type { History, Span } from './timeline.js'

/** More rows than these say nothing more; the middle is left out. */
const MAX_ROWS = 40
/** Short: Mermaid lets a longer name run into the bars. */
const SECTIONS: readonly (readonly [Span['kind'], string])[] = [
  ['step', 'This step'],
  ['retry', 'Retries'],
  ['snapshot', 'In Atlas'],
]
/** What is over sooner is nothing that a reader would look for. */
const MIN_VISIBLE_MS = 100
/** A bar that is shorter than this share of the whole could not be seen. */
const MIN_BAR_FRACTION = 0.01
/** A longer name finds room on neither side of its bar. */
const MAX_NAME_LENGTH = 60
const MAX_STATUS_LENGTH = 30
const STATUS_NAMES: Readonly<Record<string, string>> = { queued: 'queued', inProgress: 'in progress' }
/** Beside their marks. Mermaid sets a name as short as `failed` on its mark, where that is at the right border. */
const END_NAMES: Readonly<Record<string, string>> = { completed: 'completed', failed: 'snapshot failed' }

/**
 * A step's history as a Mermaid gantt, `undefined` where one thing at most took time. Whatever Mermaid could read as
 * more than a name is taken out of the names, since a status is Atlas's own word.
 *
 * @param dataAsOf the instant whose data the snapshot holds, ISO 8601; drawn where it lies within the history
 */
export function renderGantt(history: History, dataAsOf?: string): string | undefined {
  const { spans, startedAt, endedAt } = history
  if (spans.filter(({ from, to }) => to - from >= MIN_VISIBLE_MS).length < 2) return undefined
  const span = endedAt - startedAt
  const sections = SECTIONS.flatMap(([kind, name]) => {
    const own = shorten(spans.filter((stretch) => stretch.kind === kind))
    const end = kind === 'snapshot' ? renderEnd(own) : []
    const bars = own
      .slice(0, own.length - end.length)
      .map((stretch) => renderBar(stretch, span * MIN_BAR_FRACTION))
    const rows = [...bars, ...(kind === 'snapshot' ? renderRestorePoint(history, dataAsOf) : []), ...end]
    return rows.length === 0 ? [] : [`  section ${name}`, ...rows]
  })
  return [
    'gantt',
    '  title Times in UTC',
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    ...renderTimeAxis(span).map((line) => `  ${line}`),
    '  todayMarker off',
    ...sections,
  ].join('\n')
}

/** The mark of the end that was seen last, nothing where the snapshot goes on. */
function renderEnd(seen: readonly Span[]): string[] {
  const { label = '', from = 0 } = seen.at(-1) ?? {}
  if (!Object.hasOwn(END_NAMES, label)) return []
  // Where a snapshot had ended before it was seen first, nothing tells when.
  const name = seen.length === 1 ? `${label} before` : END_NAMES[label]
  return [`  ${name} :${label === 'failed' ? 'crit, ' : ''}milestone, ${instant(from)}, 0ms`]
}

/** The chart is by the runner's clock, the instant by Atlas's. */
function renderRestorePoint({ startedAt, endedAt, clockSkewMs }: History, dataAsOf = ''): string[] {
  const at = Date.parse(dataAsOf) + clockSkewMs
  return at >= startedAt && at <= endedAt ? [`  restore point :milestone, ${instant(at)}, 0ms`] : []
}

/** Without Mermaid's `done` and `active`, whose colours hide the names on a dark page. */
function renderBar(stretch: Span, shortest: number): string {
  const { kind, from, to } = stretch
  const tag = kind === 'retry' ? 'crit, ' : ''
  return `  ${spanName(stretch)} :${tag}${instant(from)}, ${instant(Math.max(to, from + shortest))}`
}

/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

/** A word that is none of the known ones could be one of Mermaid's own, such as `section`, at the start of a line. */
function spanName({ kind, label }: Span): string {
  if (kind !== 'snapshot') return plain(label, MAX_NAME_LENGTH)
  return Object.hasOwn(STATUS_NAMES, label)
    ? (STATUS_NAMES[label] ?? '')
    : plain(`status ${label}`, MAX_STATUS_LENGTH)
}

function plain(label: string, longest: number): string {
  const name = label.replace(/[^a-zA-Z0-9().-]+/g, ' ').trim()
  return name === '' ? 'unknown' : name.slice(0, longest).trim()
}

function shorten(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= MAX_ROWS) return spans
  return [...spans.slice(0, MAX_ROWS / 2), ...spans.slice(-MAX_ROWS / 2)]
}
/** More ticks than these draw a fence through the names of the chart. */
const MAX_TICKS = 6
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Intervals that a clock's face knows, with what Mermaid calls them. */
const INTERVALS: readonly (readonly [ms: number, name: string])[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * SECOND, `${count}second`] as const),
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * MINUTE, `${count}minute`] as const),
  ...[1, 2, 3, 6, 12].map((count) => [count * HOUR, `${count}hour`] as const),
]
const MAX_INTERVAL = [DAY, '1day'] as const

/** The lines of a Mermaid gantt that say where its ticks stand and what they show, for a chart of so many milliseconds. */
export function renderTimeAxis(spanMs: number): string[] {
  const [ms, name] = INTERVALS.find(([interval]) => spanMs / interval <= MAX_TICKS) ?? MAX_INTERVAL
  const clock = ms < MINUTE ? '%H:%M:%S' : '%H:%M'
  return [`axisFormat ${spanMs < DAY ? clock : `%b %d ${clock}`}`, `tickInterval ${name}`]
}
