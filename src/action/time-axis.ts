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
