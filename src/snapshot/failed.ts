import { ActionError } from '../failure.js'
import type { ObservedSnapshot } from './context.js'

/** @throws ActionError if Atlas reports the snapshot as failed */
export function assertNotFailed({ snapshot: { id, status }, fromInput }: ObservedSnapshot): void {
  if (status !== 'failed') return
  const next = fromInput
    ? 'run again the step or job that took it, or give another snapshot-id'
    : 'run this again'
  throw new ActionError({
    title: 'The snapshot failed',
    message: `Atlas reports snapshot ${id} as failed, so there is no backup to go back to.`,
    remedy: `Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then ${next}.`,
  })
}
