import { isSnapshotNotFound } from '../atlas/errors.js'
import { formatSnapshot, formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import type { Context } from './context.js'
import { pollUntilFinished } from './polling.js'
import type { OutageTracker } from './retry.js'
import { findNewest } from './reuse.js'

/** Another snapshot that finished, or was deleted, while this step was watching. */
export interface EndedSnapshot {
  /** Still in progress if it was deleted. */
  readonly snapshot: Snapshot
  /** When the step saw that, in milliseconds on the clock. */
  readonly at: number
}

/** How long Atlas might reject other snapshots after it reports that one has finished. */
export const CONFLICT_AFTER_END_MS = 60_000

/** The on-demand snapshot that is in progress. */
export function findUnfinished(snapshots: readonly Snapshot[]): Snapshot | undefined {
  return snapshots.filter(isOnDemand).find((snapshot) => !isFinished(snapshot))
}

/**
 * The other snapshot that explains a conflict. It is in progress, it finished after the POST (no earlier list had it as
 * finished), or this step saw it finish less than a minute before.
 *
 * @param snapshots the wholes in the lists
 * @param finishedBefore IDs of the snapshots that were finished in a list before the POST, `undefined` without a list
 * @param at when Atlas reported the conflict, in milliseconds on the clock
 */
export function findConflictingSnapshot(
  snapshots: readonly Snapshot[],
  finishedBefore: ReadonlySet<string> | undefined,
  ended: EndedSnapshot | undefined,
  at: number,
): Snapshot | undefined {
  const justEnded = ended !== undefined && hasJustEnded(ended, at) ? ended : undefined
  // A list can still show a deleted snapshot. But after another conflict, a 404 does not prove that it was deleted.
  const isOver = ({ id }: Snapshot) => id === justEnded?.snapshot.id && justEnded.at >= at
  const unfinished = findUnfinished(snapshots.filter((snapshot) => !isOver(snapshot)))
  if (unfinished !== undefined) return unfinished
  // Several can have finished since then. `on-conflict: reuse` needs the one with the newest data.
  const finishedSince = snapshots.filter(
    (snapshot) => isFinished(snapshot) && isOnDemand(snapshot) && finishedBefore?.has(snapshot.id) === false,
  )
  return findNewest(finishedSince) ?? finishedSince[0] ?? justEnded?.snapshot
}

/** Whether its end explains a conflict at this time. */
export function hasJustEnded(ended: EndedSnapshot, at: number): boolean {
  return at - ended.at < CONFLICT_AFTER_END_MS
}

/** Scheduled snapshots do not cause conflicts. */
export function isOnDemand({ snapshotType }: Snapshot): boolean {
  return snapshotType === undefined || snapshotType === 'onDemand'
}

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`
}

/** Waits until the other snapshot is completed or failed. Returns it, unchanged if it does not exist anymore. */
export async function waitForOther(
  other: Snapshot,
  context: Context,
  outage: OutageTracker,
): Promise<Snapshot> {
  const { clock, logger } = context
  const seenAt = clock.now()
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    if (statusChanged)
      logger.info(`Other snapshot ${other.id}: ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  try {
    return await pollUntilFinished(other, context, { outage, onPoll, created: false, seenAt })
  } catch (error) {
    if (!isSnapshotNotFound(error)) throw error
    logger.info(`Other snapshot ${other.id} no longer exists.`)
    return other
  }
}
