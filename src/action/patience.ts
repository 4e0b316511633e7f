import { formatDuration } from '../format.js'
import type { Clock } from '../ports.js'

/** How long something at the end of a step may take. */
interface TimeLimit {
  /** Milliseconds. */
  readonly limitMs: number
  /** Milliseconds from the moment that the step is cancelled, since it has 2 s for everything then. */
  readonly cancelledMs: number
  /** What is said of it when its time is over, which comes as `0.5 s`. */
  readonly timeoutMessage: (limit: string) => string
}

/** For releasing what the step proved itself with. */
export const REVOKE_LIMIT: TimeLimit = {
  limitMs: 3_000,
  cancelledMs: 500,
  timeoutMessage: (limit) => `no whole answer within ${limit}`,
}

/**
 * Does something that a step has left to do at its end, whenever the step is cancelled: before, meanwhile, or not at all.
 *
 * @param work is given a signal that aborts when its time is over
 */
export async function withTimeLimit<T>(
  { limitMs, cancelledMs, timeoutMessage }: TimeLimit,
  clock: Clock,
  cancel: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const endAfter = (ms: number) =>
    clock.setTimeout(ms, () => limit.abort(new Error(timeoutMessage(formatDuration(ms)))))
  const stops = [endAfter(limitMs)]
  const hurry = () => void stops.push(endAfter(cancelledMs))
  if (cancel.aborted) hurry()
  else cancel.addEventListener('abort', hurry, { once: true })
  try {
    return await work(limit.signal)
  } finally {
    cancel.removeEventListener('abort', hurry)
    for (const stop of stops) stop()
  }
}
