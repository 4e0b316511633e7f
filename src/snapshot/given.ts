import { ActionError } from '../action-error.js'
import { RejectedError } from '../atlas/errors.js'
import { isOfCredentials } from '../atlas/remedies.js'
import { formatSnapshot, type Snapshot } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import type { AcquiredSnapshot, Context } from './context.js'
import { StopReason } from './deadline.js'
import { SnapshotLists } from './lists.js'
import { interruptedError, interruptedWaitError, NOTHING_CREATED } from './reports.js'
import { isRetryable, OutageTracker, retry } from './retry.js'
import { isSharded, readSnapshot } from './sharded.js'

/**
 * Reads the snapshot of the `snapshot-id` input.
 *
 * @throws ActionError if it cannot be read, or is a part of another snapshot. A 404 is not retried.
 */
export async function readGivenSnapshot(snapshotId: string, context: Context): Promise<AcquiredSnapshot> {
  const { clock } = context
  const outage = new OutageTracker()
  let seen: { readonly snapshot: Snapshot; readonly at: number } | undefined
  const read = (signal: AbortSignal) => readSnapshot({ id: snapshotId }, context, signal)
  try {
    const { snapshot } = await retry(read, context, outage, isRetryable)
    seen = { snapshot, at: clock.now() }
    const whole = isSharded(snapshot) ? snapshot : await findWhole(snapshot, context, outage)
    return { snapshot: whole, created: false, fromInput: true, seenAt: seen.at }
  } catch (error) {
    if (!(error instanceof StopReason)) throw error
    const { lastError } = outage
    const phase = `reading snapshot ${snapshotId}`
    if (seen !== undefined)
      throw interruptedWaitError({ ...seen, agoMs: clock.now() - seen.at }, phase, error, lastError)
    throw interruptedError(error, { phase, message: NOTHING_CREATED, lastError })
  }
}

/**
 * A part of a sharded cluster's snapshot looks like the snapshot of a replica set, and a response can lack the type, so the
 * sharded list decides. If Atlas has none, or does not allow reading it, the snapshot is used as it is.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`, or if the snapshot is a part of another one
 */
async function findWhole(snapshot: Snapshot, context: Context, outage: OutageTracker): Promise<Snapshot> {
  const { id } = snapshot
  const lists = new SnapshotLists(context)
  const findListed = () =>
    [...lists.shown.values()].find((one) => isSharded(one) && (one.id === id || one.memberIds?.includes(id)))
  const read = async (signal: AbortSignal) => {
    try {
      await lists.readSharded(signal)
    } catch (error) {
      // Even a part of the list can show it.
      if (findListed() === undefined) throw error
    }
  }
  try {
    await retry(read, context, outage)
  } catch (error) {
    const isOfList = error instanceof RejectedError && !isOfCredentials(error.response)
    if (!isOfList) throw error
  }
  const listed = findListed()
  if (listed === undefined) return snapshot
  // Its sharded form is still to be read.
  if (listed.id === id) return { ...snapshot, type: 'shardedCluster', createdAt: undefined }
  throw new ActionError({
    title: TITLES.partOfSnapshot,
    message: `Snapshot ${id} is only one shard of snapshot ${formatSnapshot(listed)}.`,
    remedy: `Set snapshot-id to ${listed.id}.`,
  })
}
