import { formatDuration } from '../format.js'
import type { Clock } from '../runtime.js'
import { withTimeout } from '../timers.js'

/** Why a step has to stop before its work is done. */
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

/**
 * Runs the work under a deadline that starts now.
 *
 * @param cancel aborts with a `StopReason` when the step is cancelled
 */
export function withDeadline<T>(
  timeoutMs: number,
  clock: Clock,
  cancel: AbortSignal,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const timeoutError = () =>
    new StopReason('deadline', `the deadline of ${formatDuration(timeoutMs)} has passed`)
  const at = clock.now() + timeoutMs
  return withTimeout({ clock, signal: cancel, ms: timeoutMs, timeoutError }, (signal) => work({ at, signal }))
}
