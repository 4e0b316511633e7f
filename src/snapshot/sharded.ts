import type { StatusCheck } from '../atlas/client.js'
import { isSnapshotNotFound } from '../atlas/errors.js'
import { isSharded, isUnconfirmed, type Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { SnapshotLists } from './lists.js'
import { PartOfSnapshotError } from './reports.js'

/** What is known about a snapshot before it is read. */
export interface KnownSnapshot extends Pick<Snapshot, 'id'>, Partial<Pick<Snapshot, 'type'>> {
  /** Whether it can be a part of a sharded cluster's snapshot, which looks like the snapshot of a replica set. */
  readonly mayBePart?: boolean
}

/**
 * Reads a snapshot. One that may be a part is looked up in the sharded list. If it is a completed one of a sharded cluster,
 * also reads its sharded form, because only that shows whether every shard is completed. If Atlas does not find that, the
 * snapshot is not completed yet.
 *
 * @throws PartOfSnapshotError if it is a part of another snapshot
 * @throws ActionError, AtlasError like `SnapshotLists`
 */
export async function readSnapshot(
  { id, type, mayBePart = false }: KnownSnapshot,
  context: Context,
  signal: AbortSignal,
): Promise<StatusCheck> {
  const { client } = context
  const check = await client.getSnapshot(id, signal)
  const mustLookUp = mayBePart && !isSharded(check.snapshot)
  const whole = mustLookUp ? await new SnapshotLists(context).findWhole(id, signal) : undefined
  if (whole !== undefined && whole.id !== id) throw new PartOfSnapshotError(id, whole)
  // A response can lack the type.
  const knownType = whole?.type ?? (type === 'shardedCluster' ? type : check.snapshot.type)
  const snapshot = { ...check.snapshot, type: knownType }
  if (!isUnconfirmed(snapshot)) return { ...check, snapshot }
  try {
    return { ...check, snapshot: await client.getShardedSnapshot(id, signal) }
  } catch (error) {
    if (!isSnapshotNotFound(error)) throw error
    return { ...check, snapshot: { ...snapshot, createdAt: undefined } }
  }
}

/** The IDs of a sharded cluster's member snapshots, empty if unknown. For a replica set, the snapshot's own ID. */
export function memberIds(snapshot: Snapshot): readonly string[] {
  const { id, memberIds = [] } = snapshot
  return isSharded(snapshot) ? memberIds : [id]
}
