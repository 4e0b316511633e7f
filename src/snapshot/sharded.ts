import { isNotFound } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'

/**
 * Confirms a completed snapshot of a sharded cluster with one GET of its sharded form, because only that form includes
 * every member. If Atlas responds with 404, the snapshot is not completed yet. Returns any other snapshot unchanged.
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

function isUnconfirmed(snapshot: Snapshot): boolean {
  return snapshot.status === 'completed' && lacksMembers(snapshot)
}

/** Whether the snapshot is a sharded cluster's and its member IDs are not known. */
export function lacksMembers({ type, memberIds }: Snapshot): boolean {
  return type === 'shardedCluster' && memberIds === undefined
}

/** The IDs of a sharded cluster's member snapshots, empty if unknown. For a replica set, the snapshot's own ID. */
export function memberIds({ id, type, memberIds = [] }: Snapshot): readonly string[] {
  return type === 'shardedCluster' ? memberIds : [id]
}
