import { ActionError, OutputsNotWrittenError } from '../action-error.js'
import { type AtlasError, isSnapshotNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
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
  resumeHint,
} from './reports.js'
import { OutageTracker } from './retry.js'

/**
 * Waits until Atlas reports this snapshot as completed.
 *
 * @throws ActionError if the snapshot failed or cannot be read, or if the step must stop
 */
export async function waitUntilCompleted(acquired: AcquiredSnapshot, context: Context): Promise<Snapshot> {
  const { clock, logger, onSnapshot } = context
  const { created } = acquired
  const outage = new OutageTracker(Number.POSITIVE_INFINITY)
  let last = acquired.snapshot
  let { seenAt } = acquired
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    last = snapshot
    seenAt = clock.now()
    onSnapshot({ snapshot, created })
    // The caller logs the result.
    if (!statusChanged || isFinished(snapshot)) return
    logger.info(`Snapshot ${snapshot.id}: ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  const lastSeen = () => ({ snapshot: last, agoMs: clock.now() - seenAt })
  const onBeat = (waitedMs: number) => {
    const status = `Snapshot ${last.id}: still ${formatStatus(last)} after ${formatDuration(waitedMs)}.`
    logger.info(outage.lastError === undefined ? status : describeLastSeen(lastSeen()))
  }
  try {
    last = await withHeartbeat(clock, onBeat, () =>
      pollUntilFinished(last, context, { outage, onPoll, created, seenAt }),
    )
  } catch (error) {
    throw toWaitFailure(error, lastSeen(), 'waiting for the snapshot', outage.lastError)
  }
  assertNotFailed({ ...acquired, snapshot: last })
  return last
}

/**
 * The error with the snapshot's last status and how to wait for it.
 *
 * @param phase continues `Timed out after 30 min while …`
 */
export function toWaitFailure(
  error: unknown,
  lastSeen: LastSeen,
  phase: string,
  lastError?: AtlasError,
): unknown {
  if (error instanceof StopReason) return interruptedWaitError(lastSeen, phase, error, lastError)
  if (!(error instanceof ActionError) || error instanceof OutputsNotWrittenError) return error
  // The hint comes first, because a step without the ID would create a second snapshot.
  const hint = isSnapshotNotFound(error) ? '' : resumeHint(lastSeen.snapshot)
  return error.with(describeLastSeen(lastSeen, error), { remedy: `${hint} ${error.remedy}`.trim() })
}
