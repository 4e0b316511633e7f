import { ActionError } from '../action-error.js'
import { type AtlasError, isNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import { TITLES } from '../titles.js'
import type { Context, ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import { pollUntilFinished } from './polling.js'
import { assertNotFailed, describeLastStatus, interruptedWaitError, resumeHint } from './reports.js'
import { OutageTracker } from './retry.js'
import { withShardedForm } from './sharded.js'

/** How long a 404 for a new snapshot is retried. */
const NOT_FOUND_GRACE_MS = 60_000

/**
 * Waits until Atlas reports this snapshot as completed.
 *
 * @throws ActionError if the snapshot failed or cannot be read, or if the step must stop
 */
export async function waitUntilCompleted(acquired: ObservedSnapshot, context: Context): Promise<Snapshot> {
  const { clock, logger, onSnapshot } = context
  const outage = new OutageTracker(Number.POSITIVE_INFINITY)
  let last = acquired.snapshot
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    last = snapshot
    onSnapshot({ snapshot, created: acquired.created })
    // The caller logs the result.
    if (!statusChanged || isFinished(snapshot)) return
    logger.info(`Snapshot ${snapshot.id}: ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  const onBeat = (waitedMs: number) =>
    logger.info(`Snapshot ${last.id}: still ${formatStatus(last)} after ${formatDuration(waitedMs)}.`)
  const isAlsoRetryable = notFoundAtFirst(acquired, context)
  try {
    last = await withHeartbeat(clock, onBeat, () =>
      pollUntilFinished(last, context, {
        outage,
        onPoll,
        isAlsoRetryable,
        complete: (snapshot, signal) => withShardedForm(snapshot, context, signal),
      }),
    )
  } catch (error) {
    throw toWaitFailure(error, last, outage.lastError)
  }
  assertNotFailed({ ...acquired, snapshot: last })
  return last
}

/** For one minute, a 404 for a snapshot that this step created is retryable. */
function notFoundAtFirst({ created }: ObservedSnapshot, { clock }: Context): (error: AtlasError) => boolean {
  const start = clock.now()
  return (error) => created && isNotFound(error) && clock.now() - start < NOT_FOUND_GRACE_MS
}

/** The error with the snapshot's last status and how to wait for it. */
function toWaitFailure(error: unknown, last: Snapshot, lastError: AtlasError | undefined): unknown {
  if (error instanceof StopReason)
    return interruptedWaitError(last, 'waiting for the snapshot', error, lastError)
  // The error about the outputs already reports the snapshot and the remedy.
  const isOfOutputs = error instanceof ActionError && error.title === TITLES.outputsNotWritten
  if (!(error instanceof ActionError) || isOfOutputs) return error
  // The hint comes first, because a step without the ID would create a second snapshot.
  const remedy = isNotFound(error) ? error.remedy : `${resumeHint(last)} ${error.remedy}`.trim()
  return error.with(describeLastStatus(last, error), { remedy })
}
