import type { AtlasError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import type { Random } from '../runtime.js'
import { sleep } from '../timers.js'
import type { Context, PollInterval } from './context.js'
import { MAX_THROTTLE_DELAY_MS, type OutageTracker, retry } from './retry.js'
import { isSharded } from './sharded.js'

interface PollOptions {
  readonly outage: OutageTracker
  /** Called at each status check, with the milliseconds waited so far. */
  readonly onPoll: (snapshot: Snapshot, statusChanged: boolean, waitedMs: number) => void
  /** Other errors to retry. */
  readonly isAlsoRetryable?: (error: AtlasError) => boolean
  /** Reads what the snapshot's resource does not contain. Its errors are retried like those of a status check. */
  readonly complete?: (snapshot: Snapshot, signal: AbortSignal) => Promise<Snapshot>
}

const MIN_INTERVAL_MS = 4_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.03
const JITTER = 0.1
/** The time between the last status check and the deadline, for its response. */
const FINAL_POLL_LEAD_MS = 2_000
/** The share of the rate limit below which requests are delayed. */
const RATE_LIMIT_THRESHOLD = 0.5

/**
 * Polls a snapshot until it is completed or failed. Any other status, even an unknown one, counts as in progress.
 *
 * @returns the finished snapshot, immediately if it is already finished
 * @throws StopReason, ActionError, or AtlasError like `retry`
 */
export async function pollUntilFinished(
  snapshot: Snapshot,
  context: Context,
  { outage, onPoll, isAlsoRetryable, complete = async (read) => read }: PollOptions,
): Promise<Snapshot> {
  const { client, clock, deadline, pollInterval } = context
  const start = clock.now()
  let current = snapshot
  let rateLimitRemaining: number | undefined
  // A list does not contain the whole resource, so even a finished snapshot is read once.
  while (!isFinished(current) || current.resource === undefined) {
    if (!isFinished(current)) {
      const delayMs = pollInterval(clock.now() - start, rateLimitRemaining)
      await sleep(clock, delayBeforePoll(delayMs, context), deadline.signal)
    }
    const read = async (signal: AbortSignal) => {
      const check = await client.getSnapshot(snapshot.id, signal)
      // A sharded snapshot needs its sharded form, even if a response lacks the type.
      const type = isSharded(current) ? current.type : check.snapshot.type
      return { ...check, snapshot: await complete({ ...check.snapshot, type }, signal) }
    }
    const check = await retry(read, context, outage, { isAlsoRetryable })
    onPoll(check.snapshot, check.snapshot.status !== current.status, clock.now() - start)
    current = check.snapshot
    rateLimitRemaining = check.rateLimitRemaining
  }
  return current
}

/** The interval, or less if the last status check would otherwise be too late. */
function delayBeforePoll(intervalMs: number, { clock, deadline }: Context): number {
  const untilFinalPollMs = deadline.at - FINAL_POLL_LEAD_MS - clock.now()
  return untilFinalPollMs > 0 ? Math.min(intervalMs, untilFinalPollMs) : intervalMs
}

/**
 * The adaptive interval is 4 s at first, then 3% of the time waited so far, between 4 s and 15 s, with ±10% jitter. It
 * detects completion with a small delay compared to the wait, and the jitter spreads steps that start together. If less
 * than half of the rate limit remains, the interval is longer. A fixed interval has no jitter.
 *
 * @param fixedMs the `poll-interval-seconds` input in milliseconds
 */
export function createPollInterval(fixedMs: number | undefined, random: Random): PollInterval {
  if (fixedMs !== undefined) return () => fixedMs
  return (waitedMs, rateLimitRemaining) => {
    if (waitedMs < MIN_INTERVAL_MS) return MIN_INTERVAL_MS
    const interval = Math.min(Math.max(waitedMs * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
    const jitter = 1 - JITTER + 2 * JITTER * random.fraction()
    return Math.max(interval, rateLimitInterval(rateLimitRemaining)) * jitter
  }
}

/** Steps that wait share a rate limit with steps that create snapshots, which take priority. */
function rateLimitInterval(rateLimitRemaining = 1): number {
  return MAX_THROTTLE_DELAY_MS * Math.max(0, 1 - rateLimitRemaining / RATE_LIMIT_THRESHOLD)
}
