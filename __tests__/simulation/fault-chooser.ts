import type { OperationKind } from '../../emulator/routes.js'
import type { Scheme } from '../../emulator/verdict.js'
import type { Dice } from './dice.js'
import type { Fault } from './fault-kind.js'
import { type FaultName, faults } from './fault-menu.js'
import type { Mood, Spell } from './mood.js'

/** A fault by its name. */
export interface NamedFault {
  readonly name: FaultName
  readonly fault: Fault
}

/** What a fault is chosen by. */
export interface Target {
  readonly operation: OperationKind
  readonly scheme: Scheme | undefined
  /** With credentials. */
  readonly signed: boolean
}

const IN_SPELL = 0.95
const SHARE_OF_READS = 1 / 3

const menu: readonly NamedFault[] = Object.entries(faults).flatMap(([name, fault]) =>
  isFaultName(name) ? [{ name, fault }] : [],
)

function isFaultName(name: string): name is FaultName {
  return name in faults
}

/** The fault that strikes a request, if any; each request is asked about once. */
export function chooseFault(mood: Mood, target: Target, atMs: number, dice: Dice): NamedFault | undefined {
  const spell = mood.spells.find((one) => atMs >= one.fromMs && atMs < one.toMs && concerns(one, target))
  const usual = mood.intensity * (isRead(target) ? SHARE_OF_READS : 1)
  if (!dice.chance(spell === undefined ? usual : IN_SPELL)) return undefined
  const fatal = dice.chance(mood.fatal)
  const allowed = menu.filter((one) => (one.fault.fate === 'fatal') === fatal && mayStrike(one, target, mood))
  if (spell?.fault !== undefined) return allowed.find(({ name }) => name === spell.fault)
  const [first, ...rest] = allowed.map((one) => [one.fault.weight, one] as const)
  return first === undefined ? undefined : dice.weighted([first, ...rest])
}

/** Reads are many, while a step takes once, and needs a token now and then. */
function isRead({ operation }: Target): boolean {
  return operation !== 'take' && operation !== 'token' && operation !== 'revoke'
}

function concerns({ on }: Spell, { operation }: Target): boolean {
  switch (on) {
    case 'everything':
      return true
    case 'takes':
      return operation === 'take'
    case 'tokens':
      return operation === 'token'
    case 'reads':
      return operation === 'read' || operation === 'read-sharded'
    case 'lists':
      return operation === 'list' || operation === 'list-sharded'
    case 'sharded lists':
      return operation === 'list-sharded'
  }
}

function mayStrike({ name, fault }: NamedFault, target: Target, mood: Mood): boolean {
  const { operation, scheme, signed } = target
  const signedPost = operation === 'take' && signed
  if (fault.schemes !== undefined && (scheme === undefined || !fault.schemes.includes(scheme))) return false
  if (fault.postOnly === true || name.endsWith('-executed')) if (!signedPost) return false
  // Nothing is executed for a request without credentials, and a read may be lost at any time.
  if (!signedPost) return true
  switch (fault.fate) {
    case 'lost':
      return mood.loses
    case 'late':
      return mood.lateSeconds > 0
    case 'doubled':
      return mood.doubles
    default:
      return true
  }
}
