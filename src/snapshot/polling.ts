import { isSnapshotNotFound } from '../atlas/errors.js'
import { isFinished } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import type { Context } from './context.js'
import { readAgain } from './read.js'
import { describeConflict } from './reports.js'
import { delayBeforeRead } from './retry.js'
import type { TrackedSnapshot } from './tracked-snapshot.js'

const FIRST_INTERVAL_MS = 4_000
/** Before this age, a snapshot is polled less often, because none of 311 recorded ones was completed before 99 s. */
const YOUNG_MS = 75_000
const YOUNG_INTERVAL_MS = 10_000
const MIN_INTERVAL_MS = 3_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.02
const JITTER = 0.1

/**
 * Waits until Atlas reports this snapshot as completed or failed.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function waitUntilFinished(tracked: TrackedSnapshot, context: Context): Promise<void> {
  const { logger, onSnapshot } = context
  const onPoll = (statusChanged: boolean, waitedMs: number) => {
    const { snapshot } = tracked
    onSnapshot(tracked.observed)
    // The caller logs the result.
    if (statusChanged && !isFinished(snapshot))
      logger.info(`Snapshot ${snapshot.id}: ${snapshot.status} after ${formatDuration(waitedMs)}.`)
  }
  const onBeat = (waitedMs: number) => {
    const { snapshot, retries } = tracked
    const status = `Snapshot ${snapshot.id}: still ${snapshot.status} after ${formatDuration(waitedMs)}.`
    logger.info(retries.lastError === undefined ? status : tracked.describe())
  }
  await withHeartbeat(context, onBeat, () => pollUntilFinished(tracked, context, onPoll))
}

/**
 * Waits until another snapshot is completed or failed, or does not exist anymore.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function waitForOther(other: TrackedSnapshot, context: Context): Promise<void> {
  const { logger } = context
  const { snapshot } = other
  logger.info(`${describeConflict(snapshot)} Waiting for it to finish.`)
  const onPoll = (statusChanged: boolean, waitedMs: number) => {
    if (statusChanged)
      logger.info(
        `Other snapshot ${snapshot.id}: ${other.snapshot.status} after ${formatDuration(waitedMs)}.`,
      )
  }
  try {
    await pollUntilFinished(other, context, onPoll, isSnapshotNotFound)
  } catch (error) {
    if (!isSnapshotNotFound(error)) throw error
    logger.info(`Other snapshot ${snapshot.id} no longer exists.`)
  }
}

/**
 * Polls a snapshot until it is completed or failed. Any other status, even an unknown one, counts as in progress. A
 * snapshot from a list is read at least once, because a list does not contain the whole resource.
 *
 * @param onPoll called at each status check, with the milliseconds waited so far
 * @param endsRead whether an error ends the wait at once
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function pollUntilFinished(
  tracked: TrackedSnapshot,
  context: Context,
  onPoll: (statusChanged: boolean, waitedMs: number) => void,
  endsRead?: (error: unknown) => boolean,
): Promise<void> {
  const { clock, deadline } = context
  const isCreated = tracked.origin === 'created'
  const start = clock.now()
  while (!isFinished(tracked.snapshot) || tracked.snapshot.resource === undefined) {
    if (!isFinished(tracked.snapshot)) {
      const waitedMs = clock.now() - start
      const intervalMs = pollInterval(context, waitedMs, isCreated)
      await sleep(clock, delayBeforeRead(intervalMs, context), deadline.signal)
    }
    const { status } = tracked.snapshot
    await readAgain(tracked, context, endsRead)
    onPoll(tracked.snapshot.status !== status, clock.now() - start)
  }
}

/**
 * Milliseconds until the next status check. The adaptive interval is 4 s at first. For a snapshot that this step created, it
 * is then 10 s until 75 s have passed. After that, or for any other snapshot, it is 2% of the time waited so far, between 3 s
 * and 15 s. All but the first have ±10% jitter, which spreads steps that start together. A fixed interval has no jitter.
 *
 * @param waitedMs milliseconds waited so far
 * @param isCreated whether this step created the snapshot
 */
export function pollInterval(
  { options: { pollIntervalMs }, random }: Pick<Context, 'options' | 'random'>,
  waitedMs: number,
  isCreated: boolean,
): number {
  if (pollIntervalMs !== undefined) return pollIntervalMs
  if (waitedMs < FIRST_INTERVAL_MS) return FIRST_INTERVAL_MS
  const interval =
    isCreated && waitedMs < YOUNG_MS
      ? YOUNG_INTERVAL_MS
      : Math.min(Math.max(waitedMs * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
  return interval * (1 - JITTER + 2 * JITTER * random.fraction())
}
