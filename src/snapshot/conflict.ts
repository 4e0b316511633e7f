import { type ConflictError, isNotFound } from '../atlas/errors.js'
import { formatSnapshotName, formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import { formatDuration } from '../format.js'
import type { Context } from './context.js'
import type { OnConflict } from './options.js'
import { pollUntilFinished } from './polling.js'
import type { OutageTracker } from './retry.js'

/**
 * The snapshot of somebody else that explains a refusal: one that is unfinished, else one that no list from before the
 * refusal had as ended (it was unfinished then, and has ended since). Scheduled ones refuse nothing.
 *
 * @param finishedBefore ids of what had ended by the lists before the refused POST, `undefined` if there was none
 */
export function findConflictingSnapshot(
  snapshots: readonly Snapshot[],
  finishedBefore: ReadonlySet<string> | undefined,
): Snapshot | undefined {
  const onDemand = snapshots.filter(
    ({ snapshotType }) => snapshotType === undefined || snapshotType === 'onDemand',
  )
  return (
    onDemand.find((snapshot) => !isFinished(snapshot)) ??
    onDemand.find(({ id }) => finishedBefore?.has(id) === false)
  )
}

/**
 * Does what `on-conflict` says about the snapshot that stands in the way.
 *
 * @param outage takes note of reads of that snapshot that bring nothing
 * @returns that snapshot if it is to be used, `undefined` once it has ended and the POST may be repeated
 * @throws ActionError with `on-conflict: fail`
 */
export async function applyConflictPolicy(
  other: Snapshot,
  conflict: ConflictError,
  onConflict: OnConflict,
  context: Context,
  outage: OutageTracker,
): Promise<Snapshot | undefined> {
  const { logger } = context
  if (onConflict === 'fail') {
    throw new ActionError({
      title: conflict.title,
      message: isFinished(other)
        ? `${conflict.message} In the way was snapshot ${formatSnapshotName(other)}, which is ${formatStatus(other)} by now.`
        : `${conflict.message} In the way is snapshot ${formatSnapshotName(other)}, ${formatStatus(other)}.`,
      remedy: isFinished(other) ? 'Run this again: it has ended.' : conflict.remedy,
      cause: conflict,
    })
  }
  if (onConflict === 'reuse' && other.status !== 'failed') {
    const kept = other.expiresAt === undefined ? '' : `, and it is kept until ${other.expiresAt}`
    logger.warning(
      `Using snapshot ${formatSnapshotName(other)}, ${formatStatus(other)}, which this step did not take (on-conflict: reuse): its data may be older than this step${kept}.`,
    )
    return other
  }
  if (!isFinished(other)) {
    logger.info(
      `Waiting until snapshot ${formatSnapshotName(other)}, ${formatStatus(other)}, which this step did not take, ends.`,
    )
    await waitUntilFinished(other, context, outage)
  }
  return undefined
}

/** Waits until somebody else's snapshot ends, either way; one that is gone has ended. */
async function waitUntilFinished(other: Snapshot, context: Context, outage: OutageTracker): Promise<void> {
  const tell = (what: string) =>
    context.logger.info(`Snapshot ${other.id}, which this step did not take, ${what}.`)
  const onPoll = (snapshot: Snapshot, isChange: boolean, waitedMs: number) => {
    if (isChange) tell(`is ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}`)
  }
  try {
    await pollUntilFinished(other, context, { outage, onPoll })
  } catch (error) {
    if (!isNotFound(error)) throw error
    tell('is gone')
  }
}
