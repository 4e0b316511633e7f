import { type AtlasError, isNotFound } from '../atlas/errors.js'
import { isFinished, type Snapshot, statusOf } from '../atlas/snapshot.js'
import { Failure } from '../failure.js'
import { formatDuration } from '../format.js'
import type { Context, Sighting } from './context.js'
import { StopReason } from './deadline.js'
import { assertNotFailed } from './failed.js'
import { follow } from './follow.js'
import { withHeartbeat } from './heartbeat.js'
import { Outage } from './persist.js'
import { GONE, stoppedBeside, waitLater } from './stopped.js'

/** How long a snapshot that was just taken may be unknown to Atlas itself. */
const UNKNOWN_AT_FIRST_MS = 60_000

/**
 * Waits until Atlas reports this very snapshot as completed.
 *
 * @returns the completed snapshot
 * @throws Failure if it failed, cannot be read, or the step has to stop before
 */
export async function waitUntilCompleted(taken: Sighting, context: Context): Promise<Snapshot> {
  const { clock, logger, sighted } = context
  const start = clock.now()
  const outage = new Outage(Number.POSITIVE_INFINITY)
  let last = taken.snapshot
  const looked = (snapshot: Snapshot, isChange: boolean, waitedMs: number) => {
    last = snapshot
    sighted({ snapshot, created: taken.created })
    // How it ends is told with the facts that come with it.
    if (!isChange || isFinished(snapshot)) return
    logger.info(`Snapshot ${snapshot.id} is ${statusOf(snapshot)} after ${formatDuration(waitedMs)}.`)
  }
  const beat = (waitedMs: number) =>
    logger.info(`Snapshot ${last.id} is still ${statusOf(last)} after ${formatDuration(waitedMs)}.`)
  const alsoPassing = (error: AtlasError) =>
    taken.created && isNotFound(error) && clock.now() - start < UNKNOWN_AT_FIRST_MS
  try {
    last = await withHeartbeat(clock, beat, () => follow(last, context, { outage, looked, alsoPassing }))
  } catch (error) {
    throw failureOf(error, last, outage.last)
  }
  assertNotFailed({ ...taken, snapshot: last })
  return last
}

function failureOf(error: unknown, last: Snapshot, trouble: AtlasError | undefined): unknown {
  if (error instanceof StopReason) return stoppedBeside(last, 'waiting for the snapshot', error, trouble)
  // When it has ended, only handing that on can fail, which says by itself what there is and what to do.
  if (!(error instanceof Failure) || isFinished(last)) return error
  // First, since whoever runs the step again without the id takes a second snapshot.
  const remedy = isNotFound(error) ? error.remedy : `${waitLater(last.id)} ${error.remedy}`
  const gone = isNotFound(error) ? GONE : ''
  return error.with(`Snapshot ${last.id} was ${statusOf(last)} when last seen${gone}.`, { remedy })
}
