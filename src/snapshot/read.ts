import { errorMessage } from '../action-error.js'
import { AtlasError, isSnapshotNotFound, means } from '../atlas/errors.js'
import { REMEDIES, withLink } from '../atlas/remedies.js'
import { isCompleted, isSharded, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { notOfClusterError } from './reports.js'
import { FIRST_READ, type Retries, retry, WAIT } from './retry.js'
import { TrackedSnapshot } from './tracked-snapshot.js'

/**
 * Reads the snapshot of the `snapshot-id` input. A rejection, such as a 404, is not retried.
 *
 * @throws FinalError if it is not a snapshot of the whole cluster, and any error like `retry`
 */
export async function readGiven(id: string, context: Context, retries: Retries): Promise<TrackedSnapshot> {
  const read = async (signal: AbortSignal) => {
    const snapshot = await readSnapshot({ id, type: undefined }, context, signal)
    const cluster = await context.readCluster(signal)
    const { type = cluster.type } = snapshot
    if (type !== cluster.type) throw notOfClusterError(id, type, cluster.type)
    return { ...snapshot, type }
  }
  return new TrackedSnapshot(await retry(read, context, retries, FIRST_READ), 'given', context)
}

/** Reads a snapshot that Atlas has accepted or shown. Throws like `retry`. */
export async function readAgain(
  tracked: TrackedSnapshot,
  context: Context,
  endsRead?: (error: unknown) => boolean,
): Promise<void> {
  const read = (signal: AbortSignal) => readSnapshot(tracked.snapshot, context, signal)
  tracked.update(await retry(read, context, tracked.retries, WAIT, endsRead))
}

/**
 * Reads what a list, or the plain form of a sharded cluster's snapshot, does not contain. Without the members, there is
 * only a warning, because a step that does not wait only needs the snapshot to exist.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function readMissing(tracked: TrackedSnapshot, context: Context): Promise<void> {
  const { client, deadline, logger, onSnapshot } = context
  if (tracked.snapshot.resource === undefined) {
    await readAgain(tracked, context)
    onSnapshot(tracked.observed)
  }
  const { snapshot } = tracked
  if (!isSharded(snapshot) || snapshot.memberIds !== undefined) return
  const whole = await client.getShardedSnapshot(snapshot.id, deadline.signal).catch((error: unknown) => {
    if (!(error instanceof AtlasError) || means(error, 'untrusted')) throw error
    if (!deadline.signal.aborted)
      logger.warning(`Some outputs of snapshot ${snapshot.id} are empty: ${errorMessage(error)}`)
  })
  if (whole === undefined) return
  tracked.update(whole)
  onSnapshot(tracked.observed)
}

/**
 * Reads a snapshot in its plain form, which can lack the type. Only the sharded form of a sharded snapshot shows whether
 * every shard is completed. While Atlas does not find that form, the snapshot is in progress.
 *
 * @throws AtlasError like the client
 */
async function readSnapshot(
  { id, type: lastType }: Pick<Snapshot, 'id' | 'type'>,
  { client, readCluster }: Context,
  signal: AbortSignal,
): Promise<Snapshot> {
  const plain = await client.getSnapshot(id, signal).catch((error: unknown) => {
    // Atlas was recorded to send a 404 without a code.
    throw isSnapshotNotFound(error) ? error.with('', withLink(REMEDIES.snapshotNotFound)) : error
  })
  if (!isCompleted(plain)) return { ...plain, type: plain.type ?? lastType }
  const type = plain.type ?? lastType ?? (await readCluster(signal)).type
  if (type === 'replicaSet') return { ...plain, type }
  return client.getShardedSnapshot(id, signal).catch((error: unknown) => {
    if (isSnapshotNotFound(error)) return withoutCompletion({ ...plain, type })
    throw error
  })
}
