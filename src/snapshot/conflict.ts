import { type ConflictError, isNotFound } from '../atlas/errors.js'
import { formatSnapshotName, formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import { formatDuration } from '../format.js'
import type { Context } from './context.js'
import type { OnConflict } from './options.js'
import { pollUntilFinished } from './polling.js'
import type { OutageTracker } from './retry.js'
import { withShardedForm } from './sharded.js'

/**
 * The other snapshot that explains a conflict: an unfinished one, else one that no list before the POST showed as
 * finished (it was unfinished at the POST and has finished since). Scheduled snapshots cause no conflict.
 *
 * @param finishedBefore IDs of the snapshots that lists before the POST showed as finished, `undefined` without a list
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
 * Does what `on-conflict` says about the other snapshot.
 *
 * @param outage tracks status checks of that snapshot
 * @returns whether to reuse it, or else to repeat the POST, and whether it was waited for
 * @throws ActionError with `on-conflict: fail`
 */
export async function applyConflictPolicy(
  other: Snapshot,
  conflict: ConflictError,
  onConflict: OnConflict,
  context: Context,
  outage: OutageTracker,
): Promise<'reused' | 'waited' | 'over'> {
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
    return 'reused'
  }
  if (isFinished(other)) return 'over'
  logger.info(
    `Waiting until snapshot ${formatSnapshotName(other)}, ${formatStatus(other)}, which this step did not take, ends.`,
  )
  return waitUntilFinished(other, context, outage)
}

/** Waits until the other snapshot is completed or failed. One that is gone is over as well. */
async function waitUntilFinished(
  other: Snapshot,
  context: Context,
  outage: OutageTracker,
): Promise<'waited' | 'over'> {
  const log = (what: string) =>
    context.logger.info(`Snapshot ${other.id}, which this step did not take, ${what}.`)
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    if (statusChanged) log(`is ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}`)
  }
  try {
    await pollUntilFinished(other, context, {
      outage,
      onPoll,
      complete: (snapshot, signal) => withShardedForm(snapshot, context, signal),
    })
    return 'waited'
  } catch (error) {
    if (!isNotFound(error)) throw error
    log('is gone')
    return 'over'
  }
}
