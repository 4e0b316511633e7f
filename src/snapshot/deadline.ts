import { formatDuration } from '../format.js'
import type { Clock } from '../runtime.js'
import { withTimeout } from '../timers.js'

/** Why a step must stop early. Its message continues with `while …`: `timed out after 30 min`. */
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
  /** Milliseconds on the clock. */
  readonly at: number
  /** Aborts with a `StopReason` at the deadline, or earlier if the step is canceled. */
  readonly signal: AbortSignal
}

/**
 * Runs the work under a deadline that starts now.
 *
 * @param cancel aborts with a `StopReason` when the step is canceled
 */
export function withDeadline<T>(
  timeoutMs: number,
  clock: Clock,
  cancel: AbortSignal,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const timeoutError = () => new StopReason('deadline', `timed out after ${formatDuration(timeoutMs)}`)
  const at = clock.now() + timeoutMs
  return withTimeout({ clock, signal: cancel, ms: timeoutMs, timeoutError }, (signal) => work({ at, signal }))
}
