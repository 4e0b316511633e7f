import { AtlasError, NotExecutedError, OutcomeUnknownError, ThrottledError } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context } from './context.js'

/** Errors after which the same read may well succeed. */
type RetryableError = NotExecutedError | OutcomeUnknownError | ThrottledError

export function isRetryable(error: unknown): error is RetryableError {
  return (
    error instanceof NotExecutedError ||
    error instanceof OutcomeUnknownError ||
    error instanceof ThrottledError
  )
}

const MAX_OUTAGE_MS = 5 * 60_000

/** How long Atlas has been giving no usable answer, over several requests. */
export class OutageTracker {
  readonly #limitMs: number
  #since: number | undefined
  #last: AtlasError | undefined

  /** @param limitMs how long in a row network errors and 5xx are borne, `Infinity` for as long as the deadline allows */
  constructor(limitMs = MAX_OUTAGE_MS) {
    this.#limitMs = limitMs
  }

  /** The error that is still unanswered, `undefined` where there is none. */
  get lastError(): AtlasError | undefined {
    return this.#last
  }

  /**
   * Notes one more error.
   * @throws ActionError if there was no usable answer for too long
   */
  recordFailure(error: AtlasError, now: number): void {
    this.#last = error
    // Being told to come back later is no part of an outage, and does not end one.
    if (error instanceof ThrottledError) return
    this.#since ??= now
    if (now - this.#since < this.#limitMs) return
    throw error.with(`It has been like this for ${formatDuration(this.#limitMs)}.`)
  }

  /** A request was answered. Whether that ends the outage is for the caller to say, who then begins another. */
  recordSuccess(): void {
    this.#last = undefined
  }
}

/** How a read is persisted in. */
export interface RetryOptions {
  /** Further errors that are worth another try. */
  readonly isAlsoRetryable?: ((error: AtlasError) => boolean) | undefined
  /** How far the pauses grow while Atlas puts the read off, in milliseconds; as far as for any other error unless given. */
  readonly maxThrottleDelayMs?: number | undefined
}

/**
 * Repeats a read until it answers: after `Retry-After`, else with exponential backoff and full jitter.
 *
 * @throws StopReason when the deadline passes or the step is cancelled
 * @throws ActionError if the outage lasts too long, or Atlas asks to wait beyond the deadline
 * @throws AtlasError any other, at once
 */
export async function retry<T>(
  read: (signal: AbortSignal) => Promise<T>,
  context: Context,
  outage: OutageTracker,
  { isAlsoRetryable = () => false, maxThrottleDelayMs }: RetryOptions = {},
): Promise<T> {
  const { clock, deadline } = context
  for (let attempt = 0; ; attempt++) {
    try {
      const value = await read(deadline.signal)
      outage.recordSuccess()
      return value
    } catch (error) {
      deadline.signal.throwIfAborted()
      if (!isRetryable(error) && !(error instanceof AtlasError && isAlsoRetryable(error))) throw error
      outage.recordFailure(error, clock.now())
      await waitBeforeRetry(error, retryDelay(error, attempt, context, maxThrottleDelayMs), context)
    }
  }
}

/** Says why a request is made again, and waits until then. */
export async function waitBeforeRetry(error: AtlasError, delayMs: number, context: Context): Promise<void> {
  const { onActivity, clock, deadline, logger } = context
  logger.info(`${error.message} ${retryMessage(delayMs)}`)
  onActivity({ kind: 'retry', reason: error.title, delayMs })
  await sleep(clock, delayMs, deadline.signal)
}

/**
 * Milliseconds before a request may be repeated: what Atlas asked for, and exponential backoff with full jitter at least.
 *
 * @param maxThrottleDelayMs how far the backoff grows where Atlas put the request off, `undefined` for the usual 30 s
 * @throws ActionError if Atlas asks to wait beyond the deadline
 */
export function retryDelay(
  error: AtlasError,
  attempt: number,
  { clock, deadline, random }: Context,
  maxThrottleDelayMs?: number,
): number {
  const isThrottled = error instanceof ThrottledError
  const retryAfterMs = isThrottled ? (error.retryAfterMs ?? 0) : 0
  // What Atlas asks for may be too little again and again, when many share a rate limit; so the pauses grow as well.
  if (clock.now() + retryAfterMs < deadline.at)
    return Math.max(retryAfterMs, backoff(attempt, random, isThrottled ? maxThrottleDelayMs : undefined))
  throw error.with(
    `Atlas asks to wait ${formatDuration(retryAfterMs)}, which is beyond this step's deadline.`,
  )
}

/** `Trying again in 2 s.` */
export function retryMessage(delayMs: number): string {
  return delayMs < 100 ? 'Trying again at once.' : `Trying again in ${formatDuration(delayMs)}.`
}

const FIRST_BACKOFF_MS = 1_000

const MAX_BACKOFF_MS = 30_000

/** Exponential backoff with full jitter: anything up to 1 s, 2 s, 4 s … `longestMs` for attempt 0, 1, 2 … */
export function backoff(attempt: number, random: Random, maxMs = MAX_BACKOFF_MS): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** attempt, maxMs) * random.fraction()
}
