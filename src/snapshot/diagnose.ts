import { ActionError } from '../action-error.js'
import { findBlocker } from '../atlas/cluster.js'
import { RequestError } from '../atlas/errors.js'
import type { Context } from './context.js'

/**
 * If the cluster's configuration (M0, paused, backup off) explains a rejection without a clear reason, adds the reason.
 * Returns any other error unchanged.
 */
export async function withClusterDiagnosis(thrown: unknown, context: Context): Promise<unknown> {
  if (!(thrown instanceof RequestError) || !thrown.failure.needsClusterDiagnosis) return thrown
  const reason = await diagnoseCluster(context)
  if (reason === undefined) return thrown
  return new ActionError(`${thrown.message} ${reason.message}`, reason, { cause: thrown })
}

/** Reads the cluster anew, because it can have changed since the step read it. */
async function diagnoseCluster({ client, deadline }: Context): Promise<ActionError | undefined> {
  try {
    return findBlocker(await client.getCluster(deadline.signal))
  } catch (error) {
    if (!(error instanceof RequestError && error.rejection)) return undefined
    const isAboutCluster = [400, 404].includes(error.rejection.status)
    return isAboutCluster && !error.failure.needsClusterDiagnosis ? error : undefined
  }
}
