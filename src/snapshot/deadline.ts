import { formatDuration } from '../format.js'
import { withTimeout } from '../timers.js'
import type { Context, Dependencies, SnapshotOptions } from './context.js'

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

/** The time between the last read and the deadline, for its response. */
const LAST_READ_LEAD_MS = 2_000

/** Milliseconds until the next read: the delay, or less if the last read before the deadline would otherwise be too late. */
export function delayBeforeRead(
  delayMs: number,
  { clock, deadline }: Pick<Context, 'clock' | 'deadline'>,
): number {
  const untilLastReadMs = deadline.at - LAST_READ_LEAD_MS - clock.now()
  return untilLastReadMs > 0 ? Math.min(delayMs, untilLastReadMs) : delayMs
}

/** Runs a step under a deadline that starts now. `cancel` aborts with a `StopReason` when the step is canceled. */
export function withDeadline<T>(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const { timeoutMs } = options
  const { clock } = dependencies
  const timeoutError = () => new StopReason('deadline', `timed out after ${formatDuration(timeoutMs)}`)
  const at = clock.now() + timeoutMs
  return withTimeout({ clock, signal: cancel, ms: timeoutMs, timeoutError }, (signal) =>
    work({ ...dependencies, options, deadline: { at, signal } }),
  )
}
