import type { Scheme } from '../emulator/http.js'
import type { OperationKind } from '../emulator/routes.js'
import type { FaultProfile } from './fault-profile.js'
import { type Fault, type FaultName, faults } from './faults.js'
import type { SeededRandom } from './seeded-random.js'

export interface NamedFault {
  readonly name: FaultName
  readonly fault: Fault
}

/** The request that a fault is chosen for. */
interface Target {
  readonly operation: OperationKind
  readonly scheme: Scheme | undefined
  /** The request has credentials. */
  readonly signed: boolean
  /** Atlas has answered such a request before. */
  readonly answered: boolean
}

const IN_WINDOW = 0.95
const READ_FAULT_SHARE = 1 / 3

const namedFaults: readonly NamedFault[] = Object.entries(faults).flatMap(([name, fault]) =>
  isFaultName(name) ? [{ name, fault }] : [],
)

function isFaultName(name: string): name is FaultName {
  return name in faults
}

/** Chooses the fault of a request, if any. Call it once per request, because it draws random numbers. */
export function chooseFault(
  faultProfile: FaultProfile,
  target: Target,
  atMs: number,
  random: SeededRandom,
): NamedFault | undefined {
  const window = faultProfile.windows.find(
    (one) => atMs >= one.fromMs && atMs < one.toMs && one.on.includes(target.operation),
  )
  const usual = faultProfile.intensity * (isRead(target) ? READ_FAULT_SHARE : 1)
  if (!random.chance(window === undefined ? usual : IN_WINDOW)) return undefined
  const fatal = random.chance(faultProfile.fatal)
  const allowed = namedFaults.filter(
    (one) => (one.fault.outcome === 'fatal') === fatal && canHit(one, target, faultProfile),
  )
  if (window?.fault !== undefined) return allowed.find(({ name }) => name === window.fault)
  const [first, ...rest] = allowed.map((one) => [one.fault.weight ?? 1, one] as const)
  return first === undefined ? undefined : random.weighted([first, ...rest])
}

/** Reads are much more frequent than POSTs and requests for tokens. */
function isRead({ operation }: Pick<Target, 'operation'>): boolean {
  return operation !== 'create' && operation !== 'token' && operation !== 'revoke'
}

function canHit({ name, fault }: NamedFault, target: Target, allowed: FaultProfile): boolean {
  const { operation, scheme, signed } = target
  const signedPost = operation === 'create' && signed
  if (fault.schemes !== undefined && (scheme === undefined || !fault.schemes.includes(scheme))) return false
  if (fault.on !== undefined && !(fault.on.includes(operation) && (signed || operation !== 'create')))
    return false
  if (fault.repeatedOnly === true && !target.answered) return false
  // A POST always uses a new nonce.
  if (fault.nonce === 'reused' && operation === 'create') return false
  // A request without credentials executes nothing, and a lost read has no effect.
  if (!signedPost) return true
  if (name.startsWith('other-id') && !allowed.swaps) return false
  switch (fault.outcome) {
    case 'lost':
      return allowed.loses
    case 'late':
      return allowed.lateSeconds > 0
    case 'doubled':
      return allowed.doubles
    default:
      return true
  }
}
