import type { ActionError } from '../action-error.js'
import { AtlasError, ConflictError, NonAtlasResponseError, ThrottledError } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context } from './context.js'
import { delayBeforeRead } from './deadline.js'

const MAX_OUTAGE_MS = 5 * 60_000
/** A runner that was suspended for minutes has had no outage. */
const MIN_OUTAGE_FAILURES = 5
const FIRST_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 30_000
/** After a conflict, or because of a rate limit, which many steps can share. Also the longest delay of a read. */
export const MAX_DELAY_MS = 120_000

/** What a series of requests is for. */
interface RetryOptions {
  /** A POST waits for all of `Retry-After`, and a read for at most 2 min. */
  readonly isPost?: boolean
  /** How long an outage can last, `Infinity` for no limit except the deadline. */
  readonly maxOutageMs?: number
  /** The longest backoff after throttling. */
  readonly maxThrottleMs?: number
}

/** A wait for a snapshot outlasts any outage. Status checks need no long backoff, because they are few. */
export const UNTIL_DEADLINE: RetryOptions = {
  maxOutageMs: Number.POSITIVE_INFINITY,
  maxThrottleMs: MAX_BACKOFF_MS,
}

/** When requests that fail are repeated. */
export class Retries {
  readonly #context: Context
  readonly #isPost: boolean
  readonly #maxOutageMs: number
  readonly #maxThrottleMs: number
  #failures = 0
  /** Failures in a row that are no throttling by Atlas and no conflict. */
  #outage: { readonly since: number; readonly failures: number } | undefined
  #lastError: AtlasError | undefined

  constructor(context: Context, options: RetryOptions = {}) {
    const { isPost = false, maxOutageMs = MAX_OUTAGE_MS, maxThrottleMs = MAX_DELAY_MS } = options
    this.#context = context
    this.#isPost = isPost
    this.#maxOutageMs = maxOutageMs
    this.#maxThrottleMs = maxThrottleMs
  }

  /** The last error, `undefined` after a success. */
  get lastError(): AtlasError | undefined {
    return this.#lastError
  }

  /** After a success, or a wait for another snapshot, the series starts again. */
  reset(): void {
    this.#failures = 0
    this.#outage = undefined
    this.#lastError = undefined
  }

  /**
   * A request failed now. The delay is the longer one of `Retry-After` and the exponential backoff with full jitter, because
   * `Retry-After` can be too short if many steps share a rate limit. A conflict that is the first failure needs no delay.
   *
   * @returns the milliseconds until the next try, or the error that ends the step
   */
  fail(error: AtlasError): number | ActionError {
    const { clock, deadline, random } = this.#context
    const now = clock.now()
    const attempt = this.#failures
    this.#lastError = error
    this.#failures += 1
    const isConflict = error instanceof ConflictError
    const isThrottled = error instanceof ThrottledError
    // Throttling by Atlas ends an outage, but not throttling by a proxy.
    const isOutage = !isConflict && !(isThrottled && !error.mayHaveExecuted)
    const { since = now, failures = 0 } = this.#outage ?? {}
    this.#outage = isOutage ? { since, failures: failures + 1 } : undefined
    if (isOutage && failures + 1 >= MIN_OUTAGE_FAILURES && now - since >= this.#maxOutageMs)
      return error.with(`This has lasted for ${formatDuration(now - since)}.`)
    if (isConflict && attempt === 0) return 0
    const maxBackoffMs = isThrottled ? this.#maxThrottleMs : isConflict ? MAX_DELAY_MS : MAX_BACKOFF_MS
    const { retryAfterMs = 0 } = error
    const delayMs = Math.max(retryAfterMs, backoff(isConflict ? attempt - 1 : attempt, random, maxBackoffMs))
    if (!this.#isPost) return Math.min(delayMs, MAX_DELAY_MS)
    if (retryAfterMs === 0 || now + retryAfterMs < deadline.at) return delayMs
    const wait = formatDuration(retryAfterMs)
    return error.with(`The response requires a wait of ${wait}, but the step times out before that.`)
  }
}

/**
 * Retries a read until it succeeds. No pause goes past the last try, 2 s before the deadline.
 *
 * @param mayRetry whether to retry after an error
 * @throws StopReason at the deadline, or if the step is canceled
 * @throws ActionError if the outage lasts too long
 * @throws AtlasError for any other error
 */
export async function retry<T>(
  read: (signal: AbortSignal) => Promise<T>,
  context: Context,
  retries: Retries,
  mayRetry: (error: AtlasError) => boolean = isRetryableRead,
): Promise<T> {
  const { clock, deadline } = context
  for (;;) {
    try {
      const value = await read(deadline.signal)
      retries.reset()
      return value
    } catch (error) {
      deadline.signal.throwIfAborted()
      if (!(error instanceof AtlasError)) throw error
      if (!mayRetry(error)) throw error
      const next = retries.fail(error)
      if (typeof next !== 'number') throw next
      const delayMs = delayBeforeRead(next, context)
      announceRetry(error, delayMs, context)
      await sleep(clock, delayMs, deadline.signal)
    }
  }
}

/** Whether to retry a request if a response that is not from Atlas means a wrong base-url. */
export function isRetryable(error: AtlasError): boolean {
  return error.isRetryable
}

/** Whether a read can be retried after another request had a response from Atlas, so a proxy's page does not end it. */
export function isRetryableRead(error: AtlasError): boolean {
  return error.isRetryable || error instanceof NonAtlasResponseError
}

/** Logs why and when a request is retried. */
export function announceRetry(error: AtlasError, delayMs: number, context: Context): void {
  const { clock, deadline, logger, onActivity } = context
  const isTooLate = clock.now() + delayMs >= deadline.at
  const when = delayMs < 100 ? 'now' : `in ${formatDuration(delayMs)}`
  logger.info(
    `${error.message} ${isTooLate ? 'The step times out before a retry is possible.' : `Retrying ${when}.`}`,
  )
  onActivity({ kind: 'retry', reason: error.title, delayMs })
}

/** A random delay of up to 1 s, 2 s, 4 s … `maxMs` for attempt 0, 1, 2 … */
function backoff(attempt: number, random: Random, maxMs: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** attempt, maxMs) * random.fraction()
}
