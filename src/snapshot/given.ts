import { ActionError } from '../action-error.js'
import { isSnapshotNotFound } from '../atlas/errors.js'
import { REMEDIES } from '../atlas/remedies.js'
import type { AcquiredSnapshot, Context } from './context.js'
import { StopReason } from './deadline.js'
import { interruptedError, NOTHING_CREATED } from './reports.js'
import { isRetryable, Retries, retry } from './retry.js'
import { readSnapshot } from './sharded.js'

/**
 * Reads the snapshot of the `snapshot-id` input.
 *
 * @throws ActionError if it cannot be read, or is a part of another snapshot. A 404 is not retried.
 */
export async function readGivenSnapshot(snapshotId: string, context: Context): Promise<AcquiredSnapshot> {
  const retries = new Retries(context)
  const read = (signal: AbortSignal) => readSnapshot({ id: snapshotId, mayBePart: true }, context, signal)
  try {
    const { snapshot } = await retry(read, context, retries, isRetryable)
    return { snapshot, created: false, fromInput: true, seenAt: context.clock.now() }
  } catch (error) {
    if (error instanceof StopReason) {
      const { lastError } = retries
      throw interruptedError(error, {
        phase: `reading snapshot ${snapshotId}`,
        message: NOTHING_CREATED,
        lastError,
      })
    }
    // Atlas was recorded to send a 404 without a code.
    if (isSnapshotNotFound(error))
      throw new ActionError({ ...REMEDIES.snapshotNotFound, message: error.message, cause: error })
    throw error
  }
}
