import type { ErrorReport } from '../action-error.js'
import { findBlocker } from '../atlas/cluster.js'
import { AtlasError } from '../atlas/errors.js'
import type { Context } from './context.js'

/**
 * If the cluster's configuration (M0, paused, backup off) explains a rejection without a clear reason, adds the reason.
 * Returns any other error unchanged.
 */
export async function withClusterDiagnosis(thrown: unknown, context: Context): Promise<unknown> {
  if (!(thrown instanceof AtlasError) || !thrown.kind.needsClusterDiagnosis) return thrown
  const reason = await diagnoseCluster(context)
  return reason === undefined ? thrown : thrown.with({ more: reason.message, explanation: reason })
}

/** Reads the cluster anew, because it can have changed since the step read it. */
async function diagnoseCluster({ client, deadline }: Context): Promise<ErrorReport | undefined> {
  try {
    const blocker = findBlocker(await client.getCluster(deadline.signal))
    return blocker && { ...blocker, message: `The cluster cannot take snapshots because ${blocker.reason}.` }
  } catch (error) {
    if (!(error instanceof AtlasError && error.rejection)) return undefined
    const isAboutCluster = [400, 404].includes(error.rejection.status)
    return isAboutCluster && !error.kind.needsClusterDiagnosis ? error : undefined
  }
}
