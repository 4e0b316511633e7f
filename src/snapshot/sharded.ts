import type { StatusCheck } from '../atlas/client.js'
import { isSnapshotNotFound } from '../atlas/errors.js'
import { isUnconfirmed, type Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'

// A snapshot of a sharded cluster consists of one part for each shard. A part can be in the plain list like the snapshot
// of a replica set, with the description of the whole snapshot, and completed before it.

/** The `type` of a whole snapshot of the cluster, `undefined` if it is not known. */
export type ClusterType = 'replicaSet' | 'shardedCluster' | undefined

/** What a step knows about the type of the cluster. */
export interface ClusterFacts {
  /** Whether a list, or the response to a POST, has shown in this step that the cluster is sharded. */
  readonly isKnownAsSharded: boolean
  /** Whether the sharded list has had invalid entries, which show this only if the cluster cannot be read. */
  readonly hasInvalidSharded: boolean
  /** The type from the cluster's configuration, `unreadable` if it cannot be read, `undefined` before it is read. */
  readonly configuredType: Exclude<ClusterType, undefined> | 'unreadable' | undefined
}

/** The type of the cluster's snapshots, `undefined` if it is not known. */
export function toClusterType({
  isKnownAsSharded,
  configuredType,
  hasInvalidSharded,
}: ClusterFacts): ClusterType {
  if (isKnownAsSharded) return 'shardedCluster'
  if (configuredType !== 'unreadable') return configuredType
  return hasInvalidSharded ? 'shardedCluster' : undefined
}

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

/** The IDs of a sharded cluster's member snapshots, empty if unknown. For a replica set, the snapshot's own ID. */
export function memberIds(snapshot: Snapshot): readonly string[] {
  const { id, memberIds = [] } = snapshot
  return isSharded(snapshot) ? memberIds : [id]
}
