import { ActionError } from '../action-error.js'
import { RejectedError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import { formatWithStatus } from './conflict.js'
import type { Context, ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import { SnapshotLists } from './lists.js'
import { interruptedError } from './reports.js'
import { OutageTracker, retry } from './retry.js'
import { isSharded, withShardedForm } from './sharded.js'

/**
 * Reads the snapshot of the `snapshot-id` input.
 *
 * @throws ActionError if it cannot be read, or is a part of another snapshot. A 404 is not retried.
 */
export async function readGivenSnapshot(snapshotId: string, context: Context): Promise<ObservedSnapshot> {
  const outage = new OutageTracker()
  const read = async (signal: AbortSignal) => {
    const { snapshot } = await context.client.getSnapshot(snapshotId, signal)
    return withShardedForm(snapshot, context, signal)
  }
  try {
    const snapshot = await retry(read, context, outage, { failOnNonAtlasResponse: true })
    if (!isSharded(snapshot)) await assertNotPart(snapshot, context, outage)
    return { snapshot, created: false, fromInput: true }
  } catch (error) {
    if (!(error instanceof StopReason)) throw error
    const lastError = outage.lastError === undefined ? '' : `${outage.lastError.message} `
    throw interruptedError(error, {
      phase: `reading snapshot ${snapshotId}`,
      message: `${lastError}No snapshot was created.`,
      lastError: outage.lastError,
    })
  }
}

/**
 * A part of a sharded cluster's snapshot looks like the snapshot of a replica set. If Atlas rejects the request for the
 * sharded list, the snapshot is used as it is.
 *
 * @throws StopReason, ActionError, or AtlasError like `retry`, or if the snapshot is a part of another one
 */
async function assertNotPart({ id }: Snapshot, context: Context, outage: OutageTracker): Promise<void> {
  const lists = new SnapshotLists(context)
  const findWhole = () =>
    [...lists.shown.values()].find((one) => isSharded(one) && one.memberIds?.includes(id))
  const read = async (signal: AbortSignal) => {
    try {
      await lists.readSharded(signal)
    } catch (error) {
      // Even a part of the list can show it.
      if (findWhole() === undefined) throw error
    }
  }
  try {
    await retry(read, context, outage, { failOnNonAtlasResponse: true })
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
  }
  const whole = findWhole()
  if (whole === undefined) return
  throw new ActionError({
    title: TITLES.partOfSnapshot,
    message: `Snapshot ${id} is only one shard of snapshot ${formatWithStatus(whole)}.`,
    remedy: `Set snapshot-id to ${whole.id}.`,
  })
}
