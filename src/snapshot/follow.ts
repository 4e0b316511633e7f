import type { AtlasError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { sleep } from '../timer.js'
import type { Context } from './context.js'
import { type OutageTracker, retry } from './persist.js'

/** How a snapshot is followed. */
interface PollOptions {
  readonly outage: OutageTracker
  /** Told of each look, whether the status changed, and the milliseconds waited so far. */
  readonly onPoll: (snapshot: Snapshot, isChange: boolean, waitedMs: number) => void
  /** Further errors that are worth another try. */
  readonly isAlsoRetryable?: (error: AtlasError) => boolean
}

/** How long before the deadline there is one look at the latest: time enough for an answer. */
const FINAL_POLL_LEAD_MS = 2_000

/**
 * Reads a snapshot on the schedule, and once more shortly before the deadline, until it is completed or failed; an
 * unknown status is waited on.
 *
 * @returns the finished snapshot, at once if it is finished already
 * @throws as `persist` does
 */
export async function pollUntilFinished(
  snapshot: Snapshot,
  context: Context,
  following: PollOptions,
): Promise<Snapshot> {
  const { client, clock, deadline, pollInterval } = context
  const { outage, onPoll, isAlsoRetryable } = following
  const start = clock.now()
  let current = snapshot
  while (!isFinished(current)) {
    const delayMs = pollInterval(clock.now() - start, current.rateLimitRemaining)
    await sleep(clock, delayBeforePoll(delayMs, context), deadline.signal)
    const read = (signal: AbortSignal) => client.getSnapshot(current.id, signal)
    const next = await retry(read, context, outage, { isAlsoRetryable })
    onPoll(next, next.status !== current.status, clock.now() - start)
    current = next
  }
  return current
}

/** The milliseconds of the schedule, fewer where they would pass the last look. */
function delayBeforePoll(delayMs: number, { clock, deadline }: Context): number {
  const untilLastMs = deadline.at - FINAL_POLL_LEAD_MS - clock.now()
  return untilLastMs > 0 ? Math.min(delayMs, untilLastMs) : delayMs
}
