import { isSnapshotNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context } from './context.js'
import { pollUntilFinished } from './polling.js'
import type { Sighting } from './sighting.js'

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
