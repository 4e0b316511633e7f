import { type Meaning, RequestError } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Context, OnConflict } from './context.js'

/** How long failures in a row are retried, and whether a failure with another limit starts this time anew. */
export const LIMITS = {
  outage: { ms: 5 * 60_000, restarts: false },
  // A gateway, an access list, or a role can reject requests for a moment. Atlas might not find a new snapshot yet.
  rejection: { ms: 60_000, restarts: true },
  deadline: { ms: Number.POSITIVE_INFINITY, restarts: false },
} as const

type Limit = keyof typeof LIMITS

/** The limit of each failure by its meaning. A failure with another meaning ends the step. */
export type RetryPolicy = Readonly<Partial<Record<Meaning, Limit>>>

const OUTAGES: RetryPolicy = { notExecuted: 'outage', unknown: 'outage', throttled: 'deadline' }
/** A read before the first POST or without one. */
export const BEFORE_POST: RetryPolicy = OUTAGES
/** Of a POST, by `on-conflict`. */
export const POST_POLICIES: Readonly<Record<OnConflict, RetryPolicy>> = {
  wait: { ...OUTAGES, conflict: 'deadline' },
  fail: OUTAGES,
}
/** A list after a POST, which alone can show whether that one was executed. */
export const AFTER_POST: RetryPolicy = { ...OUTAGES, notAtlas: 'outage', rejected: 'rejection' }
/** A read while the step waits for a snapshot. */
export const WHILE_WAITING: RetryPolicy = {
  notExecuted: 'deadline',
  unknown: 'deadline',
  throttled: 'deadline',
  notAtlas: 'deadline',
  rejected: 'rejection',
}

/** The pause after a failure, in milliseconds. */
export const PAUSE = {
  /** A list can lack a snapshot for this long after its POST, so a shorter pause before the list would prove nothing. */
  minMs: 5_000,
  growthMs: 10_000,
  maxMs: 30_000,
  /** Maintenance pages ask for hours. */
  maxRetryAfterMs: 120_000,
} as const

/** A series of requests of one kind: POSTs, lists, or reads of a snapshot. */
export class Retries {
  readonly #context: Context
  /** How many failures are in a row. */
  #failures = 0
  /** When the first failure in a row with each limit came. For example, a 429 does not start the time of a 502 anew. */
  readonly #firstFailures = new Map<Limit, number>()
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
    const limit = policy[failure.meaning]
    if (limit === undefined) throw failure
    for (const other of this.#firstFailures.keys())
      if (other !== limit && LIMITS[other].restarts) this.#firstFailures.delete(other)
    const firstAt = this.#firstFailures.get(limit) ?? clock.now()
    this.#firstFailures.set(limit, firstAt)
    const lastedMs = clock.now() - firstAt
    const more = `All tries for ${formatDuration(lastedMs)} have failed`
    if (lastedMs >= LIMITS[limit].ms) throw failure.with({ reason: `${failure.reason}. ${more}` })
    this.#failures += 1
    const maxMs = Math.min(PAUSE.growthMs * this.#failures, PAUSE.maxMs)
    const backoffMs = PAUSE.minMs + (maxMs - PAUSE.minMs) * random.fraction()
    const delayMs = Math.max(backoffMs, Math.min(failure.retryAfterMs ?? 0, PAUSE.maxRetryAfterMs))
    logger.info(`${failure.message} Next try in ${formatDuration(delayMs)}, if the time limit allows.`)
    await deadline.sleep(delayMs)
  }
}
