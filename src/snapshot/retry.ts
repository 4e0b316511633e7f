import {
  AtlasError,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
  ThrottledError,
} from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context } from './context.js'

/** Errors after which the same request can succeed later. */
type RetryableError = NotExecutedError | OutcomeUnknownError | ThrottledError

/** Options of `retry`. */
export interface RetryOptions {
  /**
   * Fail immediately on a 4xx that is not from Atlas, such as a proxy's error page. This is for the first request of a
   * step, because the cause is then probably a wrong base-url. Later requests retry.
   */
  readonly failOnNonAtlasResponse?: boolean | undefined
  /** Other errors to retry. */
  readonly isAlsoRetryable?: ((error: AtlasError) => boolean) | undefined
  /** The maximum backoff after throttling, in milliseconds. The default is the same as for other errors. */
  readonly maxThrottleDelayMs?: number | undefined
}

const MAX_OUTAGE_MS = 5 * 60_000
const FIRST_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 30_000
/** The maximum delay of a request because of a rate limit, unless `Retry-After` is longer. */
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
   * @throws ActionError if the outage has lasted too long
   */
  recordFailure(error: AtlasError, now: number): void {
    this.#last = error
    // Throttling (429, maintenance) does not start an outage.
    if (error instanceof ThrottledError) return
    this.#since ??= now
    if (now - this.#since < this.#limitMs) return
    throw error.with(`This has lasted for ${formatDuration(this.#limitMs)}.`)
  }

  /** Clears the last error. It does not end the outage. To end it, create another tracker. */
  recordSuccess(): void {
    this.#last = undefined
  }
}

/**
 * Retries a read until it succeeds, after `Retry-After` or exponential backoff with full jitter, whichever is longer.
 *
 * @throws StopReason at the deadline, or if the step is canceled
 * @throws ActionError if the outage lasts too long, or `Retry-After` exceeds the deadline
 * @throws AtlasError for any error that is not retryable
 */
export async function retry<T>(
  read: (signal: AbortSignal) => Promise<T>,
  context: Context,
  outage: OutageTracker,
  { failOnNonAtlasResponse = false, isAlsoRetryable = () => false, maxThrottleDelayMs }: RetryOptions = {},
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
      const isNonAtlas = error instanceof NonAtlasResponseError && !failOnNonAtlasResponse
      if (!isRetryable(error) && !isNonAtlas && !isAlsoRetryable(error)) throw error
      outage.recordFailure(error, clock.now())
      const delayMs = retryDelay(error, attempt, context, maxThrottleDelayMs)
      announceRetry(error, delayMs, context)
      await sleep(clock, delayMs, deadline.signal)
    }
  }
}

export function isRetryable(error: unknown): error is RetryableError {
  return (
    error instanceof NotExecutedError ||
    error instanceof OutcomeUnknownError ||
    error instanceof ThrottledError
  )
}

/** Logs why and when a request is retried. */
export function announceRetry(error: AtlasError, delayMs: number, { logger, onActivity }: Context): void {
  logger.info(
    `${error.message} ${delayMs < 100 ? 'Retrying now.' : `Retrying in ${formatDuration(delayMs)}.`}`,
  )
  onActivity({ kind: 'retry', reason: error.title, delayMs })
}

/**
 * Milliseconds until a request is retried.
 *
 * @param attempt 0 for the first retry
 * @throws ActionError if `Retry-After` exceeds the deadline
 */
export function retryDelay(
  error: AtlasError,
  attempt: number,
  { clock, deadline, random }: Context,
  maxThrottleDelayMs?: number,
): number {
  const isThrottled = error instanceof ThrottledError
  const { retryAfterMs = 0 } = error
  // `Retry-After` can be too short if many steps share a rate limit, so the backoff also grows.
  if (retryAfterMs === 0 || clock.now() + retryAfterMs < deadline.at)
    return Math.max(retryAfterMs, backoff(attempt, random, isThrottled ? maxThrottleDelayMs : undefined))
  throw error.with(
    `The response requires a wait of ${formatDuration(retryAfterMs)}, but the step times out before that.`,
  )
}

/** A random delay of up to 1 s, 2 s, 4 s … `maxMs` for attempt 0, 1, 2 … */
export function backoff(attempt: number, random: Random, maxMs = MAX_BACKOFF_MS): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** attempt, maxMs) * random.fraction()
}
