import { type AtlasError, isNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import { TITLES } from '../titles.js'
import type { Context, ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import { assertNotFailed, interruptedWaitError, NOT_FOUND_SUFFIX, resumeHint } from './failures.js'
import { pollUntilFinished } from './polling.js'
import { OutageTracker } from './retry.js'
import { withShardedForm } from './sharded.js'

/** How long a 404 to a snapshot that was just created is retried. */
const NOT_FOUND_GRACE_MS = 60_000

/**
 * Waits until Atlas reports this very snapshot as completed.
 *
 * @throws ActionError if it failed, cannot be read, or the step has to stop before
 */
export async function waitUntilCompleted(acquired: ObservedSnapshot, context: Context): Promise<Snapshot> {
  const { clock, logger, onSnapshot } = context
  const outage = new OutageTracker(Number.POSITIVE_INFINITY)
  let last = acquired.snapshot
  const onPoll = (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => {
    last = snapshot
    onSnapshot({ snapshot, created: acquired.created })
    // The end is logged with all its facts.
    if (!statusChanged || isFinished(snapshot)) return
    logger.info(`Snapshot ${snapshot.id} is ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  const onBeat = (waitedMs: number) =>
    logger.info(`Snapshot ${last.id} is still ${formatStatus(last)} after ${formatDuration(waitedMs)}.`)
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

/** For a minute from now, a 404 to a snapshot that this step created is retried. */
function notFoundAtFirst({ created }: ObservedSnapshot, { clock }: Context): (error: AtlasError) => boolean {
  const start = clock.now()
  return (error) => created && isNotFound(error) && clock.now() - start < NOT_FOUND_GRACE_MS
}

/** The same error with what is known about the snapshot, and how to wait for it. */
function toWaitFailure(error: unknown, last: Snapshot, lastError: AtlasError | undefined): unknown {
  if (error instanceof StopReason)
    return interruptedWaitError(last, 'waiting for the snapshot', error, lastError)
  // That the outputs cannot be written says what exists and what to do.
  const isOfOutputs = error instanceof ActionError && error.title === TITLES.outputsNotWritten
  if (!(error instanceof ActionError) || isOfOutputs) return error
  // The hint comes first, because running the step again without the ID would create a second snapshot.
  const remedy = isNotFound(error) ? error.remedy : `${resumeHint(last.id)} ${error.remedy}`
  const suffix = isNotFound(error) ? NOT_FOUND_SUFFIX : ''
  return error.with(`Snapshot ${last.id} was ${formatStatus(last)} when last seen${suffix}.`, { remedy })
}
