import { type ConflictError, isNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import { formatDuration, truncateMiddle } from '../format.js'
import type { Context } from './context.js'
import type { OnConflict } from './options.js'
import { pollUntilFinished } from './polling.js'
import type { OutageTracker } from './retry.js'
import { findNewest } from './reuse.js'
import { withShardedForm } from './sharded.js'

const MAX_DESCRIPTION_LENGTH = 200

/**
 * The other snapshot that explains a conflict. It is in progress, or it finished after the POST (it was not finished in
 * any earlier list). Scheduled snapshots do not cause conflicts.
 *
 * @param finishedBefore IDs of the snapshots that were finished in a list before the POST, `undefined` without a list
 */
export function findConflictingSnapshot(
  snapshots: readonly Snapshot[],
  finishedBefore: ReadonlySet<string> | undefined,
): Snapshot | undefined {
  const onDemand = snapshots.filter(
    ({ snapshotType }) => snapshotType === undefined || snapshotType === 'onDemand',
  )
  const inProgress = onDemand.find((snapshot) => !isFinished(snapshot))
  if (inProgress !== undefined) return inProgress
  // Several can have finished since then. `on-conflict: reuse` needs the one with the newest data.
  const finishedSince = onDemand.filter(({ id }) => finishedBefore?.has(id) === false)
  return findNewest(finishedSince) ?? finishedSince[0]
}

/**
 * Applies `on-conflict` to the other snapshot.
 *
 * @param outage tracks status checks of that snapshot
 * @returns `reused` to use that snapshot. To repeat the POST, `waited` after polling the snapshot until it was finished,
 * or `over` if it was already finished or no longer exists.
 * @throws ActionError if `on-conflict` is `fail`
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
        ? `${conflict.message} The other snapshot has finished: ${formatWithStatus(other)}.`
        : `${conflict.message} ${describeConflict(other)}`,
      remedy: isFinished(other) ? 'Re-run the job.' : conflict.remedy,
      cause: conflict,
    })
  }
  if (onConflict === 'reuse' && other.status !== 'failed') {
    const expires = other.expiresAt === undefined ? '' : ` Expires: ${other.expiresAt}.`
    logger.warning(
      `Using another snapshot (on-conflict: reuse): ${formatWithStatus(other)}. Its data might be older than this step.${expires}`,
    )
    return 'reused'
  }
  if (isFinished(other)) return 'over'
  logger.info(`${describeConflict(other)} Waiting for it to finish.`)
  return waitUntilFinished(other, context, outage)
}

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatWithStatus(other)}.`
}

/** `ID (status: queued, description: nightly)` */
export function formatWithStatus(snapshot: Snapshot): string {
  const { id, description } = snapshot
  const described =
    description === undefined ? '' : `, description: ${truncateMiddle(description, MAX_DESCRIPTION_LENGTH)}`
  return `${id} (status: ${formatStatus(snapshot)}${described})`
}

/** Waits until the other snapshot is completed or failed, or does not exist anymore. */
async function waitUntilFinished(
  other: Snapshot,
  context: Context,
  outage: OutageTracker,
): Promise<'waited' | 'over'> {
  const { logger } = context
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    if (statusChanged)
      logger.info(`Other snapshot ${other.id}: ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
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
    logger.info(`Other snapshot ${other.id} no longer exists.`)
    return 'over'
  }
}
