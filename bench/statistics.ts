/** The median of measurements, and their spread. */
export interface Quartiles {
  readonly median: number
  /** A quarter of the measurements is smaller. */
  readonly lower: number
  /** A quarter of the measurements is larger. */
  readonly upper: number
}

/** @throws RangeError if there are no values */
export function toQuartiles(values: readonly number[]): Quartiles {
  if (values.length === 0) throw new RangeError('no values')
  const sorted = [...values].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), lower: quantile(sorted, 0.25), upper: quantile(sorted, 0.75) }
}

/** Ratios of values from the same round, so a machine that is slow for a while affects both. */
export function pairedRatios(values: readonly number[], base: readonly number[]): Quartiles {
  return toQuartiles(values.map((value, index) => value / (base[index] ?? Number.NaN)))
}

/** The mean, `NaN` if there are no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The smallest value that a share of the values, from 0 to 1, does not exceed. `NaN` if there are no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share
  const [below = 0, above = below] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
  return below + (above - below) * (position - Math.floor(position))
}
