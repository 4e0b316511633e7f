import { childOf } from '../abort.js'
import { type AtlasError, LostAnswerError, NotSentError } from '../atlas/errors.js'
import { Failure } from '../failure.js'
import { formatDuration } from '../format.js'
import type { Clock } from '../ports.js'
import { after } from '../timer.js'

/** Why a step has to stop though its work is not done. */
export class StopReason extends Error {
  override readonly name = 'StopReason'
  readonly kind: 'cancelled' | 'deadline'

  constructor(kind: 'cancelled' | 'deadline', message: string) {
    super(message)
    this.kind = kind
  }
}

export function isCancellation(reason: unknown): reason is StopReason {
  return reason instanceof StopReason && reason.kind === 'cancelled'
}

/** The one deadline of a step. */
export interface Deadline {
  /** The clock's milliseconds at which it passes. */
  readonly at: number
  /** Aborts with a `StopReason` when it passes, or when the step is cancelled before. */
  readonly signal: AbortSignal
}

/** Does the work under a deadline that starts now; `cancel` has to abort with a `StopReason`. */
export async function withDeadline<T>(
  limitMs: number,
  clock: Clock,
  cancel: AbortSignal,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const limited = childOf(cancel)
  const pass = () =>
    limited.abort(new StopReason('deadline', `the deadline of ${formatDuration(limitMs)} has passed`))
  const cancelTimer = after(clock, limitMs, pass)
  try {
    return await work({ at: clock.now() + limitMs, signal: limited.signal })
  } finally {
    cancelTimer()
    limited.release()
  }
}

/** What a step that had to stop was doing, what it leaves behind, and what the reader can do with that. */
export interface Interruption {
  /** As in `the deadline has passed while waiting for …`. */
  readonly doing: string
  readonly message: string
  /** What to do about what is left behind; without it nothing is, and the step can simply be run again. */
  readonly remedy?: string | undefined
  /** The last request's error, if it brought nothing usable. */
  readonly trouble?: AtlasError | undefined
}

const RUN_AGAIN = 'Run this again.'

/** The failure of a step that had to stop. */
export function stopped(reason: StopReason, { doing, message, remedy, trouble }: Interruption): Failure {
  const cancelled = reason.kind === 'cancelled'
  // What Atlas itself said is in the message; a network that brings nothing has a remedy of its own.
  const isNetwork = trouble instanceof NotSentError || trouble instanceof LostAnswerError
  const network = isNetwork ? [trouble.remedy] : []
  const remedies = remedy === undefined ? [...network, RUN_AGAIN] : [remedy, ...network]
  return new Failure({
    title: cancelled ? 'Cancelled' : 'The deadline has passed',
    message: `${capitalize(reason.message)} while ${doing}. ${message}`,
    remedy: cancelled
      ? (remedy ?? RUN_AGAIN)
      : [...remedies, 'For more time, raise timeout-minutes.'].join(' '),
    cause: reason,
  })
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
