import { DAY_MS } from '../format.js'

/** A part of a step's time. It ends when the next bar begins, or with the step. */
export interface Bar {
  /** The status of the snapshot. The first bar of a step is about the time until its snapshot is known. */
  readonly label: string
  /** Milliseconds since 1970. */
  readonly from: number
}

/** A bar with its end. */
type Span = Bar & { readonly to: number }

/** Shorter bars don't count when deciding whether a chart is worthwhile. */
const MIN_VISIBLE_MS = 100
/** A bar with a smaller share of the whole would be invisible. */
const MIN_BAR_FRACTION = 0.01
/** A longer name doesn't fit on either side of its bar. */
const MAX_NAME_LENGTH = 40
/** The lines of more ticks would hide the names in the chart. */
const MAX_TICKS = 6
/** Mermaid's units, and how many of each can be between two ticks. */
const UNITS: readonly (readonly [name: string, ms: number, counts: readonly number[]])[] = [
  ['second', 1_000, [1, 2, 5, 10, 30]],
  ['minute', 60_000, [1, 2, 5, 10, 30]],
  ['hour', 3_600_000, [1, 2, 4, 12]],
]
const RESTORE_POINT = 'restore point'
const STATUS_NAMES = new Map(Object.entries({ queued: 'queued', inProgress: 'in progress' }))
const MILESTONES = new Map([
  [RESTORE_POINT, `${RESTORE_POINT} :milestone`],
  ['completed', 'completed :milestone'],
  // Mermaid draws a name as short as `failed` over its mark at the right edge.
  ['failed', 'snapshot failed :crit, milestone'],
])

/**
 * The bars of a step as a Mermaid gantt chart, `undefined` if fewer than two took time.
 *
 * @param bars in the order in which they began
 * @param endedAt the end of the step, in milliseconds since 1970
 * @param restorePoint ISO 8601, by Atlas's clock. It is shown if it is within the step by the runner's clock.
 */
export function renderChart(bars: readonly Bar[], endedAt: number, restorePoint = ''): string | undefined {
  const spans = bars.map((bar, at): Span => ({ ...bar, to: bars[at + 1]?.from ?? endedAt }))
  const [first, second] = spans.filter(({ from, to }) => to - from >= MIN_VISIBLE_MS)
  if (first === undefined || second === undefined) return undefined
  const durationMs = endedAt - first.from
  const at = Date.parse(restorePoint)
  const mark = at >= first.from && at <= endedAt ? [{ label: RESTORE_POINT, from: at, to: at }] : []
  const inAtlas = [...spans.slice(1), ...mark].toSorted((a, b) => a.from - b.from)
  const sections = [
    'section This step',
    ...spans.slice(0, 1).map((span) => renderBar(span, durationMs)),
    'section In Atlas',
    ...inAtlas.map((span) => renderStatus(span, durationMs)),
  ]
  const header = ['title Times in UTC', 'dateFormat YYYY-MM-DD HH:mm:ss.SSS', 'todayMarker off']
  return ['gantt', ...header, ...renderTimeAxis(durationMs), ...sections].join('\n  ')
}

function renderTimeAxis(durationMs: number): string[] {
  const ticks = UNITS.flatMap(([unit, ms, counts]) =>
    counts.map((count) => ({ ms: count * ms, name: `${count}${unit}` })),
  )
  const tick = ticks.find(({ ms }) => durationMs / ms <= MAX_TICKS) ?? { ms: DAY_MS, name: '1day' }
  const clock = tick.ms < 60_000 ? '%H:%M:%S' : '%H:%M'
  return [`axisFormat ${durationMs < DAY_MS ? clock : `%b %d ${clock}`}`, `tickInterval ${tick.name}`]
}

function renderStatus(span: Span, chartMs: number): string {
  const { label, from } = span
  const milestone = MILESTONES.get(label)
  if (milestone !== undefined) return `${milestone}, ${instant(from)}, 0ms`
  // An unknown status has a prefix, because it could be a keyword of Mermaid, such as `section`.
  return renderBar({ ...span, label: STATUS_NAMES.get(label) ?? `status ${label}` }, chartMs)
}

function renderBar({ label, from, to }: Span, chartMs: number): string {
  // A status is text from Atlas, so it loses all characters with a meaning in Mermaid.
  const plain = label.replace(/[^a-zA-Z0-9().-]+/g, ' ').slice(0, MAX_NAME_LENGTH)
  return `${plain.trim()} :${instant(from)}, ${instant(Math.max(to, from + chartMs * MIN_BAR_FRACTION))}`
}

/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
