import type { Context, ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import { OutageTracker, retry } from './persist.js'
import { interrupted } from './stopped.js'

/**
 * Reads a snapshot that this step did not take, to go on with it.
 *
 * @throws ActionError if it cannot be read; a 404 is final
 */
export async function attachTo(snapshotId: string, context: Context): Promise<ObservedSnapshot> {
  const outage = new OutageTracker()
  try {
    const snapshot = await retry((signal) => context.client.getSnapshot(snapshotId, signal), context, outage)
    return { snapshot, created: false, fromInput: true }
  } catch (error) {
    if (!(error instanceof StopReason)) throw error
    const lastError = outage.lastError === undefined ? '' : ` ${outage.lastError.message}`
    throw interrupted(error, {
      phase: `reading snapshot ${snapshotId}`,
      message: `Nothing was taken, and nothing was deleted.${lastError}`,
      lastError: outage.lastError,
    })
  }
}
