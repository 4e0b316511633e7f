import type { ActionError } from '../action-error.js'
import {
  AtlasError,
  IncompleteListError,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
} from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context } from './context.js'
import { delayBeforeRead } from './deadline.js'

/** Errors after which the same request can succeed later. */
type RetryableError = NotExecutedError | OutcomeUnknownError | ThrottledError | IncompleteListError

const MAX_OUTAGE_MS = 5 * 60_000
const FIRST_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 30_000
/** The maximum delay of a POST or a list because of a rate limit, unless `Retry-After` is longer. */
export const MAX_THROTTLE_DELAY_MS = 120_000

/** Measures an outage over several requests. */
export class OutageTracker {
  readonly #limitMs: number
  #since: number | undefined
  #last: AtlasError | undefined

  /** @param limitMs how long network errors and 5xx are retried, `Infinity` for no limit except the deadline */
  constructor(limitMs = MAX_OUTAGE_MS) {
    this.#limitMs = limitMs
  }

  /** The last error, `undefined` after a success. */
  get lastError(): AtlasError | undefined {
    return this.#last
  }

  /**
   * @param now milliseconds on the clock
   * @returns the error to report if the outage has lasted too long
   */
  recordFailure(error: AtlasError, now: number): ActionError | undefined {
    this.#last = error
    if (error instanceof ThrottledError) {
      // Atlas responded, so this is no outage. The response of a proxy shows nothing.
      if (!error.mayHaveExecuted) this.#since = undefined
      return undefined
    }
    this.#since ??= now
    if (now - this.#since < this.#limitMs) return undefined
    return error.with(`This has lasted for ${formatDuration(this.#limitMs)}.`)
  }

  recordSuccess(): void {
    this.#last = undefined
    this.#since = undefined
  }
}

/**
 * Retries a read until it succeeds, after `Retry-After` or exponential backoff with full jitter, whichever is longer. There
 * is always one more try 2 s before the deadline.
 *
 * @param mayRetry whether to retry after an error
 * @param maxThrottleDelayMs the longest backoff after throttling
 * @throws StopReason at the deadline, or if the step is canceled
 * @throws ActionError if the outage lasts too long
 * @throws AtlasError for any other error
 */
export async function retry<T>(
  read: (signal: AbortSignal) => Promise<T>,
  context: Context,
  outage: OutageTracker,
  mayRetry: (error: AtlasError) => boolean = isRetryableRead,
  maxThrottleDelayMs = MAX_BACKOFF_MS,
): Promise<T> {
  const { clock, deadline } = context
  for (let attempt = 0; ; attempt++) {
    try {
      const value = await read(deadline.signal)
      outage.recordSuccess()
      return value
    } catch (error) {
      deadline.signal.throwIfAborted()
      if (!(error instanceof AtlasError)) throw error
      if (!mayRetry(error)) {
        if (error instanceof RejectedError) outage.recordSuccess()
        throw error
      }
      const failure = outage.recordFailure(error, clock.now())
      if (failure !== undefined) throw failure
      const delayMs = delayBeforeRead(retryDelay(error, attempt, context.random, maxThrottleDelayMs), context)
      announceRetry(error, delayMs, context)
      await sleep(clock, delayMs, deadline.signal)
    }
  }
}

/** Whether a later request can succeed. For the first request of a step, a proxy's page means a wrong base-url. */
export function isRetryable(error: unknown): error is RetryableError {
  return (
    error instanceof NotExecutedError ||
    error instanceof OutcomeUnknownError ||
    error instanceof ThrottledError ||
    error instanceof IncompleteListError
  )
}

/** The same for any later read, which a proxy's page does not end. */
export function isRetryableRead(error: unknown): boolean {
  return isRetryable(error) || error instanceof NonAtlasResponseError
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

/**
 * Milliseconds until a request can be retried. `Retry-After` can be too short if many steps share a rate limit, so the
 * backoff also grows.
 *
 * @param attempt 0 for the first retry
 */
export function retryDelay(
  error: AtlasError,
  attempt: number,
  random: Random,
  maxThrottleDelayMs = MAX_THROTTLE_DELAY_MS,
): number {
  const maxMs = error instanceof ThrottledError ? maxThrottleDelayMs : MAX_BACKOFF_MS
  return Math.max(error.retryAfterMs ?? 0, backoff(attempt, random, maxMs))
}

/** A random delay of up to 1 s, 2 s, 4 s … `maxMs` for attempt 0, 1, 2 … */
export function backoff(attempt: number, random: Random, maxMs = MAX_BACKOFF_MS): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** attempt, maxMs) * random.fraction()
}
