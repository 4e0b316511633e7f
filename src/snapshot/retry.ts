import { type Meaning, RequestError } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Context, OnConflict } from './context.js'

/** For how long failures in a row are retried, in milliseconds. */
export const LIMITS = {
  outage: 5 * 60_000,
  // A proxy, an access list, or a role can reject requests for a moment. Atlas might not find a new snapshot yet.
  rejection: 60_000,
  // `deadline.sleep` ends them.
  deadline: Number.POSITIVE_INFINITY,
} as const

type Limit = keyof typeof LIMITS

/** The limit of each failure by its meaning. A failure with another meaning ends the step. */
export type RetryPolicy = Readonly<Partial<Record<Meaning, Limit>>>

/** A read before the first POST or without one. The next policies add to it. */
export const BEFORE_POST: RetryPolicy = { notExecuted: 'outage', unknown: 'outage', throttled: 'deadline' }
/** Of a POST, by `on-conflict`. */
export const POST_POLICIES: Readonly<Record<OnConflict, RetryPolicy>> = {
  wait: { ...BEFORE_POST, conflict: 'deadline' },
  fail: BEFORE_POST,
}
/** A list after a POST, which alone can show whether that one was executed. */
export const AFTER_POST: RetryPolicy = { ...BEFORE_POST, notAtlas: 'outage', rejected: 'rejection' }
/** A read while the step waits for a snapshot. Only rejections end it before the deadline. */
export const WHILE_WAITING: RetryPolicy = {
  notExecuted: 'deadline',
  unknown: 'deadline',
  throttled: 'deadline',
  notAtlas: 'deadline',
  rejected: 'rejection',
}

/** The pause after a failure, in milliseconds. */
export const PAUSE = {
  /** The assumption is that a list shows a snapshot this long after its POST. A list before that would prove nothing. */
  minMs: 5_000,
  growthMs: 10_000,
  maxMs: 30_000,
  /** Maintenance pages ask for hours. */
  maxRetryAfterMs: 120_000,
} as const

/** Failures in a row, which no success has interrupted. */
export interface FailureRow {
  readonly count: number
  readonly last: RequestError
  /** The limit of the last one. */
  readonly limit: Limit
  /** When the last unbroken row of failures with this limit began. A failure with another limit starts a new one. */
  readonly since: number
}

/**
 * The pause before the next try, in milliseconds. It grows with the failures in a row, and is random, which spreads many steps
 * with one rate limit. If `Retry-After` is longer, it is that, up to a limit.
 *
 * @param fraction random, from 0 to 1
 * @returns `undefined` if the time is over
 */
export function decidePause(row: FailureRow, now: number, fraction: number): number | undefined {
  if (now - row.since >= LIMITS[row.limit]) return undefined
  const maxMs = Math.min(PAUSE.growthMs * row.count, PAUSE.maxMs)
  const backoffMs = PAUSE.minMs + (maxMs - PAUSE.minMs) * fraction
  return Math.max(backoffMs, Math.min(row.last.retryAfterMs ?? 0, PAUSE.maxRetryAfterMs))
}

/** A series of requests of one kind: POSTs, lists, or reads of a snapshot. */
export class Retries {
  readonly #context: Context
  #row: FailureRow | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** The last failure that was retried, `undefined` after a success or `reset`. */
  get lastError(): RequestError | undefined {
    return this.#row?.last
  }

  /** Ends the row of failures. */
  reset(): void {
    this.#row = undefined
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
   * Logs a failure, and sleeps until the next try.
   *
   * @returns the failure
   * @throws StopReason at the deadline, or if the step is canceled
   * @throws RequestError if the policy does not retry the failure, or not any longer
   * @throws the failure if it is a bug
   */
  async pauseOrThrow(failure: unknown, policy: RetryPolicy): Promise<RequestError> {
    const { clock, deadline, logger, random } = this.#context
    // A request that the stop ends fails, too, and the stop is the reason to report.
    deadline.signal.throwIfAborted()
    if (!(failure instanceof RequestError)) throw failure
    const limit = policy[failure.meaning]
    if (limit === undefined) throw failure
    const now = clock.now()
    const before = this.#row
    const since = before?.limit === limit ? before.since : now
    this.#row = { count: (before?.count ?? 0) + 1, last: failure, limit, since }
    const pauseMs = decidePause(this.#row, now, random.fraction())
    const more = `All tries for ${formatDuration(now - since)} have failed`
    if (pauseMs === undefined) throw failure.with({ reason: `${failure.reason}. ${more}` })
    logger.info(`${failure.message} Next try in ${formatDuration(pauseMs)}, if the time limit allows.`)
    await deadline.sleep(pauseMs)
    return failure
  }
}
