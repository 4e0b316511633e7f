import { formatDuration } from '../format.js'
import type { Clock } from '../runtime.js'
import { withTimeout } from '../timers.js'

/** Why a step must stop early. Its message continues with `while …`: `timed out after 30 min`. */
export class StopReason extends Error {
  override readonly name = 'StopReason'
  readonly kind: 'canceled' | 'deadline'

  constructor(kind: 'canceled' | 'deadline', message: string) {
    super(message)
    this.kind = kind
  }
}

export function isCancellation(reason: unknown): reason is StopReason {
  return reason instanceof StopReason && reason.kind === 'canceled'
}

/** The one deadline of a step. */
export interface Deadline {
  /** Milliseconds on the clock. */
  readonly at: number
  /** Aborts with a `StopReason` at the deadline, or earlier if the step is canceled. */
  readonly signal: AbortSignal
}

/** The time between the last read and the deadline, for its response. */
const LAST_READ_LEAD_MS = 2_000

/** Milliseconds until the next read: the delay, or less if the last read before the deadline would otherwise be too late. */
export function delayBeforeRead(
  delayMs: number,
  { clock, deadline }: { readonly clock: Clock; readonly deadline: Deadline },
): number {
  const untilLastReadMs = deadline.at - LAST_READ_LEAD_MS - clock.now()
  return untilLastReadMs > 0 ? Math.min(delayMs, untilLastReadMs) : delayMs
}

/** Runs the work under a deadline that starts now. `cancel` aborts with a `StopReason` when the step is canceled. */
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
