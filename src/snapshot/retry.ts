import { AtlasError, type Meaning, means } from '../atlas/errors.js'
import { formatDuration } from '../format.js'
import type { Random } from '../runtime.js'
import { rejectOnAbort, sleep } from '../timers.js'
import type { Context } from './context.js'

/** How long failures in a row are retried, in milliseconds, by their meaning. Any other failure ends the step. */
export type RetryPolicy = Readonly<Partial<Record<Meaning, number>>>

const OUTAGE_MS = 5 * 60_000
/** A gateway, an access list, or a role can reject requests for a moment. A new snapshot can be missing. */
const REJECTION_MS = 60_000
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
/** A POST. After any other failure, no other POST can follow. */
const POST_POLICY: RetryPolicy = {
  notExecuted: OUTAGE_MS,
  unknown: OUTAGE_MS,
  throttled: UNTIL_DEADLINE,
  conflict: UNTIL_DEADLINE,
}

const FIRST_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 30_000
/** A read does no harm, so a `Retry-After` of hours must not stop the step from reading. */
const MAX_READ_DELAY_MS = 120_000
/** How late the list can show a new snapshot. Atlas does not document it, and no list was recorded so early. */
const LIST_DELAY_MS = 5_000

/** The failures of a series of requests, which decide when the next one is sent. */
export class Retries {
  readonly #context: Context
  /** Since the last success, or for POSTs since the start. */
  #failures = 0
  /** The first failure in a row with the same limit, so a refused connection after a 502 does not start the time anew. */
  #series: { readonly limitMs: number; readonly since: number } | undefined
  #lastError: AtlasError | undefined
  #hasNotFound = false

  constructor(context: Context) {
    this.#context = context
  }

  /** The last error, `undefined` after a success. */
  get lastError(): AtlasError | undefined {
    return this.#lastError
  }

  /** Whether one of the failures in a row was a 404. */
  get hasNotFound(): boolean {
    return this.#hasNotFound
  }

  /** A request succeeded. */
  reset(): void {
    this.#failures = 0
    this.#series = undefined
    this.#lastError = undefined
    this.#hasNotFound = false
  }

  /**
   * A request failed now. The delay is the longer one of `Retry-After` and the exponential backoff with full jitter, because
   * `Retry-After` can be too short if many steps share a rate limit.
   *
   * @returns the milliseconds until the next try, or the error that ends the step
   */
  next(error: AtlasError, policy: RetryPolicy): number | AtlasError {
    const { clock, deadline, random } = this.#context
    // If stopping the step made the request fail, its error adds nothing.
    const isStop = deadline.signal.aborted && error.cause === deadline.signal.reason
    if (!isStop) this.#lastError = error
    this.#hasNotFound ||= error.response?.status === 404
    const limitMs = policy[error.meaning]
    if (limitMs === undefined) return error
    const now = clock.now()
    if (this.#series?.limitMs !== limitMs) this.#series = { limitMs, since: now }
    const lastedMs = now - this.#series.since
    if (lastedMs >= limitMs) return error.with(`All tries for ${formatDuration(lastedMs)} have failed.`)
    this.#failures += 1
    return Math.max(error.retryAfterMs ?? 0, backoff(this.#failures, random))
  }
}

/**
 * Retries a read until it succeeds.
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
  const { deadline } = context
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
      const delayMs = Math.min(next, MAX_READ_DELAY_MS)
      announceRetry(error, delayMs, context)
      await sleepUntilRead(delayMs, context)
    }
  }
}

/**
 * What follows a POST that failed now: a delay, then the list, and then another POST or, if no other can follow, `failure`, the
 * error that ends the step. After a POST that might have been executed, the delay is 5 s or longer. It lasts as long as
 * `Retry-After`, because this list belongs to the next POST. Throws a `StopReason` after the stop of the step.
 */
export function planAfterPost(
  error: AtlasError,
  retries: Retries,
  { clock, deadline }: Pick<Context, 'clock' | 'deadline'>,
): { readonly delayMs: number; readonly failure?: AtlasError } {
  const next = retries.next(error, POST_POLICY)
  deadline.signal.throwIfAborted()
  if (typeof next !== 'number') return { delayMs: LIST_DELAY_MS, failure: next }
  const { retryAfterMs = 0, mayHaveExecuted } = error
  if (clock.now() + retryAfterMs >= deadline.at) {
    const wait = formatDuration(retryAfterMs)
    const failure = error.with(`The response requires a wait of ${wait}, but the step times out before that.`)
    return { delayMs: LIST_DELAY_MS, failure }
  }
  return { delayMs: mayHaveExecuted ? Math.max(next, LIST_DELAY_MS) : next }
}

/** Logs why a POST failed, and what comes next. Then sleeps before the list. */
export async function sleepAfterPost(error: AtlasError, delayMs: number, context: Context): Promise<void> {
  const isListNext = error.mayHaveExecuted || means(error, 'conflict')
  const isCut = untilLastRead(delayMs, context) < delayMs
  announceRetry(error, delayMs, context, isListNext || isCut ? 'Reading the list of snapshots' : 'Retrying')
  await sleepUntilRead(delayMs, context)
}

/** Sleeps before a read, at most until the last one. */
export async function sleepUntilRead(delayMs: number, context: Context): Promise<void> {
  await stopIfTooLate(context)
  await sleep(context.clock, untilLastRead(delayMs, context), context.deadline.signal)
}

/** After the last read has begun, no other read of the list or POST starts. Waits until the step stops, and throws why. */
export async function stopIfTooLate({ clock, deadline }: Context): Promise<void> {
  if (clock.now() >= deadline.lastReadAt) await rejectOnAbort(new Promise(() => {}), deadline.signal)
}

/** The delay, but not past the last read. Never negative, because a real clock can just have passed it. */
function untilLastRead(delayMs: number, { clock, deadline }: Context): number {
  return Math.max(0, Math.min(delayMs, deadline.lastReadAt - clock.now()))
}

function announceRetry(error: AtlasError, delayMs: number, context: Context, what = 'Retrying'): void {
  const { clock, deadline, logger } = context
  const next = `${what} in ${formatDuration(untilLastRead(delayMs, context))}.`
  const isTooLate = clock.now() >= deadline.lastReadAt
  logger.info(`${error.message} ${isTooLate ? 'The step times out before a retry is possible.' : next}`)
}

/** A random delay of up to 1 s, 2 s, 4 s … 30 s after 1, 2, 3 … failures. */
function backoff(failures: number, random: Random): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS) * random.fraction()
}
