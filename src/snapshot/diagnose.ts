import type { ErrorReport } from '../action-error.js'
import { findBlocker } from '../atlas/cluster.js'
import { AtlasError } from '../atlas/errors.js'
import type { Context } from './context.js'
import { isCancellation } from './deadline.js'

/**
 * If the cluster's configuration (M0, paused, backup off) explains a rejection without a clear reason, adds the reason.
 * Returns any other error unchanged, and the `StopReason` of a step that is canceled meanwhile.
 */
export async function withClusterDiagnosis(thrown: unknown, context: Context): Promise<unknown> {
  if (!(thrown instanceof AtlasError) || !thrown.row.needsClusterDiagnosis) return thrown
  const { signal } = context.deadline
  const reason = await diagnoseCluster(context)
  if (isCancellation(signal.reason)) return signal.reason
  return reason === undefined ? thrown : thrown.with({ more: reason.message, explanation: reason })
}

async function diagnoseCluster({ deadline, readCluster }: Context): Promise<ErrorReport | undefined> {
  try {
    const blocker = findBlocker(await readCluster(deadline.signal))
    return blocker && { ...blocker, message: `The cluster cannot take snapshots because ${blocker.reason}.` }
  } catch (error) {
    if (!(error instanceof AtlasError && error.rejection)) return undefined
    const isAboutCluster = [400, 404].includes(error.rejection.status)
    return isAboutCluster && !error.row.needsClusterDiagnosis ? error : undefined
  }
}
