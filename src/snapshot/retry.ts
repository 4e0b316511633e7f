import { type Meaning, RequestError } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Context, OnConflict } from './context.js'

/** How long failures in a row are retried, in milliseconds, by their meaning. A failure with another meaning ends the step. */
export type RetryPolicy = Readonly<Partial<Record<Meaning, number>>>

const OUTAGE_MS = 5 * 60_000
/** A gateway, an access list, or a role can reject requests for a moment. Atlas might not find a new snapshot yet. */
const REJECTION_MS = 60_000
const UNTIL_DEADLINE = Number.POSITIVE_INFINITY

const OUTAGES: RetryPolicy = { notExecuted: OUTAGE_MS, unknown: OUTAGE_MS, throttled: UNTIL_DEADLINE }
/** A read before the first POST or without one. */
export const BEFORE_POST: RetryPolicy = OUTAGES
/** Of a POST, by `on-conflict`. */
export const POST_POLICIES: Readonly<Record<OnConflict, RetryPolicy>> = {
  wait: { ...OUTAGES, conflict: UNTIL_DEADLINE },
  fail: OUTAGES,
}
/** A list after a POST, which alone can show whether that one was executed. */
export const AFTER_POST: RetryPolicy = { ...OUTAGES, notAtlas: OUTAGE_MS, rejected: REJECTION_MS }
/** A read while the step waits for a snapshot. */
export const WHILE_WAITING: RetryPolicy = {
  notExecuted: UNTIL_DEADLINE,
  unknown: UNTIL_DEADLINE,
  throttled: UNTIL_DEADLINE,
  notAtlas: UNTIL_DEADLINE,
  rejected: REJECTION_MS,
}

/** A list can lack a snapshot for this long after its POST, so a shorter pause before the list would prove nothing. */
const MIN_DELAY_MS = 5_000
const DELAY_GROWTH_MS = 10_000
const MAX_DELAY_MS = 30_000
/** Maintenance pages ask for hours. */
const MAX_RETRY_AFTER_MS = 120_000

/** A series of requests of one kind: POSTs, lists, or reads of a snapshot. */
export class Retries {
  readonly #context: Context
  /** How many failures are in a row. */
  #failures = 0
  /** When the first failure in a row with each limit came. For example, a 429 does not start the time of a 502 anew. */
  readonly #firstFailures = new Map<number, number>()
  #lastError: RequestError | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** The last failure, `undefined` after a success or `reset`. */
  get lastError(): RequestError | undefined {
    return this.#lastError
  }

  /** Forgets all failures. */
  reset(): void {
    this.#failures = 0
    this.#firstFailures.clear()
    this.#lastError = undefined
  }

  /** Retries a read until it succeeds. Throws like `pauseOrThrow`. */
  async read<T>(attempt: () => Promise<T>, policy: RetryPolicy): Promise<T> {
    for (;;) {
      try {
        const value = await attempt()
        this.reset()
        return value
      } catch (error) {
        await this.pauseOrThrow(error, policy)
      }
    }
  }

  /**
   * Logs a failure, and sleeps until the next try. The time is random, which spreads many steps with one rate limit, and grows with
   * the failures in a row. If `Retry-After` is longer, it sleeps for that, up to a limit.
   *
   * @throws StopReason at the deadline, or if the step is canceled
   * @throws RequestError if the policy does not retry the failure, or not any longer
   * @throws the failure if it is a bug
   */
  async pauseOrThrow(failure: unknown, policy: RetryPolicy): Promise<void> {
    const { clock, deadline, logger, random } = this.#context
    // A request that the stop ends fails, too, and the stop is the reason to report.
    deadline.signal.throwIfAborted()
    if (!(failure instanceof RequestError)) throw failure
    this.#lastError = failure
    const limitMs = policy[failure.meaning]
    if (limitMs === undefined) throw failure
    const firstAt = this.#firstFailures.get(limitMs) ?? clock.now()
    this.#firstFailures.set(limitMs, firstAt)
    const lastedMs = clock.now() - firstAt
    if (lastedMs >= limitMs)
      throw failure.with({ more: `All tries for ${formatDuration(lastedMs)} have failed.` })
    this.#failures += 1
    const maxMs = Math.min(DELAY_GROWTH_MS * this.#failures, MAX_DELAY_MS)
    const backoffMs = MIN_DELAY_MS + (maxMs - MIN_DELAY_MS) * random.fraction()
    const delayMs = Math.max(backoffMs, Math.min(failure.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
    logger.info(`${failure.message} Next try in ${formatDuration(delayMs)}, if the time limit allows.`)
    await deadline.sleep(delayMs)
  }
}
