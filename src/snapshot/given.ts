import { isSharded, type Snapshot } from '../atlas/snapshot.js'
import type { AcquiredSnapshot, Context } from './context.js'
import { StopReason } from './deadline.js'
import { interruptedError, interruptedWaitError, NOTHING_CREATED } from './reports.js'
import { isRetryable, Retries, retry } from './retry.js'
import { assertWhole, readSnapshot } from './sharded.js'

/**
 * Reads the snapshot of the `snapshot-id` input.
 *
 * @throws ActionError if it cannot be read, or is a part of another snapshot. A 404 is not retried.
 */
export async function readGivenSnapshot(snapshotId: string, context: Context): Promise<AcquiredSnapshot> {
  const { clock } = context
  const retries = new Retries(context)
  let seen: { readonly snapshot: Snapshot; readonly at: number } | undefined
  const read = (signal: AbortSignal) => readSnapshot({ id: snapshotId }, context, signal)
  try {
    const { snapshot } = await retry(read, context, retries, isRetryable)
    seen = { snapshot, at: clock.now() }
    const whole = isSharded(snapshot) ? snapshot : await assertWhole(snapshot, context, retries)
    return { snapshot: whole, created: false, fromInput: true, seenAt: seen.at }
  } catch (error) {
    if (!(error instanceof StopReason)) throw error
    const { lastError } = retries
    const phase = `reading snapshot ${snapshotId}`
    if (seen !== undefined)
      throw interruptedWaitError({ ...seen, agoMs: clock.now() - seen.at }, phase, error, lastError)
    throw interruptedError(error, { phase, message: NOTHING_CREATED, lastError })
  }
}
