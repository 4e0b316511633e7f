import { isSnapshotNotFound, means } from '../atlas/errors.js'
import { REMEDIES, withLink } from '../atlas/remedies.js'
import { isSharded, isUnconfirmed, type Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { SnapshotList } from './lists.js'
import { partOfSnapshotError } from './reports.js'
import { FIRST_READ, type Retries, type RetryPolicy, retry } from './retry.js'
import { Sighting } from './sighting.js'

/**
 * Reads the snapshot of the `snapshot-id` input. A 404 is not retried.
 *
 * @throws FinalError if it is a part of another snapshot, and any error like `retry`
 */
export async function readGiven(id: string, context: Context, retries: Retries): Promise<Sighting> {
  const read = (signal: AbortSignal) => readSnapshot({ id, lookUp: 'always' }, context, signal)
  const snapshot = await retry(read, context, retries, FIRST_READ)
  return new Sighting(snapshot, { created: false, fromInput: true }, context)
}

/** Reads a snapshot that the step has seen. Throws like `readGiven`. */
export async function readAgain(sighting: Sighting, context: Context, policy: RetryPolicy): Promise<void> {
  const { snapshot, origin, retries } = sighting
  const lookUp = !origin.mayBePart ? 'never' : context.options.wait ? 'ifCompleted' : 'always'
  const read = (signal: AbortSignal) => readSnapshot({ ...snapshot, lookUp }, context, signal)
  sighting.see(await retry(read, context, retries, policy))
}

/**
 * Reads a snapshot. One that can be a part is looked up in the sharded list, because it looks like one of a replica set.
 * Also reads the sharded form of a completed one of a sharded cluster, because only that shows whether every shard is
 * completed. If Atlas does not find that, the snapshot is not completed yet.
 *
 * @throws FinalError if it is a part of another snapshot
 * @throws ActionError, AtlasError like the client and `SnapshotList`
 */
export async function readSnapshot(
  { id, type, lookUp }: { id: string; type?: Snapshot['type']; lookUp: 'never' | 'ifCompleted' | 'always' },
  context: Context,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { client } = context
  const plain = await client.getSnapshot(id, signal).catch((error: unknown) => {
    // Atlas was recorded to send a 404 without a code.
    throw isSnapshotNotFound(error) ? error.with('', withLink(REMEDIES.snapshotNotFound)) : error
  })
  const mustLookUp = lookUp === 'always' || (lookUp === 'ifCompleted' && plain.status === 'completed')
  const whole = mustLookUp && !isSharded(plain) ? await findWhole(id, context, signal) : undefined
  if (whole !== undefined && whole.id !== id) throw partOfSnapshotError(id, whole)
  // A response can lack the type.
  const snapshot = { ...plain, type: whole?.type ?? (type === 'shardedCluster' ? type : plain.type) }
  if (!isUnconfirmed(snapshot)) return snapshot
  try {
    return await client.getShardedSnapshot(id, signal)
  } catch (error) {
    if (!isSnapshotNotFound(error)) throw error
    return { ...snapshot, createdAt: undefined }
  }
}

/** The sharded snapshot with this ID, or with a part with this ID. `undefined` if there is none, or no sharded list. */
async function findWhole(id: string, context: Context, signal: AbortSignal): Promise<Snapshot | undefined> {
  const { snapshots, error } = await new SnapshotList('sharded', context).read(signal)
  const found = snapshots.find((one) => one.id === id || one.memberIds?.includes(id))
  if (found === undefined && means(error, 'incomplete')) throw error
  return found?.type === 'shardedCluster' ? found : undefined
}
