import { runFleet, type StepFigures } from './fleet.js'
import { mean } from './statistics.js'

/** What waiting for a snapshot costs, over many phases. Lags in milliseconds, requests as means. */
export interface WaitFigures {
  readonly durationS: number
  readonly meanLagMs: number
  /** The mean lag over the snapshot's duration. */
  readonly meanLagRatio: number
  readonly maxLagMs: number
  /** All requests, if a digest nonce outlives the wait: the polls, and two to create the snapshot. */
  readonly requests: number
  /** The same if a nonce lives for a minute, as Jetty's does by default: one more for each that expires. */
  readonly requestsWithShortNonces: number
}

const HOUR_S = 3_600
export const DURATIONS_S = [160, 527, HOUR_S]
/** The phases spread the end of the snapshot over this share of its duration, which is more than an interval. */
const PHASE_SHARE = 0.05
const PHASES = 100
const LATENCY_MS = 80

/** Waits for snapshots of each duration, in so many phases. */
export async function measureVirtualWaits(
  durationsS: readonly number[] = DURATIONS_S,
  phases = PHASES,
): Promise<readonly WaitFigures[]> {
  const figures: WaitFigures[] = []
  for (const durationS of durationsS) {
    const lasting = await waitInPhases(durationS, phases, 2 * HOUR_S)
    const short = await waitInPhases(durationS, phases, 60)
    const lags = lasting.map(({ lagMs }) => lagMs)
    figures.push({
      durationS,
      meanLagMs: mean(lags),
      meanLagRatio: mean(lags) / durationS / 1000,
      maxLagMs: Math.max(...lags),
      requests: mean(lasting.map(({ requests }) => requests)),
      requestsWithShortNonces: mean(short.map(({ requests }) => requests)),
    })
  }
  return figures
}

/** Waits for snapshots of about this duration, each with its own moment within an interval at which it ends. */
function waitInPhases(
  durationS: number,
  phases: number,
  nonceMaxAgeSeconds: number,
): Promise<readonly StepFigures[]> {
  return runFleet({
    seed: 1,
    latencyMs: LATENCY_MS,
    steps: Array.from({ length: phases }, (_, index) => ({
      startMs: 0,
      durationS: durationS * (1 + PHASE_SHARE * ((index + 0.5) / phases - 0.5)),
    })),
    options: { timeoutMs: 2 * HOUR_S * 1000 },
    atlas: {
      digest: { maxNonceCount: 1e9, nonceMaxAgeSeconds },
      rateLimits: { snapshots: { capacity: 1e9, refillPerMinute: 1e9 } },
    },
  })
}
