import type { OperationKind } from '../emulator/routes.js'
import type { Exchange } from './exchange.js'
import { CHECKS, type FaultName, faults, LISTS, type RetryAfterForm, retryAfterForms } from './faults.js'
import type { SeededRandom } from './seeded-random.js'

export const EVERYTHING: readonly OperationKind[] = [
  'create',
  ...CHECKS,
  ...LISTS,
  'cluster',
  'token',
  'revoke',
]

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
  /** The longest `Retry-After` in seconds, except for one beyond the timeout. */
  readonly longestRetryAfter: number
  /** The form of `Retry-After`, or `undefined` for a random form each time. */
  readonly retryAfter: RetryAfterForm | undefined
  /** Typical one-way network delay in milliseconds. */
  readonly travelMs: number
}

export function drawFaultProfile(random: SeededRandom): FaultProfile {
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
    longestRetryAfter: random.pick([5, 30, 120, 600, 3600]),
    retryAfter: random.chance(0.5) ? random.pick(retryAfterForms) : undefined,
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
    on: random.pick([EVERYTHING, ['create'], ['create'], CHECKS, LISTS, LISTS, ['token']]),
    fault: random.chance(0.6) ? random.pick(WINDOW_FAULTS) : undefined,
  }
}

/** The request that a fault is chosen for. */
interface Target extends Pick<Exchange, 'operation' | 'scheme' | 'signed'> {
  /** Atlas has answered such a request before. */
  readonly answered: boolean
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
  faultProfile: FaultProfile,
  target: Target,
  atMs: number,
  random: SeededRandom,
): FaultName | undefined {
  const window = faultProfile.windows.find(
    (one) => atMs >= one.fromMs && atMs < one.toMs && one.on.includes(target.operation),
  )
  const isRead = !['create', 'token', 'revoke'].includes(target.operation)
  const usual = faultProfile.intensity * (isRead ? READ_FAULT_SHARE : 1)
  if (!random.chance(window === undefined ? usual : IN_WINDOW)) return undefined
  const fatal = random.chance(faultProfile.fatal)
  const allowed = faultNames.filter(
    (name) => (faults[name].outcome === 'fatal') === fatal && canHit(name, target, faultProfile),
  )
  if (window?.fault !== undefined) return allowed.find((name) => name === window.fault)
  const [first, ...rest] = allowed.map((name) => [faults[name].weight ?? 1, name] as const)
  return first === undefined ? undefined : random.weighted([first, ...rest])
}

function canHit(name: FaultName, target: Target, allowed: FaultProfile): boolean {
  const fault = faults[name]
  const { operation, scheme, signed } = target
  const signedPost = operation === 'create' && signed
  if (fault.schemes !== undefined && (scheme === undefined || !fault.schemes.includes(scheme))) return false
  if (fault.on !== undefined && !(fault.on.includes(operation) && (signed || operation !== 'create')))
    return false
  if (fault.repeatedOnly === true && !target.answered) return false
  // A request without credentials executes nothing, and a lost read has no effect.
  if (!signedPost) return true
  if (fault.outcome === 'lost') return allowed.loses
  if (fault.outcome === 'late') return allowed.lateSeconds > 0
  return fault.outcome !== 'doubled' || allowed.doubles
}
