import { type AtlasError, RefusedError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { Failure } from '../failure.js'
import type { Context, Sighting } from './context.js'
import { StopReason, stopped } from './deadline.js'
import { follow } from './follow.js'
import { formatDuration } from './format.js'
import { Outage } from './persist.js'

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
  const { id } = taken.snapshot
  const start = clock.now()
  const outage = new Outage(Number.POSITIVE_INFINITY)
  let last = taken.snapshot
  try {
    last = await follow(taken.snapshot, context, {
      outage,
      changed: (snapshot, waitedMs) => {
        last = snapshot
        sighted({ snapshot, created: taken.created })
        // How it ends is told with the facts that come with it.
        if (!isFinished(snapshot))
          logger.info(`Snapshot ${id} is ${snapshot.status} after ${formatDuration(waitedMs)}.`)
      },
      beat: (snapshot, waitedMs) =>
        logger.info(`Still ${snapshot.status} after ${formatDuration(waitedMs)}.`),
      alsoPassing: (error) => taken.created && isNotFound(error) && clock.now() - start < UNKNOWN_AT_FIRST_MS,
    })
  } catch (error) {
    throw failureOf(error, last, outage.last, clock.now() - start)
  }
  assertNotFailed(last)
  return last
}

/** @throws Failure if Atlas reports the snapshot as failed */
export function assertNotFailed({ id, status }: Snapshot): void {
  if (status !== 'failed') return
  throw new Failure({
    title: 'The snapshot failed',
    message: `Atlas reports snapshot ${id} as failed, so there is no backup to go back to.`,
    remedy:
      "Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then run this again.",
  })
}

function failureOf(
  error: unknown,
  last: Snapshot,
  trouble: AtlasError | undefined,
  waitedMs: number,
): unknown {
  const { id, status } = last
  if (error instanceof StopReason) {
    const unanswered = trouble === undefined ? '' : ` The last request got no answer: ${trouble.message}`
    return stopped(error, {
      message: `Snapshot ${id} was ${status} when last seen, after ${formatDuration(waitedMs)}; it goes on in Atlas, and nothing was deleted.${unanswered}`,
      remedy: `To wait for it later, run this action with snapshot-id ${id}.`,
    })
  }
  if (!(error instanceof Failure)) return error
  return new Failure({
    title: error.title,
    message: `${error.message} Snapshot ${id} was ${status} when last seen.`,
    remedy: error.remedy,
    cause: error,
  })
}

function isNotFound(error: AtlasError): boolean {
  return error instanceof RefusedError && error.refusal.status === 404
}
