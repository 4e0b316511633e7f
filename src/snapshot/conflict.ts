import { type ConflictError, isNotFound } from '../atlas/errors.js'
import { isFinished, nameOf, type Snapshot, statusOf } from '../atlas/snapshot.js'
import { Failure } from '../failure.js'
import { formatDuration } from '../format.js'
import type { Context } from './context.js'
import { follow } from './follow.js'
import type { Outage } from './persist.js'

/** What to do while another on-demand snapshot of the cluster is unfinished. */
export type OnConflict = 'wait' | 'reuse' | 'fail'

/**
 * The snapshot of somebody else that explains a refusal: one that is unfinished, else one that no list from before the
 * refusal had as ended (it was unfinished then, and has ended since). Scheduled ones refuse nothing.
 *
 * @param known ids of what had ended by the lists before the refused POST, `undefined` if there was none
 */
export function snapshotInTheWay(
  snapshots: readonly Snapshot[],
  known: ReadonlySet<string> | undefined,
): Snapshot | undefined {
  const onDemand = snapshots.filter(
    ({ snapshotType }) => snapshotType === undefined || snapshotType === 'onDemand',
  )
  return (
    onDemand.find((snapshot) => !isFinished(snapshot)) ?? onDemand.find(({ id }) => known?.has(id) === false)
  )
}

/**
 * Does what `on-conflict` says about the snapshot that stands in the way.
 *
 * @param outage takes note of reads of that snapshot that bring nothing
 * @returns that snapshot if it is to be used, `undefined` once it has ended and the POST may be repeated
 * @throws Failure with `on-conflict: fail`
 */
export async function giveWay(
  other: Snapshot,
  conflict: ConflictError,
  onConflict: OnConflict,
  context: Context,
  outage: Outage,
): Promise<Snapshot | undefined> {
  const { logger } = context
  if (onConflict === 'fail') {
    throw new Failure({
      title: conflict.title,
      message: isFinished(other)
        ? `${conflict.message} In the way was snapshot ${nameOf(other)}, which is ${statusOf(other)} by now.`
        : `${conflict.message} In the way is snapshot ${nameOf(other)}, ${statusOf(other)}.`,
      remedy: isFinished(other) ? 'Run this again: it has ended.' : conflict.remedy,
      cause: conflict,
    })
  }
  if (onConflict === 'reuse' && other.status !== 'failed') {
    const kept = other.expiresAt === undefined ? '' : `, and it is kept until ${other.expiresAt}`
    logger.warning(
      `Using snapshot ${nameOf(other)}, ${statusOf(other)}, which this step did not take (on-conflict: reuse): its data may be older than this step${kept}.`,
    )
    return other
  }
  if (!isFinished(other)) {
    logger.info(
      `Waiting until snapshot ${nameOf(other)}, ${statusOf(other)}, which this step did not take, ends.`,
    )
    await waitUntilEnded(other, context, outage)
  }
  return undefined
}

/** Waits until somebody else's snapshot ends, either way; one that is gone has ended. */
async function waitUntilEnded(other: Snapshot, context: Context, outage: Outage): Promise<void> {
  const tell = (what: string) =>
    context.logger.info(`Snapshot ${other.id}, which this step did not take, ${what}.`)
  const looked = (snapshot: Snapshot, isChange: boolean, waitedMs: number) => {
    if (isChange) tell(`is ${statusOf(snapshot)} after ${formatDuration(waitedMs)}`)
  }
  try {
    await follow(other, context, { outage, looked })
  } catch (error) {
    if (!isNotFound(error)) throw error
    tell('is gone')
  }
}
