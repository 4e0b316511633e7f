import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'
import { runFleet } from './fleet.js'
import { mean, percentile } from './statistics.js'

/** Cost of waiting for snapshots. Lags are in milliseconds. */
export interface WaitFigures {
  readonly meanLagMs: number
  readonly p95LagMs: number
  readonly maxLagMs: number
  /** Status checks and two requests to create the snapshot, on average. */
  readonly requests: number
}

const HOUR_S = 3_600
const LATENCY_MS = 80

/**
 * How long the recorded snapshots took, from the POST to the completion, in seconds. They have whole seconds, so each gets
 * another fraction.
 */
export function recordedDurations(): readonly number[] {
  const file = join(projectRoot(), '__tests__/fixtures/atlas/recorded-snapshots.csv')
  const rows = readFileSync(file, 'utf8').matchAll(/^(\d+),\d+,(\d+),/gm)
  return [...rows].map(([, startedAt, completedAt], index) => {
    return Number(completedAt) - Number(startedAt) + (index % 10) / 10
  })
}

/** About an hour. They differ by more than one interval, so they end at different times between two status checks. */
export function hours(): readonly number[] {
  return Array.from({ length: 60 }, (_, index) => HOUR_S + index * 0.55)
}

/** Waits for snapshots of these durations, with the action's schedule or a fixed interval. */
export async function measureWaits(
  durations: readonly number[],
  pollIntervalMs: number | undefined,
): Promise<WaitFigures> {
  const steps = await runFleet({
    seed: 1,
    latencyMs: LATENCY_MS,
    steps: durations.map((durationS) => ({ startMs: 0, durationS })),
    options: { timeoutMs: 2 * HOUR_S * 1000, pollIntervalMs },
    atlas: {
      // One nonce for the whole wait.
      digest: { maxNonceCount: 1e9, nonceMaxAgeSeconds: 2 * HOUR_S },
      rateLimits: { snapshots: { capacity: 1e9, refillPerMinute: 1e9 } },
    },
  })
  const lags = steps.map(({ lagMs }) => lagMs)
  return {
    meanLagMs: mean(lags),
    p95LagMs: percentile(lags, 0.95),
    maxLagMs: Math.max(...lags),
    requests: mean(steps.map(({ requests }) => requests)),
  }
}
