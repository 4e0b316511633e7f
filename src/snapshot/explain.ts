import { obstacleOf } from '../atlas/cluster.js'
import { RefusedError } from '../atlas/errors.js'
import { isVague } from '../atlas/remedies.js'
import type { Failure } from '../failure.js'
import type { Context } from './context.js'

/** Refusals that are about the cluster, and not about who asks. */
const ABOUT_THE_CLUSTER: readonly number[] = [400, 404]

/**
 * A refusal that leaves open why (M0, paused, backup off), with what the cluster says of itself; where it says nothing,
 * or may not be read, the refusal stands alone. Whatever else is thrown is given back as it is.
 */
export async function explained(thrown: unknown, context: Context): Promise<unknown> {
  if (!(thrown instanceof RefusedError) || !isVague(thrown.refusal)) return thrown
  const reason = await reasonIn(context)
  return reason === undefined ? thrown : thrown.with(reason.message, reason)
}

type Reason = Pick<Failure, 'title' | 'message' | 'remedy'>

async function reasonIn({ client, deadline }: Context): Promise<Reason | undefined> {
  try {
    const obstacle = obstacleOf(await client.readCluster(deadline.signal))
    return obstacle && { ...obstacle, message: `The cluster tells why: ${obstacle.clause}.` }
  } catch (error) {
    const isTelling =
      error instanceof RefusedError &&
      ABOUT_THE_CLUSTER.includes(error.refusal.status) &&
      !isVague(error.refusal)
    return isTelling ? error : undefined
  }
}
