import type { Random } from '../ports.js'

/**
 * Milliseconds until the next look, given the milliseconds waited so far and the share of the rate limit that was left at
 * the last one, from 0 to 1; `undefined` if Atlas did not say.
 */
export type Schedule = (waitedMs: number, limitLeft?: number) => number

const SHORTEST_MS = 2_000
const LONGEST_MS = 30_000
const SHARE_OF_WAIT = 0.05
const JITTER = 0.1

/**
 * Looks first after 2 s, then every 5 % of the time waited so far or 2 s, give or take 10 %, and 30 s at most: what
 * a look is late is a small share of what the snapshot took, and fleets that start together drift apart. Less often
 * while less than half of the rate limit is left. A fixed interval is kept to the millisecond.
 */
export function pollSchedule(fixedMs: number | undefined, random: Random): Schedule {
  if (fixedMs !== undefined) return () => fixedMs
  return (waitedMs, limitLeft) => {
    if (waitedMs < SHORTEST_MS) return SHORTEST_MS
    const interval = Math.min(Math.max(waitedMs * SHARE_OF_WAIT, SHORTEST_MS), LONGEST_MS)
    const jitter = 1 - JITTER + 2 * JITTER * random.fraction()
    return Math.max(Math.min(interval * jitter, LONGEST_MS), pauseAt(limitLeft) * jitter)
  }
}

/** How far pauses grow where the rate limit runs short. */
export const LONGEST_PAUSE_MS = 120_000
const AMPLE = 0.5

/**
 * The shortest interval at a share of the rate limit: none while half of it is left, then more and more, up to 2 min.
 * All who wait share the project's limit, and whoever takes a snapshot has to get through.
 */
function pauseAt(limitLeft = 1): number {
  return LONGEST_PAUSE_MS * Math.max(0, 1 - limitLeft / AMPLE)
}

const BACKOFF_FIRST_MS = 1_000
const BACKOFF_LONGEST_MS = 30_000

/** Exponential backoff with full jitter: anything up to 1 s, 2 s, 4 s … `longestMs` for attempt 0, 1, 2 … */
export function backoff(attempt: number, random: Random, longestMs = BACKOFF_LONGEST_MS): number {
  return Math.min(BACKOFF_FIRST_MS * 2 ** attempt, longestMs) * random.fraction()
}
