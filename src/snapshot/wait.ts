import { ActionError, OutputsNotWrittenError } from '../action-error.js'
import { type AtlasError, isSnapshotNotFound } from '../atlas/errors.js'
import { formatStatus, hasDiskSnapshot, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { AcquiredSnapshot, Context } from './context.js'
import { StopReason } from './deadline.js'
import { pollUntilFinished } from './polling.js'
import {
  assertNotFailed,
  describeLastSeen,
  interruptedWaitError,
  type LastSeen,
  PartOfSnapshotError,
  resumeHint,
} from './reports.js'
import { Retries, UNTIL_DEADLINE } from './retry.js'

/**
 * Waits until Atlas reports this snapshot as completed.
 *
 * @throws ActionError if the snapshot failed or cannot be read, or if the step must stop
 */
export async function waitUntilCompleted(acquired: AcquiredSnapshot, context: Context): Promise<Snapshot> {
  const { clock, logger, onSnapshot } = context
  const retries = new Retries(context, UNTIL_DEADLINE)
  let last = acquired.snapshot
  let { seenAt } = acquired
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    // Atlas doesn't document this, so it is only worth a line. It never ends the wait.
    const isTaken = hasDiskSnapshot(snapshot) && !hasDiskSnapshot(last)
    last = snapshot
    seenAt = clock.now()
    onSnapshot({ snapshot, created: acquired.created })
    // The caller logs the result.
    if (isFinished(snapshot)) return
    const waited = formatDuration(waitedMs)
    if (statusChanged) logger.info(`Snapshot ${snapshot.id}: ${formatStatus(snapshot)} after ${waited}.`)
    if (isTaken) logger.info(`Atlas has taken the data and is still copying it (after ${waited}).`)
  }
  const lastSeen = () => ({ snapshot: last, agoMs: clock.now() - seenAt })
  const onBeat = (waitedMs: number) => {
    const status = `Snapshot ${last.id}: still ${formatStatus(last)} after ${formatDuration(waitedMs)}.`
    logger.info(retries.lastError === undefined ? status : describeLastSeen(lastSeen()))
  }
  try {
    last = await withHeartbeat(context, onBeat, () => pollUntilFinished(acquired, context, retries, onPoll))
  } catch (error) {
    throw toWaitFailure(error, lastSeen(), 'waiting for the snapshot', retries.lastError)
  }
  assertNotFailed({ ...acquired, snapshot: last })
  return last
}

/**
 * Waits until another snapshot is completed or failed.
 *
 * @returns `undefined` if it does not exist anymore
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function waitForOther(
  other: Snapshot,
  context: Context,
  retries: Retries,
): Promise<Snapshot | undefined> {
  const { clock, logger } = context
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    if (statusChanged)
      logger.info(`Other snapshot ${other.id}: ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  try {
    const known = { snapshot: other, created: false, seenAt: clock.now() }
    return await pollUntilFinished(known, context, retries, onPoll)
  } catch (error) {
    if (!isSnapshotNotFound(error)) throw error
    logger.info(`Other snapshot ${other.id} no longer exists.`)
    return undefined
  }
}

/** The error with the snapshot's last status and how to wait for it. `phase` continues `Timed out after 30 min while …`. */
export function toWaitFailure(
  error: unknown,
  lastSeen: LastSeen,
  phase: string,
  lastError?: AtlasError,
): unknown {
  if (error instanceof StopReason) return interruptedWaitError(lastSeen, phase, error, lastError)
  // Its remedy is the whole snapshot, so the hint about this one would contradict it.
  if (error instanceof PartOfSnapshotError) return error
  if (!(error instanceof ActionError) || error instanceof OutputsNotWrittenError) return error
  // The hint comes first, because a step without the ID would create a second snapshot.
  const hint = isSnapshotNotFound(error) ? '' : resumeHint(lastSeen.snapshot)
  return error.with(describeLastSeen(lastSeen, error), { remedy: `${hint} ${error.remedy}`.trim() })
}
