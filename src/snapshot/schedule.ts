import type { Random } from '../ports.js'

/**
 * Milliseconds until the next look, given the milliseconds waited so far and the share of the rate limit that was left at
 * the last one, from 0 to 1; `undefined` if Atlas did not say.
 */
export type PollInterval = (waitedMs: number, limitLeft?: number) => number

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

const FIRST_BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 30_000

/** Exponential backoff with full jitter: anything up to 1 s, 2 s, 4 s … `longestMs` for attempt 0, 1, 2 … */
export function backoff(attempt: number, random: Random, maxMs = MAX_BACKOFF_MS): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** attempt, maxMs) * random.fraction()
}
