import { isSnapshotNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import type { Context } from './context.js'
import { readAgain } from './read.js'
import { delayBeforeRead, WAIT, WAIT_FOR_NEW } from './retry.js'
import type { Sighting } from './sighting.js'

const FIRST_INTERVAL_MS = 4_000
/** None of 311 recorded snapshots was completed before 99 s. */
const YOUNG_MS = 75_000
const YOUNG_INTERVAL_MS = 10_000
const MIN_INTERVAL_MS = 3_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.02
const JITTER = 0.1
/** The share of the rate limit below which requests are delayed. */
const RATE_LIMIT_THRESHOLD = 0.5
/** If nothing of it remains. */
const MAX_RATE_LIMIT_INTERVAL_MS = 120_000

/**
 * Waits until Atlas reports this snapshot as completed or failed.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function waitUntilFinished(sighting: Sighting, context: Context): Promise<void> {
  const { logger, onSnapshot } = context
  const onPoll = (statusChanged: boolean, waitedMs: number) => {
    const { snapshot } = sighting
    onSnapshot(sighting.observed)
    // The caller logs the result.
    if (statusChanged && !isFinished(snapshot))
      logger.info(`Snapshot ${snapshot.id}: ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  const onBeat = (waitedMs: number) => {
    const { snapshot, retries } = sighting
    const status = `Snapshot ${snapshot.id}: still ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`
    logger.info(retries.lastError === undefined ? status : sighting.describe())
  }
  await withHeartbeat(context, onBeat, () => pollUntilFinished(sighting, context, onPoll))
}

/**
 * Waits until another snapshot is completed or failed, or does not exist anymore.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function waitForOther(other: Sighting, context: Context): Promise<void> {
  const { logger } = context
  const { id } = other.snapshot
  const onPoll = (statusChanged: boolean, waitedMs: number) => {
    if (statusChanged)
      logger.info(`Other snapshot ${id}: ${formatStatus(other.snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  try {
    await pollUntilFinished(other, context, onPoll)
  } catch (error) {
    if (!isSnapshotNotFound(error)) throw error
    logger.info(`Other snapshot ${id} no longer exists.`)
  }
}

/**
 * Polls a snapshot until it is completed or failed. Any other status, even an unknown one, counts as in progress. A
 * snapshot from a list is read at least once, because a list does not contain the whole resource. The first interval
 * starts when Atlas last reported the snapshot, because other requests can take minutes after that.
 *
 * @param onPoll called at each status check, with the milliseconds waited so far
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function pollUntilFinished(
  sighting: Sighting,
  context: Context,
  onPoll: (statusChanged: boolean, waitedMs: number) => void,
): Promise<void> {
  const { clock, deadline } = context
  const { created } = sighting.origin
  const start = clock.now()
  while (!isFinished(sighting.snapshot) || sighting.snapshot.resource === undefined) {
    if (!isFinished(sighting.snapshot)) {
      const { rateLimitRemaining } = sighting.snapshot
      const intervalMs = pollInterval(context, clock.now() - start, created, rateLimitRemaining)
      const dueInMs = Math.max(0, intervalMs - sighting.ageMs)
      await sleep(clock, delayBeforeRead(dueInMs, context), deadline.signal)
    }
    const { status } = sighting.snapshot
    await readAgain(sighting, context, created ? WAIT_FOR_NEW : WAIT)
    onPoll(sighting.snapshot.status !== status, clock.now() - start)
  }
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
  return MAX_RATE_LIMIT_INTERVAL_MS * Math.max(0, 1 - rateLimitRemaining / RATE_LIMIT_THRESHOLD)
}
