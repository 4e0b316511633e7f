import { isSnapshotNotFound } from '../atlas/errors.js'
import { FAILURES } from '../atlas/responses.js'
import { isCompleted, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import { DAY_MS } from '../format.js'
import type { Context, ObservedSnapshot } from './context.js'
import { notOfClusterError } from './reports.js'
import { BEFORE_POST, type Retries } from './retry.js'
import { restorePointAge } from './reuse.js'

/**
 * Reads the snapshot of the `snapshot-id` input, and warns if its restore point is old. A rejection, such as a 404, is not
 * retried.
 *
 * @throws ActionError if it is not a snapshot of the whole cluster, and any error like `Retries.read`
 */
export async function readExisting(
  id: string,
  context: Context,
  retries: Retries,
): Promise<ObservedSnapshot> {
  const read = async () => {
    const snapshot = await readSnapshot(id, context)
    const { kind } = await context.readCluster()
    const { type = kind } = snapshot
    if (type !== kind) throw notOfClusterError(id, type, kind)
    return snapshot
  }
  const snapshot = await retries.read(read, BEFORE_POST)
  // A snapshot-id that is left over in a workflow would pass each deployment with older data.
  if ((restorePointAge(snapshot) ?? 0) > DAY_MS)
    context.logger.warning(
      `The restore point of snapshot ${id} (snapshot-id) is from before this step: ${snapshot.createdAt}. It does not contain later writes. If snapshot-id was only for an earlier run, remove it from the workflow.`,
    )
  return { snapshot, created: false }
}

/**
 * Reads a snapshot in its plain form. Without a type, it has the cluster's. Only the sharded form of a sharded snapshot shows
 * whether every shard is completed. While Atlas does not find that form, the snapshot is in progress.
 *
 * @throws RequestError like the client
 */
export async function readSnapshot(id: string, context: Context): Promise<Snapshot> {
  const { client, deadline, readCluster } = context
  const { signal } = deadline
  const plain = await client.getSnapshot(id, signal).catch((error: unknown) => {
    // Atlas was recorded to send a 404 without a code.
    throw isSnapshotNotFound(error) ? error.with({ failure: FAILURES.snapshotNotFound }) : error
  })
  if (!isCompleted(plain)) return plain
  const type = plain.type ?? (await readCluster()).kind
  if (type === 'replicaSet') return plain
  return client.getShardedSnapshot(id, signal).catch((error: unknown) => {
    if (isSnapshotNotFound(error)) return withoutCompletion(plain)
    throw error
  })
}
