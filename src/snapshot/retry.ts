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

/** Errors after which the same request can succeed. */
type RetryableError = NotExecutedError | OutcomeUnknownError | ThrottledError

/** Options of `retry`. */
export interface RetryOptions {
  /**
   * Fail at once on a 4xx that does not come from Atlas, such as a proxy's error page. Set for the first request of a
   * step, because a wrong base-url will not change. Later requests retry, so one such page does not end the step.
   */
  readonly failOnNonAtlasResponse?: boolean | undefined
  /** Errors to retry besides the usual ones. */
  readonly isAlsoRetryable?: ((error: AtlasError) => boolean) | undefined
  /** How long the backoff grows while Atlas throttles the request, in milliseconds. The default is that of any error. */
  readonly maxThrottleDelayMs?: number | undefined
}

const MAX_OUTAGE_MS = 5 * 60_000
const FIRST_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 30_000
/** The most by which a short rate limit delays a request that many steps need to get through. */
export const MAX_THROTTLE_DELAY_MS = 120_000

/** How long Atlas has not responded usably, over several requests. */
export class OutageTracker {
  readonly #limitMs: number
  #since: number | undefined
  #last: AtlasError | undefined

  /** @param limitMs how long network errors and 5xx are retried, `Infinity` for as long as the deadline allows */
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
    // Throttling (429, maintenance) neither starts nor ends an outage.
    if (error instanceof ThrottledError) return
    this.#since ??= now
    if (now - this.#since < this.#limitMs) return
    throw error.with(`It has been like this for ${formatDuration(this.#limitMs)}.`)
  }

  /** Clears the last error. The outage goes on: a caller that sees it ended starts another tracker. */
  recordSuccess(): void {
    this.#last = undefined
  }
}

/**
 * Retries a read until it succeeds: after `Retry-After`, else with exponential backoff and full jitter.
 *
 * @throws StopReason at the deadline, or if the step is cancelled
 * @throws ActionError if the outage lasts too long, or Atlas asks to wait beyond the deadline
 * @throws AtlasError any other, at once
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
      await waitBeforeRetry(error, retryDelay(error, attempt, context, maxThrottleDelayMs), context)
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

/** Logs why a request is retried, and waits until then. */
export async function waitBeforeRetry(error: AtlasError, delayMs: number, context: Context): Promise<void> {
  const { clock, deadline, logger, onActivity } = context
  logger.info(`${error.message} ${retryMessage(delayMs)}`)
  onActivity({ kind: 'retry', reason: error.title, delayMs })
  await sleep(clock, delayMs, deadline.signal)
}

/**
 * Milliseconds before a request is retried: the larger of `Retry-After` and exponential backoff with full jitter.
 *
 * @param attempt 0 for the first retry
 * @throws ActionError if Atlas asks to wait beyond the deadline
 */
export function retryDelay(
  error: AtlasError,
  attempt: number,
  { clock, deadline, random }: Context,
  maxThrottleDelayMs?: number,
): number {
  const isThrottled = error instanceof ThrottledError
  const { retryAfterMs = 0 } = error
  // `Retry-After` can be too short again and again if many share a rate limit, so the backoff grows as well.
  if (clock.now() + retryAfterMs < deadline.at)
    return Math.max(retryAfterMs, backoff(attempt, random, isThrottled ? maxThrottleDelayMs : undefined))
  throw error.with(
    `Atlas asks to wait ${formatDuration(retryAfterMs)}, which is beyond this step's deadline.`,
  )
}

/** Anything up to 1 s, 2 s, 4 s … `maxMs` for attempt 0, 1, 2 … */
export function backoff(attempt: number, random: Random, maxMs = MAX_BACKOFF_MS): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** attempt, maxMs) * random.fraction()
}

function retryMessage(delayMs: number): string {
  return delayMs < 100 ? 'Trying again at once.' : `Trying again in ${formatDuration(delayMs)}.`
}
