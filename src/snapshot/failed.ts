import type { Snapshot } from '../atlas/snapshot.js'
import { Failure } from '../failure.js'

/** @throws Failure if Atlas reports the snapshot as failed */
export function assertNotFailed({ id, status }: Snapshot): void {
  if (status !== 'failed') return
  throw new Failure({
    title: 'The snapshot failed',
    message: `Atlas reports snapshot ${id} as failed, so there is no backup to go back to.`,
    remedy:
      "Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then run this again.",
  })
}
