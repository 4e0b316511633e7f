import { errorMessage } from '../action-error.js'
import { isSnapshotNotFound, means } from '../atlas/errors.js'
import { REMEDIES, withLink } from '../atlas/remedies.js'
import { isSharded, isUnconfirmed, type Snapshot } from '../atlas/snapshot.js'
import { sleep } from '../timers.js'
import type { Context } from './context.js'
import { LIST_CONSISTENCY_DELAY_MS } from './decision.js'
import { SnapshotList } from './list-pages.js'
import { partOfSnapshotError } from './reports.js'
import { FIRST_READ, READ, READ_NEW, type Retries, type RetryPolicy, retry } from './retry.js'
import { Sighting } from './sighting.js'

/**
 * Reads the snapshot of the `snapshot-id` input. A 404 is not retried.
 *
 * @throws FinalError if it is a part of another snapshot, and any error like `retry`
 */
export async function readGiven(id: string, context: Context, retries: Retries): Promise<Sighting> {
  const lookUp = { list: new SnapshotList('sharded', context), onlyCompleted: false }
  const read = (signal: AbortSignal) => readSnapshot({ id, lookUp }, context, signal)
  const snapshot = await retry(read, context, retries, FIRST_READ)
  return new Sighting(snapshot, { created: false, fromInput: true }, context)
}

/** Reads a snapshot that the step has seen. Throws like `readGiven`. */
export async function readAgain(sighting: Sighting, context: Context, policy: RetryPolicy): Promise<void> {
  const { snapshot, origin, retries } = sighting
  const lookUp = origin.shardedList && { list: origin.shardedList, onlyCompleted: context.options.wait }
  const read = (signal: AbortSignal) => readSnapshot({ ...snapshot, lookUp }, context, signal)
  sighting.see(await retry(read, context, retries, policy))
}

/**
 * Reads what a list, or the plain form of a sharded cluster's snapshot, does not contain. Without the members, there is
 * only a warning, because a step that does not wait only needs the snapshot to exist.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function readMissing(sighting: Sighting, context: Context): Promise<void> {
  const { client, clock, deadline, logger, onSnapshot } = context
  const { created, shardedList } = sighting.origin
  if (sighting.snapshot.resource === undefined) {
    // A whole snapshot can appear later than its parts.
    const waitMs = shardedList !== undefined ? LIST_CONSISTENCY_DELAY_MS - sighting.ageMs : 0
    if (waitMs > 0) await sleep(clock, waitMs, deadline.signal)
    await readAgain(sighting, context, created ? READ_NEW : READ)
    onSnapshot(sighting.observed)
  }
  const { snapshot } = sighting
  if (!isSharded(snapshot) || snapshot.memberIds !== undefined) return
  const whole = await client.getShardedSnapshot(snapshot.id, deadline.signal).catch((error: unknown) => {
    if (means(error, 'untrusted')) throw error
    if (!deadline.signal.aborted)
      logger.warning(`Some outputs of snapshot ${snapshot.id} are empty: ${errorMessage(error)}`)
  })
  if (whole === undefined) return
  sighting.see(whole)
  onSnapshot(sighting.observed)
}

/** The sharded list, which is not taken for missing if it has responded in this step, and when to look there. */
type LookUp = { readonly list: SnapshotList; readonly onlyCompleted: boolean }

/**
 * Reads a snapshot. One that can be a part is looked up in the sharded list, because it looks like one of a replica set.
 * Also reads the sharded form of a completed one of a sharded cluster, because only that shows whether every shard is
 * completed. If Atlas does not find that, the snapshot is not completed yet.
 *
 * @throws FinalError if it is a part of another snapshot
 * @throws ActionError, AtlasError like the client and `SnapshotList`
 */
export async function readSnapshot(
  { id, type, lookUp }: { id: string; type?: Snapshot['type']; lookUp: LookUp | undefined },
  context: Context,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { client } = context
  const plain = await client.getSnapshot(id, signal).catch((error: unknown) => {
    // Atlas was recorded to send a 404 without a code.
    throw isSnapshotNotFound(error) ? error.with('', withLink(REMEDIES.snapshotNotFound)) : error
  })
  const mustLookUp = lookUp !== undefined && (!lookUp.onlyCompleted || plain.status === 'completed')
  const whole = mustLookUp && !isSharded(plain) ? await findWhole(id, lookUp.list, signal) : undefined
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
async function findWhole(id: string, list: SnapshotList, signal: AbortSignal): Promise<Snapshot | undefined> {
  const { snapshots, error } = await list.read(signal)
  const found = snapshots.find((one) => one.id === id || one.memberIds?.includes(id))
  if (found === undefined && means(error, 'incomplete')) throw error
  return found?.type === 'shardedCluster' ? found : undefined
}
