import type { DigestConfig } from '../../emulator/config.js'
import { mean } from '../statistics.js'
import { type Fleet, runFleet, type Wait } from './fleet.js'

/** What waiting for a snapshot costs, over many phases. Lags in milliseconds, requests as means. */
export interface WaitFigures {
  readonly durationS: number
  readonly meanLagMs: number
  /** Of the snapshot's time. */
  readonly meanLagShare: number
  readonly worstLagMs: number
  /** Everything over the wire, where a digest nonce outlives the wait: the looks, and two requests to take it. */
  readonly requests: number
  /** The same where a nonce lives for a minute, as Jetty's does by default: one more for each that ran out. */
  readonly requestsWithShortNonces: number
  /** Of a look every 4 s with a challenge for each request. */
  readonly fixedRequests: number
  readonly requestsShare: number
  readonly requestsWithShortNoncesShare: number
}

const HOUR_S = 3_600
const DURATIONS_S = [160, 527, HOUR_S]
/** As far apart as two looks are: where within an interval the snapshot ends is left to chance. */
const PHASE_SHARE = 0.05
const PHASES = 100
/** A fixed interval knows little chance. */
const FIXED_PHASES = 40
const LATENCY_MS = 80
const UNLIMITED = { snapshots: { capacity: 1e9, refillPerMinute: 1e9 } }

/** Waits for snapshots of every duration in so many phases. */
export async function measureWaits(
  durationsS: readonly number[] = DURATIONS_S,
  phases = PHASES,
): Promise<readonly WaitFigures[]> {
  const figures: WaitFigures[] = []
  for (const durationS of durationsS) {
    const lasting = await waitInPhases(durationS, phases, { nonceMaxAgeSeconds: 2 * HOUR_S })
    const short = await waitInPhases(durationS, phases, { nonceMaxAgeSeconds: 60 })
    const challenged = { nonceReuse: 'refused' } as const
    const fixed = await waitInPhases(durationS, Math.min(phases, FIXED_PHASES), challenged, 4_000)
    const lags = short.map(({ lagMs }) => lagMs)
    const [requests, requestsWithShortNonces, fixedRequests] = [
      requestsOf(lasting),
      requestsOf(short),
      requestsOf(fixed),
    ]
    figures.push({
      durationS,
      meanLagMs: mean(lags),
      meanLagShare: mean(lags) / durationS / 1000,
      worstLagMs: Math.max(...lags),
      requests,
      requestsWithShortNonces,
      fixedRequests,
      requestsShare: requests / fixedRequests,
      requestsWithShortNoncesShare: requestsWithShortNonces / fixedRequests,
    })
  }
  return figures
}

/** Every wait has its own moment within an interval at which the snapshot ends. */
export function phasesOf(durationS: number, phases: number): Fleet['steps'] {
  return Array.from({ length: phases }, (_, index) => ({
    startMs: 0,
    durationS: durationS * (1 + PHASE_SHARE * ((index + 0.5) / phases - 0.5)),
  }))
}

/** Many waits that have nothing to do with each other. */
export function runApart(
  fleet: Pick<Fleet, 'steps'> & Partial<Pick<Fleet, 'task' | 'workOf' | 'atlas' | 'latencyMs'>>,
): Promise<readonly Wait[]> {
  return runFleet({
    seed: 1,
    latencyMs: LATENCY_MS,
    ...fleet,
    task: { timeoutMs: 2 * HOUR_S * 1000, ...fleet.task },
    atlas: { rateLimits: UNLIMITED, ...fleet.atlas },
  })
}

function waitInPhases(
  durationS: number,
  phases: number,
  digest: Partial<DigestConfig>,
  pollIntervalMs?: number,
): Promise<readonly Wait[]> {
  const atlas = { digest: { maxNonceCount: 1e9, ...digest } }
  return runApart({ steps: phasesOf(durationS, phases), atlas, task: { pollIntervalMs } })
}

function requestsOf(waits: readonly Wait[]): number {
  return mean(waits.map(({ requests }) => requests))
}
