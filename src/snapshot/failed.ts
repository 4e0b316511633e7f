import { Failure } from '../failure.js'
import type { Sighting } from './context.js'

/** @throws Failure if Atlas reports the snapshot as failed */
export function assertNotFailed({ snapshot: { id, status }, isGiven }: Sighting): void {
  if (status !== 'failed') return
  const next = isGiven
    ? 'run again the step or job that took it, or give another snapshot-id'
    : 'run this again'
  throw new Failure({
    title: 'The snapshot failed',
    message: `Atlas reports snapshot ${id} as failed, so there is no backup to go back to.`,
    remedy: `Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then ${next}.`,
  })
}
