import type { StatusCheck } from '../atlas/client.js'
import { type AtlasError, isNotFound } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { sleep } from '../timers.js'
import type { AcquiredSnapshot, Context, ObservedSnapshot } from './context.js'
import { delayBeforeRead } from './deadline.js'
import { isRetryableRead, MAX_DELAY_MS, type Retries, retry } from './retry.js'
import { readSnapshot } from './sharded.js'

/** Called at each status check, with the milliseconds waited so far. */
type OnPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => void

const FIRST_INTERVAL_MS = 4_000
/** None of 311 recorded snapshots was completed before 99 s. */
const YOUNG_MS = 75_000
const YOUNG_INTERVAL_MS = 10_000
const MIN_INTERVAL_MS = 3_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.02
const JITTER = 0.1
/** How long a 404 for a new snapshot is retried, from the first one in a row. */
const NOT_FOUND_GRACE_MS = 60_000
/** The share of the rate limit below which requests are delayed. */
const RATE_LIMIT_THRESHOLD = 0.5

/**
 * Polls a snapshot until it is completed or failed. Any other status, even an unknown one, counts as in progress. A
 * snapshot from a list is read at least once, because a list does not contain the whole resource. The first interval
 * starts when Atlas last reported the snapshot, because other requests can take minutes after that.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function pollUntilFinished(
  { snapshot, created, seenAt, mayBePart = false }: AcquiredSnapshot,
  context: Context,
  retries: Retries,
  onPoll: OnPoll,
): Promise<Snapshot> {
  const { clock, deadline } = context
  const start = clock.now()
  let current = snapshot
  let currentAt = seenAt
  let rateLimitRemaining: number | undefined
  while (!isFinished(current) || current.resource === undefined) {
    if (!isFinished(current)) {
      const intervalMs = pollInterval(context, clock.now() - start, created, rateLimitRemaining)
      const dueInMs = Math.max(0, currentAt + intervalMs - clock.now())
      await sleep(clock, delayBeforeRead(dueInMs, context), deadline.signal)
    }
    const check = await readWithRetries({ snapshot: current, created, mayBePart }, context, retries)
    onPoll(check.snapshot, check.snapshot.status !== current.status, clock.now() - start)
    current = check.snapshot
    currentAt = clock.now()
    rateLimitRemaining = check.rateLimitRemaining
  }
  return current
}

/**
 * Reads a snapshot. If this step created it, a 404 is retried for one minute.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export function readWithRetries(
  { snapshot, created, mayBePart = false }: ObservedSnapshot & Pick<AcquiredSnapshot, 'mayBePart'>,
  context: Context,
  retries: Retries,
): Promise<StatusCheck> {
  const { clock } = context
  let notFoundSince: number | undefined
  const isNew = (error: AtlasError) => {
    notFoundSince = isNotFound(error) ? (notFoundSince ?? clock.now()) : undefined
    return created && notFoundSince !== undefined && clock.now() - notFoundSince < NOT_FOUND_GRACE_MS
  }
  const read = (signal: AbortSignal) => readSnapshot({ ...snapshot, mayBePart }, context, signal)
  return retry(read, context, retries, (error) => isNew(error) || isRetryableRead(error))
}

/**
 * Milliseconds until the next status check. The adaptive interval is 4 s at first. For a snapshot that this step created, it
 * is then 10 s until 75 s have passed. After that, or for any other snapshot, it is 2% of the time waited so far, between 3 s
 * and 15 s. All but the first have ±10% jitter, which spreads steps that start together. If less than half of the rate limit
 * remains, the interval is longer. A fixed interval has no jitter.
 *
 * @param waitedMs milliseconds waited so far
 * @param created whether this step created the snapshot
 * @param rateLimitRemaining the remaining share, from 0 to 1, `undefined` if the last response did not contain it
 */
export function pollInterval(
  { options: { pollIntervalMs }, random }: Pick<Context, 'options' | 'random'>,
  waitedMs: number,
  created: boolean,
  rateLimitRemaining?: number,
): number {
  if (pollIntervalMs !== undefined) return pollIntervalMs
  if (waitedMs < FIRST_INTERVAL_MS) return FIRST_INTERVAL_MS
  const interval =
    created && waitedMs < YOUNG_MS
      ? YOUNG_INTERVAL_MS
      : Math.min(Math.max(waitedMs * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
  const jitter = 1 - JITTER + 2 * JITTER * random.fraction()
  return Math.max(interval, rateLimitInterval(rateLimitRemaining)) * jitter
}

/** Steps that wait share a rate limit with steps that create snapshots, which take priority. */
function rateLimitInterval(rateLimitRemaining = 1): number {
  return MAX_DELAY_MS * Math.max(0, 1 - rateLimitRemaining / RATE_LIMIT_THRESHOLD)
}
