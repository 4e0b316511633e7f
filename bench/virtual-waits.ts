import { runFleet, type StepFigures } from './fleet.js'
import { mean } from './statistics.js'

/** Cost of waiting for a snapshot, over many phases. Lags are in milliseconds, requests are means. */
export interface WaitFigures {
  readonly durationS: number
  readonly meanLagMs: number
  /** The mean lag divided by the snapshot's duration. */
  readonly meanLagRatio: number
  readonly maxLagMs: number
  /** If a digest nonce outlives the wait: the polls, and two requests to create the snapshot. */
  readonly requests: number
  /** If a nonce lives for one minute, as in Jetty by default: one more for each nonce that expires. */
  readonly requestsWithShortNonces: number
}

const HOUR_S = 3_600
export const DURATIONS_S = [160, 527, HOUR_S]
/** The phases spread the completion over this share of the duration, which is more than one polling interval. */
const PHASE_SHARE = 0.05
const PHASES = 100
const LATENCY_MS = 80

/** @param phases how many waits to simulate for each duration */
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

/** Waits for snapshots of about this duration that finish at different times between two polls. */
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
