import { isNotFound } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'

// A snapshot of a sharded cluster consists of one part for each shard. A part can be in the plain list like the snapshot
// of a replica set, with the description of the whole snapshot, and completed before it.

/** The `type` of a whole snapshot of the cluster, `undefined` if it is not known. */
export type ClusterType = 'replicaSet' | 'shardedCluster' | undefined

/** The entries that are whole snapshots. While the type is not known, some of them might be parts. */
export function findWholes(snapshots: readonly Snapshot[], type: ClusterType): readonly Snapshot[] {
  if (type === 'shardedCluster') return snapshots.filter(isSharded)
  const parts = new Set(snapshots.filter(isSharded).flatMap(({ memberIds = [] }) => memberIds))
  return snapshots.filter(({ id }) => !parts.has(id))
}

export function isSharded({ type }: Snapshot): boolean {
  return type === 'shardedCluster'
}

/**
 * Confirms a completed snapshot of a sharded cluster with one GET of its sharded form, because only that form shows
 * whether every shard is completed. If Atlas responds with 404, the snapshot is not completed yet. Returns any other
 * snapshot unchanged.
 *
 * @throws AtlasError if the sharded form cannot be read
 */
export async function withShardedForm(
  snapshot: Snapshot,
  { client }: Context,
  signal: AbortSignal,
): Promise<Snapshot> {
  if (!isUnconfirmed(snapshot)) return snapshot
  try {
    return await client.getShardedSnapshot(snapshot.id, signal)
  } catch (error) {
    if (!isNotFound(error)) throw error
    return unconfirmed(snapshot)
  }
}

/** The snapshot, but in progress if it is a sharded cluster's and only its plain form is completed. */
export function unconfirmed(snapshot: Snapshot): Snapshot {
  return isUnconfirmed(snapshot) ? { ...snapshot, status: 'inProgress', createdAt: undefined } : snapshot
}

/** Whether only the sharded form can show that the snapshot is completed. */
export function isUnconfirmed(snapshot: Snapshot): boolean {
  return snapshot.status === 'completed' && isSharded(snapshot) && snapshot.form === 'plain'
}

/** The IDs of a sharded cluster's member snapshots, empty if unknown. For a replica set, the snapshot's own ID. */
export function memberIds(snapshot: Snapshot): readonly string[] {
  const { id, memberIds = [] } = snapshot
  return isSharded(snapshot) ? memberIds : [id]
}
