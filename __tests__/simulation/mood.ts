import type { Dice } from './dice.js'
import { type RetryAfterForm, retryAfterForms } from './fault-kind.js'
import type { FaultName } from './fault-menu.js'

/** A time in which nearly every request of some kind goes wrong in one way. */
export interface Spell {
  readonly fromMs: number
  readonly toMs: number
  readonly on: 'everything' | 'takes' | 'reads' | 'lists' | 'sharded lists' | 'tokens'
  /** `undefined`: another fault each time. */
  readonly fault: FaultName | undefined
}

/** How much goes wrong in a run, and what may. */
export interface Mood {
  /** Share of POSTs that are struck outside of spells; of reads, of which there are many more, it is a third. */
  readonly intensity: number
  readonly spells: readonly Spell[]
  /** Share of the faults that no step can survive. */
  readonly fatal: number
  /** Whether a POST may be executed though its answer is lost. */
  readonly loses: boolean
  /** Whether a POST may be executed after it was given up, at most so many seconds. */
  readonly lateSeconds: number
  /** Whether a proxy may send a POST twice. */
  readonly doubles: boolean
  /** The longest wait that Atlas asks a POST for, but for one that is beyond every deadline; seconds. */
  readonly longestRetryAfter: number
  /** The form of that wait, `undefined` for another one each time. */
  readonly retryAfter: RetryAfterForm | undefined
  /** Usual milliseconds for one way through the network. */
  readonly travelMs: number
}

export function drawMood(dice: Dice, bent: Partial<Mood> = {}): Mood {
  const intensity = dice.weighted([
    [3, 0],
    [2, 0.03],
    [3, 0.12],
    [2, 0.35],
    [0.5, 0.7],
  ])
  const fatal = dice.weighted([
    [2, 0],
    [1, 0.2],
  ])
  const spells = intensity > 0 && dice.chance(0.35) ? [drawSpell(dice)] : []
  return {
    intensity,
    spells: dice.chance(0.2) && spells.length > 0 ? [...spells, drawSpell(dice)] : spells,
    fatal,
    loses: dice.chance(0.7),
    lateSeconds: dice.chance(0.15) ? dice.magnitude(1, 600) : 0,
    doubles: dice.chance(0.2),
    longestRetryAfter: dice.pick([5, 30, 120, 600]),
    retryAfter: dice.chance(0.5) ? dice.pick(retryAfterForms) : undefined,
    travelMs: dice.magnitude(5, 500),
    ...bent,
  }
}

function drawSpell(dice: Dice): Spell {
  const fromMs = dice.chance(0.5) ? 0 : dice.magnitude(100, 120_000)
  return {
    fromMs,
    toMs: fromMs + dice.magnitude(2_000, 600_000),
    on: dice.pick(['everything', 'takes', 'takes', 'reads', 'lists', 'lists', 'tokens']),
    fault: dice.chance(0.6)
      ? dice.pick(['refused', 'reset', '5xx', '429', 'hang', 'null', 'upgrade', 'stale', 'reset-executed'])
      : undefined,
  }
}
