import { formatDuration } from '../format.js'
import type { Clock } from '../runtime.js'
import { withTimeout } from '../timers.js'

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
export function withDeadline<T>(
  limitMs: number,
  clock: Clock,
  cancel: AbortSignal,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const late = () => new StopReason('deadline', `the deadline of ${formatDuration(limitMs)} has passed`)
  const at = clock.now() + limitMs
  return withTimeout({ clock, parent: cancel, ms: limitMs, late }, (signal) => work({ at, signal }))
}
