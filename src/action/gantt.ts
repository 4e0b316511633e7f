import type { History, Span } from './timeline.js'

/** Of more rows the middle is left out. */
const MAX_ROWS = 40
/** Short names, because Mermaid lets longer ones run into the bars. */
const SECTIONS: readonly (readonly [Span['kind'], string])[] = [
  ['step', 'This step'],
  ['retry', 'Retries'],
  ['snapshot', 'In Atlas'],
]
/** Shorter spans do not matter to a reader. */
const MIN_VISIBLE_MS = 100
/** A bar that is a smaller share of the whole would be invisible. */
const MIN_BAR_FRACTION = 0.01
/** A longer name fits on neither side of its bar. */
const MAX_NAME_LENGTH = 60
const MAX_STATUS_LENGTH = 30
const STATUS_NAMES: Readonly<Record<string, string>> = { queued: 'queued', inProgress: 'in progress' }
/** Beside their marks. Mermaid draws a name as short as `failed` over its mark at the right border. */
const END_NAMES: Readonly<Record<string, string>> = { completed: 'completed', failed: 'snapshot failed' }

/** More ticks would hide the names in the chart. */
const MAX_TICKS = 6
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Round intervals with their names in Mermaid. */
const INTERVALS: readonly (readonly [ms: number, name: string])[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * SECOND, `${count}second`] as const),
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * MINUTE, `${count}minute`] as const),
  ...[1, 2, 3, 6, 12].map((count) => [count * HOUR, `${count}hour`] as const),
]
const MAX_INTERVAL = [DAY, '1day'] as const

/**
 * A step's history as a Mermaid gantt, `undefined` if at most one thing took time. What Mermaid could read as more than a
 * name is removed from the names, because a status is Atlas's own word.
 *
 * @param dataAsOf the restore point, ISO 8601. It is drawn if it is within the history.
 */
export function renderGantt(history: History, dataAsOf?: string): string | undefined {
  const { spans, startedAt, endedAt } = history
  if (spans.filter(({ from, to }) => to - from >= MIN_VISIBLE_MS).length < 2) return undefined
  const durationMs = endedAt - startedAt
  const sections = SECTIONS.flatMap(([kind, name]) => {
    const own = shorten(spans.filter((span) => span.kind === kind))
    const end = kind === 'snapshot' ? renderEnd(own) : []
    const bars = own
      .slice(0, own.length - end.length)
      .map((span) => renderBar(span, durationMs * MIN_BAR_FRACTION))
    const rows = [...bars, ...(kind === 'snapshot' ? renderMilestone(history, dataAsOf) : []), ...end]
    return rows.length === 0 ? [] : [`  section ${name}`, ...rows]
  })
  return [
    'gantt',
    '  title Times in UTC',
    '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    ...renderTimeAxis(durationMs).map((line) => `  ${line}`),
    '  todayMarker off',
    ...sections,
  ].join('\n')
}

/** The mark of the snapshot's end, nothing if it continues. */
function renderEnd(seen: readonly Span[]): string[] {
  const { label = '', from = 0 } = seen.at(-1) ?? {}
  if (!Object.hasOwn(END_NAMES, label)) return []
  // If it had finished when it was first seen, nothing tells when.
  const name = seen.length === 1 ? `${label} before` : END_NAMES[label]
  return [`  ${name} :${label === 'failed' ? 'crit, ' : ''}milestone, ${instant(from)}, 0ms`]
}

/** The chart uses the runner's clock, the restore point Atlas's. */
function renderMilestone({ startedAt, endedAt, clockSkewMs }: History, dataAsOf = ''): string[] {
  const at = Date.parse(dataAsOf) + clockSkewMs
  return at >= startedAt && at <= endedAt ? [`  restore point :milestone, ${instant(at)}, 0ms`] : []
}

/** Without Mermaid's `done` and `active`, whose colors hide the names on a dark page. */
function renderBar(span: Span, minMs: number): string {
  const { kind, from, to } = span
  const tag = kind === 'retry' ? 'crit, ' : ''
  return `  ${spanName(span)} :${tag}${instant(from)}, ${instant(Math.max(to, from + minMs))}`
}

/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

/** An unknown status has a prefix, because it could be a keyword of Mermaid such as `section`. */
function spanName({ kind, label }: Span): string {
  if (kind !== 'snapshot') return sanitizeLabel(label, MAX_NAME_LENGTH)
  return Object.hasOwn(STATUS_NAMES, label)
    ? (STATUS_NAMES[label] ?? '')
    : sanitizeLabel(`status ${label}`, MAX_STATUS_LENGTH)
}

function sanitizeLabel(label: string, maxLength: number): string {
  const name = label.replace(/[^a-zA-Z0-9().-]+/g, ' ').trim()
  return name === '' ? 'unknown' : name.slice(0, maxLength).trim()
}

function shorten(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= MAX_ROWS) return spans
  return [...spans.slice(0, MAX_ROWS / 2), ...spans.slice(-MAX_ROWS / 2)]
}

/** The lines of a Mermaid gantt that set its ticks and their format. */
export function renderTimeAxis(durationMs: number): string[] {
  const [ms, name] = INTERVALS.find(([interval]) => durationMs / interval <= MAX_TICKS) ?? MAX_INTERVAL
  const clock = ms < MINUTE ? '%H:%M:%S' : '%H:%M'
  return [`axisFormat ${durationMs < DAY ? clock : `%b %d ${clock}`}`, `tickInterval ${name}`]
}
