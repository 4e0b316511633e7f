import type { Snapshot } from '../atlas/snapshot.js'
import { errorMessage } from '../failure.js'
import type { Context, ObservedSnapshot } from './context.js'
import { isCancellation } from './deadline.js'
import { assertNotFailed } from './failed.js'

/**
 * The ids of a sharded cluster's member snapshots, with one GET of the sharded form where the plain one lacks them; of
 * a replica set, the one id. A failure of that GET is a warning, since the snapshot itself is what the step is about.
 *
 * @throws ActionError if Atlas reports the snapshot as failed there
 */
export async function getMemberIds(sighting: ObservedSnapshot, context: Context): Promise<readonly string[]> {
  const { snapshot, created } = sighting
  if (snapshot.type !== 'shardedCluster') return [snapshot.id]
  if (snapshot.memberIds !== undefined) return snapshot.memberIds
  const sharded = await readSharded(snapshot, context)
  // It is the last word on the snapshot, and a step that does not wait has heard only the first one.
  if (sharded?.status === 'failed') context.onSnapshot({ snapshot: sharded, created })
  if (sharded !== undefined) assertNotFailed({ ...sighting, snapshot: sharded })
  return sharded?.memberIds ?? []
}

async function readSharded({ id }: Snapshot, context: Context): Promise<Snapshot | undefined> {
  const { client, deadline, logger } = context
  try {
    return await client.getShardedSnapshot(id, deadline.signal)
  } catch (error) {
    if (!isCancellation(deadline.signal.reason)) {
      logger.warning(
        `The members of snapshot ${id} could not be read, so snapshot-ids is empty: ${errorMessage(error)}`,
      )
    }
    return undefined
  }
}
