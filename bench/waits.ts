import { runFleet } from './fleet.js'
import { mean } from './statistics.js'

/** Cost of waiting for a snapshot, over many phases. Lags are in milliseconds, requests are means. */
export interface WaitFigures {
  readonly durationS: number
  readonly meanLagMs: number
  readonly maxLagMs: number
  /** The polls, and two requests to create the snapshot. */
  readonly requests: number
}

const HOUR_S = 3_600
export const DURATIONS_S = [160, 527, HOUR_S]
/** The phases spread the completion over this share of the duration, which is more than one polling interval. */
const PHASE_SHARE = 0.05
const LATENCY_MS = 80

/** Waits for snapshots of about this duration that finish at different times between two polls. */
export async function measureWait(durationS: number, phases = 100): Promise<WaitFigures> {
  const steps = await runFleet({
    seed: 1,
    latencyMs: LATENCY_MS,
    steps: Array.from({ length: phases }, (_, index) => ({
      startMs: 0,
      durationS: durationS * (1 + PHASE_SHARE * ((index + 0.5) / phases - 0.5)),
    })),
    options: { timeoutMs: 2 * HOUR_S * 1000 },
    atlas: {
      // One nonce for the whole wait.
      digest: { maxNonceCount: 1e9, nonceMaxAgeSeconds: 2 * HOUR_S },
      rateLimits: { snapshots: { capacity: 1e9, refillPerMinute: 1e9 } },
    },
  })
  const lags = steps.map(({ lagMs }) => lagMs)
  return {
    durationS,
    meanLagMs: mean(lags),
    maxLagMs: Math.max(...lags),
    requests: mean(steps.map(({ requests }) => requests)),
  }
}
