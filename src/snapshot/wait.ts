import { type AtlasError, isNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context, ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import { assertNotFailed, interruptedWithSnapshot, NOT_FOUND_SUFFIX, resumeHint } from './failures.js'
import { pollUntilFinished } from './polling.js'
import { OutageTracker } from './retry.js'

/** How long a snapshot that was just taken may be unknown to Atlas itself. */
const UNKNOWN_AT_FIRST_MS = 60_000

/**
 * Waits until Atlas reports this very snapshot as completed.
 *
 * @returns the completed snapshot
 * @throws ActionError if it failed, cannot be read, or the step has to stop before
 */
export async function waitUntilCompleted(taken: ObservedSnapshot, context: Context): Promise<Snapshot> {
  const { clock, logger, onSnapshot } = context
  const start = clock.now()
  const outage = new OutageTracker(Number.POSITIVE_INFINITY)
  let last = taken.snapshot
  const onPoll = (snapshot: Snapshot, isChange: boolean, waitedMs: number) => {
    last = snapshot
    onSnapshot({ snapshot, created: taken.created })
    // How it ends is told with the facts that come with it.
    if (!isChange || isFinished(snapshot)) return
    logger.info(`Snapshot ${snapshot.id} is ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  const beat = (waitedMs: number) =>
    logger.info(`Snapshot ${last.id} is still ${formatStatus(last)} after ${formatDuration(waitedMs)}.`)
  const isAlsoRetryable = (error: AtlasError) =>
    taken.created && isNotFound(error) && clock.now() - start < UNKNOWN_AT_FIRST_MS
  try {
    last = await withHeartbeat(clock, beat, () =>
      pollUntilFinished(last, context, { outage, onPoll, isAlsoRetryable }),
    )
  } catch (error) {
    throw failureOf(error, last, outage.lastError)
  }
  assertNotFailed({ ...taken, snapshot: last })
  return last
}

function failureOf(error: unknown, last: Snapshot, lastError: AtlasError | undefined): unknown {
  if (error instanceof StopReason)
    return interruptedWithSnapshot(last, 'waiting for the snapshot', error, lastError)
  // When it has ended, only handing that on can fail, which says by itself what there is and what to do.
  if (!(error instanceof ActionError) || isFinished(last)) return error
  // First, since whoever runs the step again without the id takes a second snapshot.
  const remedy = isNotFound(error) ? error.remedy : `${resumeHint(last.id)} ${error.remedy}`
  const gone = isNotFound(error) ? NOT_FOUND_SUFFIX : ''
  return error.with(`Snapshot ${last.id} was ${formatStatus(last)} when last seen${gone}.`, { remedy })
}
