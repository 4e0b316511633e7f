import type { OperationKind } from '../emulator/routes.js'
import type { Exchange } from './exchange.js'
import { CHECKS, type FaultName, type FaultOutcome, faults, LISTS } from './faults.js'
import type { SeededRandom } from './seeded-random.js'

/** A period in which almost every request of a kind has a fault. */
export interface FaultWindow {
  readonly fromMs: number
  readonly toMs: number
  /** `undefined` for all. */
  readonly on: readonly OperationKind[] | undefined
  /** `undefined` for a random fault each time. */
  readonly fault: FaultName | undefined
}

/** How often faults happen in a run, and which faults can happen. */
export interface FaultProfile {
  /** Share of POSTs with a fault outside of windows. The share of GETs, which are more frequent, is a third of it. */
  readonly intensity: number
  readonly windows: readonly FaultWindow[]
  /** Outcomes that no POST of the run has. `fatal` is then excluded for every request. */
  readonly excluded: readonly FaultOutcome[]
  /** Maximum delay in seconds after which an abandoned POST is executed. */
  readonly lateSeconds: number
  /** The longest `Retry-After` in seconds, except for one beyond the timeout. */
  readonly longestRetryAfter: number
  /** Typical one-way network delay in milliseconds. */
  readonly travelMs: number
}

/** The shares of runs without some outcomes. */
const EXCLUDED = [
  [0.65, 'fatal'],
  [0.3, 'lost'],
  [0.8, 'doubled'],
  [0.85, 'late'],
] as const

export function drawFaultProfile(random: SeededRandom): FaultProfile {
  const intensity = random.weighted([
    [3, 0],
    [2, 0.03],
    [3, 0.12],
    [2, 0.35],
    [0.5, 0.7],
  ])
  const windows: FaultWindow[] = []
  while (intensity > 0 && windows.length < 2 && random.chance(0.3)) windows.push(drawWindow(random))
  return {
    intensity,
    windows,
    excluded: EXCLUDED.flatMap(([share, outcome]) => (random.chance(share) ? [outcome] : [])),
    lateSeconds: random.magnitude(1, 600),
    longestRetryAfter: random.pick([5, 30, 120, 600, 3600]),
    travelMs: random.magnitude(5, 500),
  }
}

const WINDOW_FAULTS = [
  ...(['refused', 'reset', '5xx', '429', 'hang', 'null', 'upgrade', 'stale', 'reset-executed'] as const),
  ...(['phantom-conflict', 'token-limit'] as const),
] as const

function drawWindow(random: SeededRandom): FaultWindow {
  const fromMs = random.chance(0.5) ? 0 : random.magnitude(100, 120_000)
  return {
    fromMs,
    toMs: fromMs + random.magnitude(2_000, 600_000),
    on: random.pick([undefined, ['create'], ['create'], CHECKS, LISTS, LISTS, ['token']]),
    fault: random.chance(0.6) ? random.pick(WINDOW_FAULTS) : undefined,
  }
}

/** The request that a fault is chosen for. */
interface Target extends Pick<Exchange, 'operation' | 'scheme'> {
  /** Atlas has answered such a request before. */
  readonly answered: boolean
  readonly isOnKeptConnection: boolean
}

const IN_WINDOW = 0.95
/** Reads are much more frequent than POSTs and requests for tokens. */
const READ_FAULT_SHARE = 1 / 3

const faultNames: readonly FaultName[] = Object.keys(faults).filter(isFaultName)

function isFaultName(name: string): name is FaultName {
  return name in faults
}

/** Chooses the fault of a request, if any. Call it once per request, because it draws random numbers. */
export function chooseFault(
  { intensity, windows, excluded }: FaultProfile,
  target: Target,
  atMs: number,
  random: SeededRandom,
): FaultName | undefined {
  const window = windows.find(
    ({ fromMs, toMs, on }) => atMs >= fromMs && atMs < toMs && on?.includes(target.operation) !== false,
  )
  const isRead = !['create', 'token', 'revoke'].includes(target.operation)
  const usual = intensity * (isRead ? READ_FAULT_SHARE : 1)
  if (!random.chance(window === undefined ? usual : IN_WINDOW)) return undefined
  const allowed = faultNames.filter((name) => canHit(name, target, excluded))
  if (window?.fault !== undefined) return allowed.find((name) => name === window.fault)
  const [first, ...rest] = allowed.map((name) => [faults[name].weight, name] as const)
  return first === undefined ? undefined : random.weighted([first, ...rest])
}

function canHit(
  name: FaultName,
  { operation, scheme, answered, isOnKeptConnection }: Target,
  excluded: readonly FaultOutcome[],
): boolean {
  const { on, outcome, repeatedOnly = false, keptOnly = false, schemes } = faults[name]
  if (schemes !== undefined && (scheme === undefined || !schemes.includes(scheme))) return false
  if ((repeatedOnly && !answered) || (keptOnly && !isOnKeptConnection)) return false
  const signedPost = operation === 'create' && scheme !== undefined
  if (on?.includes(operation) === false || (on !== undefined && operation === 'create' && !signedPost))
    return false
  // A request without credentials executes nothing, and a lost read has no effect.
  return !(signedPost || outcome === 'fatal') || !excluded.includes(outcome)
}
