import type { OperationKind } from '../emulator/routes.js'
import { CHECKS, type FaultName, LISTS, type RetryAfterForm, retryAfterForms } from './faults.js'
import type { SeededRandom } from './seeded-random.js'

const EVERYTHING: readonly OperationKind[] = ['create', ...CHECKS, ...LISTS, 'cluster', 'token', 'revoke']

/** A period in which almost every request of a kind has a fault. */
export interface FaultWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly on: readonly OperationKind[]
  /** `undefined` for a random fault each time. */
  readonly fault: FaultName | undefined
}

/** How often faults happen in a run, and which faults can happen. */
export interface FaultProfile {
  /** Share of POSTs with a fault outside of windows. The share of GETs, which are more frequent, is a third of it. */
  readonly intensity: number
  readonly windows: readonly FaultWindow[]
  /** Share of the faults that make the step fail. */
  readonly fatal: number
  /** A POST can be executed although its response is lost. */
  readonly loses: boolean
  /** Maximum delay in seconds after which an abandoned POST is executed. 0 for never. */
  readonly lateSeconds: number
  /** A proxy can send a POST twice. */
  readonly doubles: boolean
  /** A proxy can answer a POST with another snapshot. */
  readonly swaps: boolean
  /** The longest `Retry-After` in seconds, except for one beyond the timeout. */
  readonly longestRetryAfter: number
  /** The form of `Retry-After`, or `undefined` for a random form each time. */
  readonly retryAfter: RetryAfterForm | undefined
  /** Typical one-way network delay in milliseconds. */
  readonly travelMs: number
}

export function drawFaultProfile(random: SeededRandom, overrides: Partial<FaultProfile> = {}): FaultProfile {
  const intensity = random.weighted([
    [3, 0],
    [2, 0.03],
    [3, 0.12],
    [2, 0.35],
    [0.5, 0.7],
  ])
  const fatal = random.weighted([
    [2, 0],
    [1, 0.2],
  ])
  const windows = intensity > 0 && random.chance(0.35) ? [drawWindow(random)] : []
  return {
    intensity,
    windows: random.chance(0.2) && windows.length > 0 ? [...windows, drawWindow(random)] : windows,
    fatal,
    loses: random.chance(0.7),
    lateSeconds: random.chance(0.15) ? random.magnitude(1, 600) : 0,
    doubles: random.chance(0.2),
    swaps: true,
    longestRetryAfter: random.pick([5, 30, 120, 600, 3600]),
    retryAfter: random.chance(0.5) ? random.pick(retryAfterForms) : undefined,
    travelMs: random.magnitude(5, 500),
    ...overrides,
  }
}

function drawWindow(random: SeededRandom): FaultWindow {
  const fromMs = random.chance(0.5) ? 0 : random.magnitude(100, 120_000)
  return {
    fromMs,
    toMs: fromMs + random.magnitude(2_000, 600_000),
    on: random.pick([EVERYTHING, ['create'], ['create'], CHECKS, LISTS, LISTS, ['token']]),
    fault: random.chance(0.6)
      ? random.pick(['refused', 'reset', '5xx', '429', 'hang', 'null', 'upgrade', 'stale', 'reset-executed'])
      : undefined,
  }
}
