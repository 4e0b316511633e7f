import { DAY_MS } from '../format.js'
import type { History, Span } from './timeline.js'

/** If there are more rows, the ones in the middle are left out. */
const MAX_ROWS_AT_EACH_END = 20
/** The names are short because longer ones overlap the bars in Mermaid. */
const SECTIONS: readonly (readonly [Span['kind'], string])[] = [
  ['step', 'This step'],
  ['retry', 'Retries'],
  ['snapshot', 'In Atlas'],
]
/** Shorter spans don't count when deciding whether a chart is worthwhile. */
const MIN_VISIBLE_MS = 100
/** A bar with a smaller share of the whole would be invisible. */
const MIN_BAR_FRACTION = 0.01
/** A longer name doesn't fit on either side of its bar. */
const MAX_NAME_LENGTH = 60
const MAX_STATUS_LENGTH = 30
const STATUS_NAMES = new Map(Object.entries({ queued: 'queued', inProgress: 'in progress' }))
/** Mermaid draws a name as short as `failed` over its mark at the right edge. */
const END_NAMES = new Map(Object.entries({ completed: 'completed', failed: 'snapshot failed' }))

/** More ticks would hide the names in the chart. */
const MAX_TICKS = 6
const MINUTE = 60_000
/** Mermaid's units, and how many of each can be between two ticks. */
const UNITS: readonly (readonly [name: string, ms: number, counts: readonly number[]])[] = [
  ['second', 1000, [1, 2, 5, 10, 15, 30]],
  ['minute', MINUTE, [1, 2, 5, 10, 15, 30]],
  ['hour', 3_600_000, [1, 2, 3, 6, 12]],
]

/**
 * A step's history as a Mermaid gantt, `undefined` if fewer than two spans took time. Names lose all characters with a
 * meaning in Mermaid, because a status is text from Atlas.
 *
 * @param restorePoint the restore point, ISO 8601. It is shown if it is within the history.
 */
export function renderGantt(history: History, restorePoint?: string): string | undefined {
  const { spans, startedAt, endedAt } = history
  if (spans.filter(({ from, to }) => to - from >= MIN_VISIBLE_MS).length < 2) return undefined
  const durationMs = endedAt - startedAt
  const sections = SECTIONS.flatMap(([kind, name]) => {
    const own = spans
      .filter((span) => span.kind === kind)
      .filter((_, at, { length }) => at < MAX_ROWS_AT_EACH_END || at >= length - MAX_ROWS_AT_EACH_END)
    const end = kind === 'snapshot' ? renderEnd(own) : []
    const milestone = kind === 'snapshot' ? renderMilestone(history, restorePoint) : []
    const bars = own.slice(0, own.length - end.length)
    const rows = [...bars.map((bar) => renderBar(bar, durationMs * MIN_BAR_FRACTION)), ...milestone, ...end]
    return rows.length === 0 ? [] : [`  section ${name}`, ...rows]
  })
  const header = ['title Times in UTC', 'dateFormat YYYY-MM-DD HH:mm:ss.SSS', ...renderTimeAxis(durationMs)]
  return ['gantt', ...header.map((line) => `  ${line}`), '  todayMarker off', ...sections].join('\n')
}

/** The mark of the snapshot's end, empty if the snapshot is in progress. */
function renderEnd(seen: readonly Span[]): string[] {
  const { label = '', from = 0 } = seen.at(-1) ?? {}
  const endName = END_NAMES.get(label)
  if (endName === undefined) return []
  // The end time is unknown if the snapshot had finished before the first status check.
  const name = seen.length === 1 ? `${label} earlier` : endName
  return [`  ${name} :${label === 'failed' ? 'crit, ' : ''}milestone, ${instant(from)}, 0ms`]
}

/** The restore point is by Atlas's clock, and the chart by the runner's. Both are usually synchronized. */
function renderMilestone({ startedAt, endedAt }: History, restorePoint = ''): string[] {
  const at = Date.parse(restorePoint)
  return at >= startedAt && at <= endedAt ? [`  restore point :milestone, ${instant(at)}, 0ms`] : []
}

/** Mermaid's `done` and `active` aren't used, because their colors hide the names on a dark page. */
function renderBar(span: Span, minMs: number): string {
  const tag = span.kind === 'retry' ? 'crit, ' : ''
  const to = Math.max(span.to, span.from + minMs)
  return `  ${spanName(span)} :${tag}${instant(span.from)}, ${instant(to)}`
}

/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

/** An unknown status has a prefix, because it could be a keyword of Mermaid such as `section`. */
function spanName({ kind, label }: Span): string {
  if (kind !== 'snapshot') return sanitizeLabel(label, MAX_NAME_LENGTH)
  return STATUS_NAMES.get(label) ?? sanitizeLabel(`status ${label}`, MAX_STATUS_LENGTH)
}

function sanitizeLabel(label: string, maxLength: number): string {
  const name = label.replace(/[^a-zA-Z0-9().-]+/g, ' ').trim()
  return name === '' ? 'unknown' : name.slice(0, maxLength).trim()
}

/** The lines of a Mermaid gantt for its ticks and their format. */
export function renderTimeAxis(durationMs: number): string[] {
  const intervals = UNITS.flatMap(([unit, ms, counts]) =>
    counts.map((count) => [count * ms, `${count}${unit}`] as const),
  )
  const [ms, name] = intervals.find(([interval]) => durationMs / interval <= MAX_TICKS) ?? [DAY_MS, '1day']
  const clock = ms < MINUTE ? '%H:%M:%S' : '%H:%M'
  return [`axisFormat ${durationMs < DAY_MS ? clock : `%b %d ${clock}`}`, `tickInterval ${name}`]
}
