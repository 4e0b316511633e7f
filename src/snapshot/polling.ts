import type { AtlasError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context, PollInterval } from './context.js'
import { type OutageTracker, retry } from './retry.js'

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

const MIN_INTERVAL_MS = 2_000
const MAX_INTERVAL_MS = 30_000
const INTERVAL_FRACTION = 0.05
const JITTER = 0.1

/**
 * Looks first after 2 s, then every 5 % of the time waited so far or 2 s, give or take 10 %, and 30 s at most: what
 * a look is late is a small share of what the snapshot took, and fleets that start together drift apart. Less often
 * while less than half of the rate limit is left. A fixed interval is kept to the millisecond.
 */
export function createPollInterval(fixedMs: number | undefined, random: Random): PollInterval {
  if (fixedMs !== undefined) return () => fixedMs
  return (waitedMs, limitLeft) => {
    if (waitedMs < MIN_INTERVAL_MS) return MIN_INTERVAL_MS
    const interval = Math.min(Math.max(waitedMs * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
    const jitter = 1 - JITTER + 2 * JITTER * random.fraction()
    return Math.max(Math.min(interval * jitter, MAX_INTERVAL_MS), rateLimitInterval(limitLeft) * jitter)
  }
}

/** How far pauses grow where the rate limit runs short. */
export const MAX_RATE_LIMIT_DELAY_MS = 120_000
const RATE_LIMIT_THRESHOLD = 0.5

/**
 * The shortest interval at a share of the rate limit: none while half of it is left, then more and more, up to 2 min.
 * All who wait share the project's limit, and whoever takes a snapshot has to get through.
 */
function rateLimitInterval(rateLimitRemaining = 1): number {
  return MAX_RATE_LIMIT_DELAY_MS * Math.max(0, 1 - rateLimitRemaining / RATE_LIMIT_THRESHOLD)
}
