import { isNotFound } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'

/**
 * The same snapshot, unless it is that of a sharded cluster and the plain form says that it is completed: then as the
 * sharded form has it, by one GET. Only that one knows every member. If Atlas does not find it, it is not completed yet.
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

/** The same snapshot, but in progress if only the plain form of a sharded one says that it is completed. */
export function unconfirmed(snapshot: Snapshot): Snapshot {
  return isUnconfirmed(snapshot) ? { ...snapshot, status: 'inProgress', createdAt: undefined } : snapshot
}

function isUnconfirmed(snapshot: Snapshot): boolean {
  return snapshot.status === 'completed' && lacksMembers(snapshot)
}

/** Whether it is a sharded cluster's, in the form that does not say which members it has. */
export function lacksMembers({ type, memberIds }: Snapshot): boolean {
  return type === 'shardedCluster' && memberIds === undefined
}

/** The IDs of a sharded cluster's member snapshots, empty if they are unknown. Of a replica set the one ID. */
export function memberIds({ id, type, memberIds = [] }: Snapshot): readonly string[] {
  return type === 'shardedCluster' ? memberIds : [id]
}
