import type { StatusCheck } from '../atlas/client.js'
import { isSnapshotNotFound } from '../atlas/errors.js'
import { isSharded, isUnconfirmed, type Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { SnapshotLists } from './lists.js'
import { PartOfSnapshotError } from './reports.js'
import type { Retries } from './retry.js'

/**
 * Reads a snapshot. If it is a completed one of a sharded cluster, also reads its sharded form, because only that shows
 * whether every shard is completed. If Atlas does not find that, the snapshot is not completed yet.
 *
 * @param known what is known about it, because a response can lack the type
 * @throws AtlasError
 */
export async function readSnapshot(
  known: Pick<Snapshot, 'id'> & Partial<Pick<Snapshot, 'type'>>,
  { client }: Context,
  signal: AbortSignal,
): Promise<StatusCheck> {
  const check = await client.getSnapshot(known.id, signal)
  const snapshot = known.type === 'shardedCluster' ? { ...check.snapshot, type: known.type } : check.snapshot
  if (!isUnconfirmed(snapshot)) return { ...check, snapshot }
  try {
    return { ...check, snapshot: await client.getShardedSnapshot(known.id, signal) }
  } catch (error) {
    if (!isSnapshotNotFound(error)) throw error
    return { ...check, snapshot: { ...snapshot, createdAt: undefined } }
  }
}

/**
 * Looks up a snapshot in the sharded list, because a part of a sharded cluster's snapshot looks like the snapshot of a
 * replica set, and a response can lack the type.
 *
 * @returns the snapshot, with its type if the list shows that it is sharded. Its sharded form is then still to be read.
 * @throws ActionError if it is a part of another snapshot
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function assertWhole(snapshot: Snapshot, context: Context, retries: Retries): Promise<Snapshot> {
  const whole = await new SnapshotLists(context).findWhole(snapshot.id, retries)
  if (whole === undefined) return snapshot
  if (whole.id !== snapshot.id) throw new PartOfSnapshotError(snapshot.id, whole)
  return { ...snapshot, type: 'shardedCluster', createdAt: undefined }
}

/** The IDs of a sharded cluster's member snapshots, empty if unknown. For a replica set, the snapshot's own ID. */
export function memberIds(snapshot: Snapshot): readonly string[] {
  const { id, memberIds = [] } = snapshot
  return isSharded(snapshot) ? memberIds : [id]
}
