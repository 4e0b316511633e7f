import { AtlasError, type Meaning } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../ports.js'
import type { Context } from './context.js'

/** How long failures in a row are retried, in milliseconds, by their meaning. Any other failure ends the step. */
export type RetryPolicy = Readonly<Partial<Record<Meaning, number>>>

const OUTAGE_MS = 5 * 60_000
/** A gateway, an access list, or a role can reject requests for a moment. A new snapshot can be missing. */
const REJECTION_MS = 60_000
const FINAL_LIST_MS = 60_000
const UNTIL_DEADLINE = Number.POSITIVE_INFINITY

/** A read before the first POST, or without one. A response that is not from Atlas means that base-url is wrong. */
export const READ_BEFORE_POST: RetryPolicy = {
  notExecuted: OUTAGE_MS,
  unknown: OUTAGE_MS,
  throttled: UNTIL_DEADLINE,
}
/** A read of the list after the first POST. */
export const READ_AFTER_POST: RetryPolicy = {
  ...READ_BEFORE_POST,
  notAtlas: OUTAGE_MS,
  rejected: REJECTION_MS,
}
/** A read of a snapshot, or of the list, while the step waits for a snapshot. A wait outlasts any outage. */
export const READ_WHILE_WAITING: RetryPolicy = {
  notExecuted: UNTIL_DEADLINE,
  unknown: UNTIL_DEADLINE,
  throttled: UNTIL_DEADLINE,
  notAtlas: UNTIL_DEADLINE,
  rejected: REJECTION_MS,
}
/** The list after which no POST can follow. The failure of the final POST must not wait for longer. */
export const READ_AFTER_FINAL_POST: RetryPolicy = {
  notExecuted: FINAL_LIST_MS,
  unknown: FINAL_LIST_MS,
  throttled: FINAL_LIST_MS,
  notAtlas: FINAL_LIST_MS,
  rejected: FINAL_LIST_MS,
}
/** A POST. After any other failure, no other POST can follow. */
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

/** A series of requests of one kind, with its failures, which decide when the next one is sent. */
export class Retries {
  readonly #context: Context
  /** Since the last success, or for POSTs since the start. */
  #failures = 0
  /** The first failure in a row with the same limit, so a refused connection after a 502 does not start the time anew. */
  #series: { readonly limitMs: number; readonly since: number } | undefined
  /** How long the failures in a row can still last. */
  #leftMs = 0
  #lastError: AtlasError | undefined
  #hasNotFound = false

  constructor(context: Context) {
    this.#context = context
  }

  /** The last error, `undefined` after a success or `forgetLastError`. */
  get lastError(): AtlasError | undefined {
    return this.#lastError
  }

  /** Whether one of the failures in a row was a 404. */
  get hasNotFound(): boolean {
    return this.#hasNotFound
  }

  /**
   * Retries a read until it succeeds.
   *
   * @throws StopReason at the deadline, or if the step is canceled
   * @throws AtlasError for an error that the policy does not retry, or not any longer
   */
  async read<T>(read: (signal: AbortSignal) => Promise<T>, policy: RetryPolicy): Promise<T> {
    const { signal } = this.#context.deadline
    for (;;) {
      try {
        const value = await read(signal)
        this.#failures = 0
        this.#series = undefined
        this.#lastError = undefined
        this.#hasNotFound = false
        return value
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof AtlasError)) throw error
        const failure = this.fail(error, policy)
        if (failure !== undefined) throw failure
        const maxMs = policy === READ_AFTER_FINAL_POST ? this.#leftMs : MAX_READ_DELAY_MS
        await this.sleepAfter(error, Math.min(this.delayAfter(error), maxMs), 'Retrying')
      }
    }
  }

  /** A request failed now. Returns the error that ends the step, `undefined` if the request can be sent again. */
  fail(error: AtlasError, policy: RetryPolicy): AtlasError | undefined {
    const { clock, deadline } = this.#context
    // If stopping the step made the request fail, its error adds nothing.
    const isStop = deadline.signal.aborted && error.cause === deadline.signal.reason
    if (!isStop) this.#lastError = error
    this.#hasNotFound ||= error.rejection?.status === 404
    const limitMs = policy[error.meaning]
    if (limitMs === undefined) return error
    const now = clock.now()
    if (this.#series?.limitMs !== limitMs) this.#series = { limitMs, since: now }
    const lastedMs = now - this.#series.since
    if (lastedMs >= limitMs)
      return error.with({ more: `All tries for ${formatDuration(lastedMs)} have failed.` })
    this.#leftMs = limitMs - lastedMs
    this.#failures += 1
    return undefined
  }

  /** The last error is no longer a reason for what the step does. It still counts for the backoff. */
  forgetLastError(): void {
    this.#lastError = undefined
  }

  /**
   * Milliseconds until the next try: the longer one of `Retry-After` and the exponential backoff with full jitter, because
   * `Retry-After` can be too short if many steps share a rate limit.
   */
  delayAfter({ retryAfterMs = 0 }: AtlasError): number {
    return Math.max(retryAfterMs, backoff(this.#failures, this.#context.random))
  }

  /**
   * Logs why a request failed and what comes next, then sleeps.
   *
   * @param next continues with `in 5 s`
   */
  async sleepAfter(error: AtlasError, delayMs: number, next: string): Promise<void> {
    const { deadline, logger } = this.#context
    const plan = deadline.isTooLate
      ? 'The step times out before another request is possible.'
      : `${next} in ${formatDuration(deadline.cutDelay(delayMs))}.`
    logger.info(`${error.message} ${plan}`)
    await deadline.sleep(delayMs)
  }
}

/** A random delay of up to 1 s, 2 s, 4 s … 30 s after 1, 2, 3 … failures. */
function backoff(failures: number, random: Random): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS) * random.fraction()
}
