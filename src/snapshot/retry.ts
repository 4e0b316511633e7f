import type { ActionError } from '../action-error.js'
import { AtlasError, isNotFound, type Meaning, means } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context } from './context.js'

/** How failures of some kinds are retried. */
interface RetryRule {
  /** How long, from the first failure in a row that has this rule. */
  readonly forMs: number
  readonly maxBackoffMs: number
}

/** How a request is retried, by the meaning of its failure. One that is missing ends the step. `notFound` is a 404. */
export interface RetryPolicy {
  readonly rules: Readonly<Partial<Record<Meaning | 'notFound', RetryRule>>>
  /** The longest delay, also after a longer `Retry-After`. Without it, a request waits for all of `Retry-After`. */
  readonly maxDelayMs?: number
}

/** Many steps can share a rate limit, and Atlas can reject a POST for minutes. */
const LONG_BACKOFF_MS = 120_000
/** So a read finds out soon that a server asked for too much. */
const MAX_READ_DELAY_MS = 120_000
const FIRST_BACKOFF_MS = 1_000
const SHORT_BACKOFF_MS = 30_000
/** A runner that was suspended for minutes has had no outage. With a long `Retry-After`, five failures take longer than 5 minutes. */
const MIN_FAILURES = 5
/** The time between the last read and the deadline, for its response. */
const LAST_READ_LEAD_MS = 2_000

const OUTAGE: RetryRule = { forMs: 5 * 60_000, maxBackoffMs: SHORT_BACKOFF_MS }
const PATIENT: RetryRule = { forMs: Number.POSITIVE_INFINITY, maxBackoffMs: LONG_BACKOFF_MS }
const UNTIL_DEADLINE: RetryRule = { forMs: Number.POSITIVE_INFINITY, maxBackoffMs: SHORT_BACKOFF_MS }
/** A snapshot can be missing for a moment after its creation. */
const NOT_FOUND_GRACE: RetryRule = { forMs: 60_000, maxBackoffMs: SHORT_BACKOFF_MS }

/** The first request. A response that is not from Atlas means that base-url is wrong. */
export const FIRST_READ: RetryPolicy = {
  rules: { notExecuted: OUTAGE, unknown: OUTAGE, incomplete: OUTAGE, throttled: PATIENT },
  maxDelayMs: MAX_READ_DELAY_MS,
}
/** A read after Atlas has responded. A proxy's page does not end it. */
export const READ: RetryPolicy = { ...FIRST_READ, rules: { ...FIRST_READ.rules, notAtlas: OUTAGE } }
/** The same of a snapshot that this step created. */
export const READ_NEW: RetryPolicy = { ...READ, rules: { ...READ.rules, notFound: NOT_FOUND_GRACE } }
/** A wait outlasts any outage. Status checks need no long backoff, because they are few. */
export const WAIT: RetryPolicy = {
  rules: {
    notExecuted: UNTIL_DEADLINE,
    unknown: UNTIL_DEADLINE,
    incomplete: UNTIL_DEADLINE,
    notAtlas: UNTIL_DEADLINE,
    throttled: UNTIL_DEADLINE,
  },
  maxDelayMs: MAX_READ_DELAY_MS,
}
/** The same for a snapshot that this step created. */
export const WAIT_FOR_NEW: RetryPolicy = { ...WAIT, rules: { ...WAIT.rules, notFound: NOT_FOUND_GRACE } }
/** It waits for all of `Retry-After`. A first conflict is repeated at once, because the lists are read before it. */
export const POST: RetryPolicy = {
  rules: { notExecuted: OUTAGE, unknown: OUTAGE, throttled: PATIENT, conflict: PATIENT },
}

/** Failures in a row that have the same rule, which is the same object. The backoff counts all since a success. */
interface Series {
  readonly rule: RetryRule
  readonly since: number
  readonly failures: number
}

/** The failures of a series of requests, which decide when the next one is sent. */
export class Retries {
  readonly #context: Context
  /** Since the last success. */
  #failures = 0
  #series: Series | undefined
  #lastError: AtlasError | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** The last error that was retried, `undefined` after a success. */
  get lastError(): AtlasError | undefined {
    return this.#lastError
  }

  /** A request succeeded. */
  reset(): void {
    this.#failures = 0
    this.#series = undefined
    this.#lastError = undefined
  }

  /**
   * A request failed now. The delay is the longer one of `Retry-After` and the exponential backoff with full jitter, because
   * `Retry-After` can be too short if many steps share a rate limit. A conflict that is the first failure needs no delay.
   *
   * @returns the milliseconds until the next try, or the error that ends the step
   */
  next(error: AtlasError, { rules, maxDelayMs }: RetryPolicy): number | ActionError {
    const { clock, deadline, random } = this.#context
    const rule = rules[isNotFound(error) ? 'notFound' : error.meaning]
    if (rule === undefined) return error
    const now = clock.now()
    const before = this.#series?.rule === rule ? this.#series : { rule, since: now, failures: 0 }
    const series = { ...before, failures: before.failures + 1 }
    this.#series = series
    this.#lastError = error
    const isConflict = means(error, 'conflict')
    const attempt = isConflict ? this.#failures - 1 : this.#failures
    this.#failures += 1
    const lastedMs = now - series.since
    if (series.failures >= MIN_FAILURES && lastedMs >= rule.forMs)
      return error.with(`All tries for ${formatDuration(lastedMs)} have failed.`)
    if (attempt < 0) return 0
    const { retryAfterMs = 0 } = error
    const delayMs = Math.max(retryAfterMs, backoff(attempt, random, rule.maxBackoffMs))
    if (maxDelayMs !== undefined) return Math.min(delayMs, maxDelayMs)
    if (retryAfterMs === 0 || now + retryAfterMs < deadline.at) return delayMs
    const wait = formatDuration(retryAfterMs)
    return error.with(`The response requires a wait of ${wait}, but the step times out before that.`)
  }
}

/**
 * Retries a read until it succeeds. No pause goes past the last try, 2 s before the deadline.
 *
 * @throws StopReason at the deadline, or if the step is canceled
 * @throws AtlasError for an error that the policy does not retry, or not any longer
 */
export async function retry<T>(
  read: (signal: AbortSignal) => Promise<T>,
  context: Context,
  retries: Retries,
  policy: RetryPolicy,
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
      const next = retries.next(error, policy)
      if (typeof next !== 'number') throw next
      const delayMs = delayBeforeRead(next, context)
      announceRetry(error, delayMs, context)
      await sleep(clock, delayMs, deadline.signal)
    }
  }
}

/** Milliseconds until the next read: the delay, but not past the last read, 2 s before the deadline. */
export function delayBeforeRead(
  delayMs: number,
  { clock, deadline }: Pick<Context, 'clock' | 'deadline'>,
): number {
  const untilLastReadMs = deadline.at - LAST_READ_LEAD_MS - clock.now()
  return untilLastReadMs > 0 ? Math.min(delayMs, untilLastReadMs) : delayMs
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
