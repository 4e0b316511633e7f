import type { ActionError } from '../action-error.js'
import { AtlasError, type Meaning, means } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context } from './context.js'

/** How long failures in a row are retried, in milliseconds, by their meaning. Any other failure ends the step. */
export type RetryPolicy = Readonly<Partial<Record<Meaning, number>>>

const OUTAGE_MS = 5 * 60_000
/** A gateway, an access list, or a role can reject requests for a moment. A new snapshot can be missing. */
const REJECTION_MS = 60_000
const UNTIL_DEADLINE = Number.POSITIVE_INFINITY

/** A read before the first POST. A response that is not from Atlas means that base-url is wrong. */
export const FIRST_READ: RetryPolicy = {
  notExecuted: OUTAGE_MS,
  unknown: OUTAGE_MS,
  throttled: UNTIL_DEADLINE,
}
/** A read of the list after the first POST. */
export const LIST_AFTER_POST: RetryPolicy = {
  ...FIRST_READ,
  notAtlas: OUTAGE_MS,
  rejected: REJECTION_MS,
}
/** A read of a snapshot that Atlas has accepted or shown. A wait outlasts any outage. */
export const WAIT: RetryPolicy = {
  notExecuted: UNTIL_DEADLINE,
  unknown: UNTIL_DEADLINE,
  throttled: UNTIL_DEADLINE,
  notAtlas: UNTIL_DEADLINE,
  rejected: REJECTION_MS,
}
/** A POST. Any other failure ends the step, after a search for its snapshot if it might have been executed. */
export const POST: RetryPolicy = {
  notExecuted: OUTAGE_MS,
  unknown: OUTAGE_MS,
  throttled: UNTIL_DEADLINE,
  conflict: UNTIL_DEADLINE,
}

const FIRST_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 30_000
/** A read does no harm, so a `Retry-After` of hours must not stop the step from reading. */
const MAX_READ_DELAY_MS = 120_000
const LAST_READ_LEAD_MS = 2_000
/** How late the list can show a new snapshot. Atlas does not document it, and no list was recorded so early. */
export const LIST_DELAY_MS = 5_000

/** The failures of a series of requests, which decide when the next one is sent. */
export class Retries {
  readonly #context: Context
  /** Since the last success, or for POSTs since the start. */
  #failures = 0
  /** The first failure in a row with the same limit. */
  #series: { readonly limitMs: number; readonly since: number } | undefined
  #lastError: AtlasError | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** The last error that was retried, `undefined` after a success. */
  get lastError(): AtlasError | undefined {
    return this.#lastError
  }

  /** A request succeeded. */
  reset(): void {
    this.#failures = 0
    this.#series = undefined
    this.#lastError = undefined
  }

  /**
   * A request failed now. The delay is the longer one of `Retry-After` and the exponential backoff with full jitter, because
   * `Retry-After` can be too short if many steps share a rate limit.
   *
   * @returns the milliseconds until the next try, or the error that ends the step
   */
  next(error: AtlasError, policy: RetryPolicy): number | ActionError {
    const { clock, random } = this.#context
    const limitMs = policy[error.meaning]
    if (limitMs === undefined) return error
    const now = clock.now()
    if (this.#series?.limitMs !== limitMs) this.#series = { limitMs, since: now }
    const lastedMs = now - this.#series.since
    if (lastedMs >= limitMs) return error.with(`All tries for ${formatDuration(lastedMs)} have failed.`)
    this.#lastError = error
    this.#failures += 1
    return Math.max(error.retryAfterMs ?? 0, backoff(this.#failures, random))
  }
}

/**
 * Retries a read until it succeeds.
 *
 * @param endsRead whether an error ends the read, although the policy retries it
 * @throws StopReason at the deadline, or if the step is canceled
 * @throws AtlasError for an error that the policy does not retry, or not any longer
 */
export async function retry<T>(
  read: (signal: AbortSignal) => Promise<T>,
  context: Context,
  retries: Retries,
  policy: RetryPolicy,
  endsRead: (error: unknown) => boolean = () => false,
): Promise<T> {
  const { clock, deadline } = context
  for (;;) {
    try {
      const value = await read(deadline.signal)
      retries.reset()
      return value
    } catch (error) {
      deadline.signal.throwIfAborted()
      if (!(error instanceof AtlasError) || endsRead(error)) throw error
      const next = retries.next(error, policy)
      if (typeof next !== 'number') throw next
      const delayMs = delayBeforeRead(Math.min(next, MAX_READ_DELAY_MS), context)
      announceRetry(error, delayMs, context)
      await sleep(clock, delayMs, deadline.signal)
    }
  }
}

/** When the last read begins, in milliseconds on the clock: 2 s before the deadline, so its response can arrive. */
function lastReadAt({ deadline }: Pick<Context, 'deadline'>): number {
  return deadline.at - LAST_READ_LEAD_MS
}

/** Milliseconds until the next read: the delay, but not past the last read. */
export function delayBeforeRead(delayMs: number, context: Pick<Context, 'clock' | 'deadline'>): number {
  const untilLastReadMs = lastReadAt(context) - context.clock.now()
  return untilLastReadMs > 0 ? Math.min(delayMs, untilLastReadMs) : delayMs
}

/**
 * Milliseconds until another POST, or the error that ends the step, also if `Retry-After` exceeds the remaining time. Call it
 * when the POST fails.
 */
export function delayBeforePost(
  error: AtlasError,
  retries: Retries,
  { clock, deadline }: Pick<Context, 'clock' | 'deadline'>,
): number | ActionError {
  const delayMs = retries.next(error, POST)
  const { retryAfterMs = 0 } = error
  // After the stop, the step reports the stop and not this delay.
  const isInTime = deadline.signal.aborted || clock.now() + retryAfterMs < deadline.at
  if (typeof delayMs !== 'number' || isInTime) return delayMs
  const wait = formatDuration(retryAfterMs)
  return error.with(`The response requires a wait of ${wait}, but the step times out before that.`)
}

/**
 * When the list is read after a POST that failed now, in milliseconds on the clock: twice if the POST might have been executed,
 * and last, directly before another POST. If one of these is later than 2 s before the deadline, the list is also read 2 s
 * before the deadline.
 *
 * @param next the milliseconds until another POST, or the error that ends the step
 */
export function listTimesAfterPost(
  error: AtlasError,
  next: number | ActionError,
  context: Context,
): readonly number[] {
  const now = context.clock.now()
  const search = error.mayHaveExecuted && !means(error, 'untrusted') ? [now, now + LIST_DELAY_MS] : []
  const beforePost = typeof next === 'number' ? [Math.max(now + next, ...search)] : []
  const times = [...new Set([...search, ...beforePost])]
  const last = lastReadAt(context)
  return last > now && times.some((at) => at > last) ? [...times, last].toSorted((a, b) => a - b) : times
}

/** Logs why and when a request is retried, or after a conflict, when the list is read. */
export function announceRetry(error: AtlasError, delayMs: number, context: Context): void {
  const { clock, deadline, logger } = context
  const isTooLate = clock.now() + delayMs >= deadline.at
  const what = means(error, 'conflict') ? 'Reading the list of snapshots' : 'Retrying'
  const when = delayMs < 100 ? 'now' : `in ${formatDuration(delayMs)}`
  logger.info(
    `${error.message} ${isTooLate ? 'The step times out before a retry is possible.' : `${what} ${when}.`}`,
  )
}

/** A random delay of up to 1 s, 2 s, 4 s … 30 s after 1, 2, 3 … failures. */
function backoff(failures: number, random: Random): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS) * random.fraction()
}
