import { runOptional } from '../action-error.js'
import { isFinished } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context, ObservedSnapshot } from './context.js'
import { readSnapshot } from './read.js'
import { snapshotFailedError, toStepError } from './reports.js'
import { Retries, WHILE_WAITING } from './retry.js'
import { logResult, logSnapshot } from './step-log.js'

const FIRST_INTERVAL_MS = 4_000
/** Before this age, a snapshot is polled less often, because none of 329 recorded ones was completed before 99 s. */
const YOUNG_MS = 75_000
const YOUNG_INTERVAL_MS = 10_000
const MIN_INTERVAL_MS = 3_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.02
const JITTER = 0.1

/**
 * Follows a snapshot that Atlas has accepted or shown to the end of the step. Each response goes to `onSnapshot`. With `wait`,
 * polls it until Atlas reports it as completed or failed. Any other status, even an unknown one, counts as in progress.
 *
 * @throws ActionError that says when the snapshot was last seen, and as what
 */
export async function follow(acquired: ObservedSnapshot, context: Context): Promise<ObservedSnapshot> {
  const { clock, deadline, logger, onSnapshot, options } = context
  const { created } = acquired
  const { id } = acquired.snapshot
  const retries = new Retries(context)
  const start = clock.now()
  let { snapshot } = acquired
  let seenAt = start

  const waited = () => formatDuration(clock.now() - start)
  /** One sentence: `Snapshot 6a79… was last seen 5 s ago (status: queued).` */
  const describe = () =>
    `Snapshot ${id} was last seen ${formatDuration(clock.now() - seenAt)} ago (status: ${snapshot.status}).`
  const onBeat = () =>
    logger.info(
      retries.lastError === undefined
        ? `Snapshot ${id}: still ${snapshot.status} after ${waited()}.`
        : describe(),
    )
  const poll = async () => {
    while (!isFinished(snapshot)) {
      await deadline.sleep(pollInterval(context, clock.now() - start, acquired))
      const { status } = snapshot
      snapshot = await retries.read(() => readSnapshot(id, context), WHILE_WAITING)
      seenAt = clock.now()
      onSnapshot({ snapshot, created })
      // The end of the step logs the result.
      if (snapshot.status !== status && !isFinished(snapshot))
        logger.info(`Snapshot ${id}: ${snapshot.status} after ${waited()}.`)
    }
  }

  try {
    onSnapshot(acquired)
    runOptional(logger, () => logSnapshot(acquired, context))
    if (options.wait) await withHeartbeat(clock, onBeat, poll)
  } catch (error) {
    const { lastError } = retries
    const next = lastError?.rejection?.status === 404 ? 'It might no longer exist.' : 'It continues in Atlas.'
    const state = isFinished(snapshot) ? `Snapshot ${id} is ${snapshot.status}.` : `${describe()} ${next}`
    throw toStepError(error, { phase: 'waiting for the snapshot', lastError, state })
  }
  if (snapshot.status === 'failed') throw snapshotFailedError(id)
  const followed = { snapshot, created }
  runOptional(logger, () => logResult(followed, clock.now() - start, context))
  return followed
}

/**
 * Milliseconds until the next status check. After the first one, the adaptive interval is constant for a young snapshot of
 * this step. Later, or for any other snapshot, it is a share of the time waited so far, within limits. All but the first have
 * jitter, which spreads steps that start together. A fixed interval has no jitter.
 *
 * @param waitedMs milliseconds waited so far
 */
export function pollInterval(
  { options: { pollIntervalMs }, random }: Pick<Context, 'options' | 'random'>,
  waitedMs: number,
  { created }: Pick<ObservedSnapshot, 'created'>,
): number {
  if (pollIntervalMs !== undefined) return pollIntervalMs
  if (waitedMs < FIRST_INTERVAL_MS) return FIRST_INTERVAL_MS
  const interval =
    created && waitedMs < YOUNG_MS
      ? YOUNG_INTERVAL_MS
      : Math.min(Math.max(waitedMs * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
  return interval * (1 - JITTER + 2 * JITTER * random.fraction())
}
