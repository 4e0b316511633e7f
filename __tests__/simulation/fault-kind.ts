import type { FaultRule } from '../../emulator/atlas.js'
import type { Scheme } from '../../emulator/verdict.js'
import type { Dice } from './dice.js'

/** What a fault's details are drawn from. */
export interface FaultInputs {
  readonly dice: Dice
  /** Atlas's milliseconds since 1970. */
  readonly now: number
  /** The longest wait that is asked for, in seconds. */
  readonly longestRetryAfter: number
  /** The form in which it is asked for, `undefined` for another one each time. */
  readonly retryAfter: RetryAfterForm | undefined
  readonly lateSeconds: number
  /** Seconds that reach beyond the step's deadline. */
  readonly beyond: number
  /** Whether the request reads a list. */
  readonly ofList: boolean
}

/** What becomes of a POST that is struck. */
type Fate =
  /** Atlas says that it did not execute it, or it never got there. */
  | 'told'
  /** The step cannot know, and Atlas did not execute it. */
  | 'open'
  /** The step cannot know, and Atlas did. */
  | 'lost'
  /** No step can survive it. */
  | 'fatal'
  /** The genuine answer comes, perhaps late. */
  | 'harmless'
  | 'late'
  | 'doubled'

/** One kind of fault. */
export interface Fault {
  readonly fate: Fate
  readonly weight: number
  /** Before Atlas: the error that Node gives. */
  readonly broken?: () => Error
  /** In Atlas or behind it. */
  readonly rule?: (inputs: FaultInputs) => Omit<FaultRule, 'on'>
  /** Strikes only requests that bear credentials in one of these ways. */
  readonly schemes?: readonly Scheme[]
  /** Strikes only POSTs that take a snapshot. */
  readonly postOnly?: boolean
  /** Strikes only a nonce's first use, or only a further one. */
  readonly nonce?: 'fresh' | 'reused'
}

/** Forms that `Retry-After` has, and some that it has not. */
export const retryAfterForms = ['seconds', 'date', 'missing', 'nonsense', 'zero', 'past'] as const
export type RetryAfterForm = (typeof retryAfterForms)[number]

/** The text of a `Retry-After`, `undefined` for none. */
export function retryAfter(inputs: FaultInputs): string | undefined {
  const { dice, now, longestRetryAfter } = inputs
  const seconds = dice.integer(1, longestRetryAfter)
  switch (inputs.retryAfter ?? dice.pick(retryAfterForms)) {
    case 'seconds':
      return String(seconds)
    case 'date':
      return new Date(now + seconds * 1000).toUTCString()
    case 'missing':
      return undefined
    case 'nonsense':
      return dice.pick(['soon', '-5', '1.5', '', 'Sonntag, 1. Januar'])
    case 'zero':
      return '0'
    case 'past':
      return new Date(now - seconds * 1000).toUTCString()
  }
}
