import { isFinished } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context } from './context.js'
import { readAgain } from './read.js'
import { sleepUntilRead } from './retry.js'
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
 * Waits until Atlas reports this snapshot as completed or failed. Any other status, even an unknown one, counts as in progress.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function waitUntilFinished(tracked: TrackedSnapshot, context: Context): Promise<void> {
  const { clock, logger, onSnapshot } = context
  const start = clock.now()
  const onBeat = (waitedMs: number) => {
    const { snapshot, retries } = tracked
    const status = `Snapshot ${snapshot.id}: still ${snapshot.status} after ${formatDuration(waitedMs)}.`
    logger.info(retries.lastError === undefined ? status : tracked.describe())
  }
  const poll = async () => {
    while (!isFinished(tracked.snapshot)) {
      await sleepUntilRead(pollInterval(context, clock.now() - start, tracked.created), context)
      const { status } = tracked.snapshot
      await readAgain(tracked, context)
      const { snapshot } = tracked
      onSnapshot(tracked.observed)
      // The caller logs the result.
      if (snapshot.status !== status && !isFinished(snapshot))
        logger.info(
          `Snapshot ${snapshot.id}: ${snapshot.status} after ${formatDuration(clock.now() - start)}.`,
        )
    }
  }
  await withHeartbeat(context, onBeat, poll)
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
