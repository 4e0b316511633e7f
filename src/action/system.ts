import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '../ports.js'

/** What requests say that they come from. */
export const USER_AGENT = 'atlas-snapshot-action'

/** The real clock, monotonic: a change of the runner's time of day moves no deadline. */
export const systemClock: Clock = {
  // Not `performance`, which Node loads when it is first used, and takes a millisecond for.
  now: () => process.uptime() * 1000,
  setTimeout: (ms, act) => {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
}

/** A clock that starts at the time of day and is counted on by the real one: milliseconds since 1970. */
export function systemTime(): () => number {
  const start = Date.now() - systemClock.now()
  return () => start + systemClock.now()
}
