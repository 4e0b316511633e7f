import { findBlocker } from '../atlas/cluster.js'
import { RejectedError } from '../atlas/errors.js'
import { needsClusterDiagnosis } from '../atlas/remedies.js'
import type { ActionError } from '../failure.js'
import type { Context } from './context.js'

/** Refusals that are about the cluster, and not about who asks. */
const ABOUT_THE_CLUSTER: readonly number[] = [400, 404]

/**
 * A refusal that leaves open why (M0, paused, backup off), with what the cluster says of itself; where it says nothing,
 * or may not be read, the refusal stands alone. Whatever else is thrown is given back as it is.
 */
export async function withClusterDiagnosis(thrown: unknown, context: Context): Promise<unknown> {
  if (!(thrown instanceof RejectedError) || !needsClusterDiagnosis(thrown.response)) return thrown
  const reason = await diagnoseCluster(context)
  return reason === undefined ? thrown : thrown.with(reason.message, reason)
}

type Reason = Pick<ActionError, 'title' | 'message' | 'remedy'>

async function diagnoseCluster({ client, deadline }: Context): Promise<Reason | undefined> {
  try {
    const obstacle = findBlocker(await client.getCluster(deadline.signal))
    return obstacle && { ...obstacle, message: `The cluster tells why: ${obstacle.reason}.` }
  } catch (error) {
    const isTelling =
      error instanceof RejectedError &&
      ABOUT_THE_CLUSTER.includes(error.response.status) &&
      !needsClusterDiagnosis(error.response)
    return isTelling ? error : undefined
  }
}
