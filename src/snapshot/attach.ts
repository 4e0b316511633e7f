import type { Context, Sighting } from './context.js'
import { StopReason } from './deadline.js'
import { Outage, persist } from './persist.js'
import { stopped } from './stopped.js'

/**
 * Reads a snapshot that this step did not take, to go on with it.
 *
 * @throws Failure if it cannot be read; a 404 is final
 */
export async function attachTo(snapshotId: string, context: Context): Promise<Sighting> {
  const outage = new Outage()
  try {
    const snapshot = await persist((signal) => context.client.read(snapshotId, signal), context, outage)
    return { snapshot, created: false, isGiven: true }
  } catch (error) {
    if (!(error instanceof StopReason)) throw error
    const trouble = outage.last === undefined ? '' : ` ${outage.last.message}`
    throw stopped(error, {
      doing: `reading snapshot ${snapshotId}`,
      message: `Nothing was taken, and nothing was deleted.${trouble}`,
      trouble: outage.last,
    })
  }
}
