import type { OperationKind } from '../emulator/routes.js'
import type { Exchange } from './exchange.js'
import { CHECKS, type FaultName, faults, LISTS } from './faults.js'
import type { SeededRandom } from './seeded-random.js'

/** A period in which almost every request of a kind has a fault. */
export interface FaultWindow {
  readonly fromMs: number
  readonly toMs: number
  /** `undefined` for all. */
  readonly on: readonly OperationKind[] | undefined
  /** One of these each time. `undefined` for any. */
  readonly faults: readonly FaultName[] | undefined
}

/** How often faults happen in a run, and which faults can happen. */
export interface FaultProfile {
  /** Only faults from which the step must recover, or also those that don't end a step, or any. */
  readonly allows: 'recoverable' | 'not-fatal' | 'any'
  /** Share of POSTs with a fault outside of windows. The share of GETs, which are more frequent, is a third of it. */
  readonly intensity: number
  readonly windows: readonly FaultWindow[]
  /** Maximum delay in seconds after which an abandoned POST is executed. */
  readonly lateSeconds: number
  /** The longest `Retry-After` in seconds. */
  readonly longestRetryAfter: number
  /** Typical one-way network delay in milliseconds. */
  readonly travelMs: number
}

/** POSTs alternate between two failures with one limit. */
const LONG_OUTAGE: FaultWindow = { fromMs: 0, toMs: 1_200_000, on: ['create'], faults: ['5xx', 'refused'] }
/** The share of safety runs without faults that end a step. */
const WITHOUT_FATAL = 0.65

/** Draws any faults, at any time. */
export function drawSafetyFaults(random: SeededRandom): FaultProfile {
  const intensity = random.weighted([
    [3, 0],
    [2, 0.03],
    [3, 0.12],
    [2, 0.35],
    [0.5, 0.7],
  ])
  const windows: FaultWindow[] = random.chance(0.02) ? [LONG_OUTAGE] : []
  while (intensity > 0 && windows.length < 2 && random.chance(0.3))
    windows.push(drawWindow(random, 600_000, random.chance(0.6) ? random.pick(WINDOW_FAULTS) : undefined))
  return {
    allows: random.chance(WITHOUT_FATAL) ? 'not-fatal' : 'any',
    intensity,
    windows,
    lateSeconds: random.magnitude(1, 600),
    longestRetryAfter: random.pick([5, 30, 120, 600, 3600]),
    travelMs: random.magnitude(5, 500),
  }
}

/** A step retries a rejection for a minute after the first POST, and any failure of a creation for five. */
const RECOVERY_MS = { briefly: 50_000, 'after-post': 240_000, always: 240_000 } as const

/** Between two rejections, status checks fail for another reason for longer than rejections in a row are retried. */
const TWO_REJECTIONS: readonly FaultWindow[] = [
  { fromMs: 0, toMs: 40_000, on: CHECKS, faults: ['4xx'] },
  { fromMs: 40_000, toMs: 200_000, on: CHECKS, faults: ['5xx'] },
  { fromMs: 200_000, toMs: 240_000, on: CHECKS, faults: ['4xx'] },
]

/** Draws faults from which the step recovers. */
export function drawProgressFaults(random: SeededRandom): FaultProfile {
  const fault = random.chance(0.7)
    ? RECOVERABLE_FAULTS[random.integer(0, RECOVERABLE_FAULTS.length - 1)]
    : undefined
  const recovery = (fault && faults[fault].recovery) ?? 'always'
  const window = drawWindow(random, RECOVERY_MS[recovery], fault)
  return {
    allows: 'recoverable',
    intensity: 0,
    windows: random.chance(0.03) ? TWO_REJECTIONS : [window],
    lateSeconds: random.magnitude(1, 600),
    longestRetryAfter: random.pick([5, 30, 120]),
    travelMs: random.magnitude(5, 500),
  }
}

const faultNames: readonly FaultName[] = Object.keys(faults).filter(isFaultName)

function isFaultName(name: string): name is FaultName {
  return name in faults
}

const WINDOW_FAULTS = [
  ...(['refused', 'reset', '5xx', '429', 'hang', 'upgrade', 'stale', 'reset-executed'] as const),
  ...(['phantom-conflict', 'token-limit', '4xx', 'page'] as const),
] as const
const RECOVERABLE_FAULTS = faultNames.filter((name) => faults[name].recovery !== undefined)

function drawWindow(random: SeededRandom, maxMs: number, fault: FaultName | undefined): FaultWindow {
  const fromMs = random.chance(0.5) ? 0 : random.magnitude(100, 120_000)
  return {
    fromMs,
    toMs: fromMs + random.magnitude(2_000, maxMs),
    on: random.pick([undefined, ['create'], ['create'], CHECKS, LISTS, LISTS, ['token']]),
    faults: fault && [fault],
  }
}

/** The request that a fault is chosen for. */
interface Target extends Pick<Exchange, 'operation' | 'scheme'> {
  /** A POST with credentials was sent before. */
  readonly hasPosted: boolean
}

const IN_WINDOW = 0.95
/** Reads are much more frequent than POSTs and requests for tokens. */
const READ_FAULT_SHARE = 1 / 3

/** Chooses the fault of a request, if any. Call it once per request, because it draws random numbers. */
export function chooseFault(
  profile: FaultProfile,
  target: Target,
  atMs: number,
  random: SeededRandom,
): FaultName | undefined {
  const window = profile.windows.find(
    ({ fromMs, toMs, on }) => atMs >= fromMs && atMs < toMs && on?.includes(target.operation) !== false,
  )
  const usual = profile.intensity * (isRead(target) ? READ_FAULT_SHARE : 1)
  if (!random.chance(window === undefined ? usual : IN_WINDOW)) return undefined
  const chosen = window?.faults
  const [first, ...rest] = (chosen ?? faultNames)
    .filter((name) => canHit(name, target))
    .filter((name) => profile.allows !== 'not-fatal' || faults[name].outcome !== 'fatal')
    .filter((name) => profile.allows !== 'recoverable' || canRecover(name, target, chosen === undefined))
    .map((name) => [faults[name].weight, name] as const)
  return first === undefined ? undefined : random.weighted([first, ...rest])
}

function isRead({ operation }: Target): boolean {
  return !['create', 'token', 'revoke'].includes(operation)
}

function canHit(name: FaultName, { operation, scheme }: Target): boolean {
  const { on, schemes } = faults[name]
  if (schemes !== undefined && (scheme === undefined || !schemes.includes(scheme))) return false
  // A request without credentials executes nothing.
  return on === undefined || (on.includes(operation) && (operation !== 'create' || scheme !== undefined))
}

/** True if the step must recover from the fault. */
function canRecover(name: FaultName, target: Target, isMixed: boolean): boolean {
  const { recovery } = faults[name]
  if (recovery === 'always') return true
  return !isMixed && recovery !== undefined && target.hasPosted && isRead(target)
}
