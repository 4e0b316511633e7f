import type { Snapshot } from '../atlas/snapshot.js'
import { messageOf } from '../failure.js'
import type { Context } from './context.js'
import { isCancellation } from './deadline.js'

/**
 * The ids of a sharded cluster's member snapshots, with one GET of the sharded form where the plain one lacks them; of
 * a replica set, the one id. A failure of that GET is a warning, since the snapshot itself is what the step is about.
 */
export async function memberIdsOf(snapshot: Snapshot, context: Context): Promise<readonly string[]> {
  if (snapshot.type !== 'shardedCluster') return [snapshot.id]
  if (snapshot.memberIds !== undefined) return snapshot.memberIds
  const { client, deadline, logger } = context
  try {
    const sharded = await client.readSharded(snapshot.id, deadline.signal)
    return sharded.memberIds ?? []
  } catch (error) {
    if (isCancellation(deadline.signal.reason)) return []
    logger.warning(
      `The members of snapshot ${snapshot.id} could not be read, so snapshot-ids is empty: ${messageOf(error)}`,
    )
    return []
  }
}
