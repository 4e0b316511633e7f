import type { Random } from '../ports.js'

/** Milliseconds until the next look, given the milliseconds waited so far. */
export type Schedule = (waitedMs: number) => number

const SHORTEST_MS = 2_000
const LONGEST_MS = 30_000
const SHARE_OF_WAIT = 0.05
const JITTER = 0.1

/**
 * Looks first after 2 s, then every 5 % of the time waited so far, at least 2 s and at most 30 s, give or take 10 %:
 * what a look is late is a small share of what the snapshot took, and fleets that start together drift apart.
 * A fixed interval is kept to the millisecond.
 */
export function pollSchedule(fixedMs: number | undefined, random: Random): Schedule {
  if (fixedMs !== undefined) return () => fixedMs
  return (waitedMs) => {
    if (waitedMs < SHORTEST_MS) return SHORTEST_MS
    const interval = Math.min(Math.max(waitedMs * SHARE_OF_WAIT, SHORTEST_MS), LONGEST_MS)
    return interval * (1 - JITTER + 2 * JITTER * random.fraction())
  }
}

const BACKOFF_FIRST_MS = 1_000
const BACKOFF_LONGEST_MS = 30_000

/** Exponential backoff with full jitter: anything up to 1 s, 2 s, 4 s … 30 s for attempt 0, 1, 2 … */
export function backoff(attempt: number, random: Random): number {
  return Math.min(BACKOFF_FIRST_MS * 2 ** attempt, BACKOFF_LONGEST_MS) * random.fraction()
}
