import { AtlasError, type Meaning } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Context } from './context.js'

/** How long failures in a row are retried, in milliseconds, by their meaning. Any other failure ends the step. */
export type RetryPolicy = Readonly<Partial<Record<Meaning, number>>>

const OUTAGE_MS = 5 * 60_000
/** A gateway, an access list, or a role can reject requests for a moment. A new snapshot can be missing. */
const REJECTION_MS = 60_000
const UNTIL_DEADLINE = Number.POSITIVE_INFINITY

/** A POST, or a read before it. A response to a read that is not from Atlas means that base-url is wrong. */
export const CREATING: RetryPolicy = {
  notExecuted: OUTAGE_MS,
  unknown: OUTAGE_MS,
  throttled: UNTIL_DEADLINE,
  conflict: UNTIL_DEADLINE,
}
/** A list after a POST. */
export const SEARCHING: RetryPolicy = { ...CREATING, notAtlas: OUTAGE_MS, rejected: REJECTION_MS }
/** A read while the step waits for a snapshot. */
export const WAITING: RetryPolicy = {
  notExecuted: UNTIL_DEADLINE,
  unknown: UNTIL_DEADLINE,
  throttled: UNTIL_DEADLINE,
  notAtlas: UNTIL_DEADLINE,
  rejected: REJECTION_MS,
}

/** A list can be this late, and many steps can share a rate limit. */
const MIN_DELAY_MS = 5_000
const DELAY_GROWTH_MS = 10_000
const MAX_DELAY_MS = 30_000
/** Maintenance pages ask for hours. */
const MAX_RETRY_AFTER_MS = 120_000

/** A series of requests of one kind: POSTs, lists, or reads of a snapshot. */
export class Retries {
  readonly #context: Context
  /** In a row. */
  #failures = 0
  /** When the failures in a row with this limit began. A refused connection after a 502 does not start the time anew. */
  #row: { readonly limitMs: number; readonly since: number } | undefined
  #lastError: AtlasError | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** The last failure of the row, `undefined` after its end. */
  get lastError(): AtlasError | undefined {
    return this.#lastError
  }

  /** Ends a row of failures. */
  reset(): void {
    this.#failures = 0
    this.#row = undefined
    this.#lastError = undefined
  }

  /**
   * Retries a read until it succeeds.
   *
   * @throws the same as `pause`
   */
  async read<T>(read: () => Promise<T>, policy: RetryPolicy): Promise<T> {
    for (;;) {
      try {
        const value = await read()
        this.reset()
        return value
      } catch (error) {
        await this.pause(error, policy)
      }
    }
  }

  /**
   * Logs a failure, and sleeps until the next try: 5 s and a random time, at most 10 s, 20 s, 30 s, 30 s … in a row, or
   * `Retry-After` if that is longer, at most 2 min.
   *
   * @throws StopReason at the deadline, or if the step is canceled
   * @throws AtlasError if the policy does not retry the failure, or not any longer, and any other value that is not one
   */
  async pause(failure: unknown, policy: RetryPolicy): Promise<void> {
    const { clock, deadline, logger, random } = this.#context
    // If the step stops, its request fails, too.
    deadline.signal.throwIfAborted()
    if (!(failure instanceof AtlasError)) throw failure
    this.#lastError = failure
    const limitMs = policy[failure.meaning]
    if (limitMs === undefined) throw failure
    const now = clock.now()
    if (this.#row?.limitMs !== limitMs) this.#row = { limitMs, since: now }
    const lastedMs = now - this.#row.since
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
