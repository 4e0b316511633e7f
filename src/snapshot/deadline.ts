import { childOf } from '../abort.js'
import { Failure } from '../failure.js'
import { formatDuration } from '../format.js'
import type { Clock } from '../ports.js'

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
  const timer = new AbortController()
  const pass = () =>
    limited.abort(new StopReason('deadline', `the deadline of ${formatDuration(limitMs)} has passed`))
  clock.sleep(limitMs, timer.signal).then(pass, () => undefined)
  try {
    return await work({ at: clock.now() + limitMs, signal: limited.signal })
  } finally {
    timer.abort()
    limited.release()
  }
}

/** What a step that had to stop was doing, what it leaves behind, and what the reader can do with that. */
export interface Interruption {
  /** As in `the deadline has passed while waiting for …`. */
  readonly doing: string
  readonly message: string
  readonly remedy: string
}

/** The failure of a step that had to stop. */
export function stopped(reason: StopReason, { doing, message, remedy }: Interruption): Failure {
  const cancelled = reason.kind === 'cancelled'
  return new Failure({
    title: cancelled ? 'Cancelled' : 'The deadline has passed',
    message: `${capitalize(reason.message)} while ${doing}. ${message}`,
    remedy: cancelled ? remedy : `${remedy} For more time, raise timeout-minutes.`,
    cause: reason,
  })
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
