import type { Random } from '../../src/runtime.js'
import type { PollInterval } from '../../src/snapshot/context.js'
import { createPollInterval } from '../../src/snapshot/polling.js'

/** A schedule of looks that might be. */
export interface Candidate {
  readonly name: string
  /** Makes it for one wait, given what Atlas took for the last snapshot of the cluster. */
  readonly make: (random: Random, earlierMs: number) => PollInterval
  /** How ill one snapshot of a cluster tells of the next one: a lognormal sigma. */
  readonly variation?: number
}

export const CANDIDATES: readonly Candidate[] = [
  every(2),
  every(4),
  every(10),
  every(30),
  exponential(30),
  exponential(60),
  share(0.03, 2),
  share(0.1, 2),
  share(0.05, 4),
  { name: '5 %, 2 s to 30 s (ours)', make: (random) => createPollInterval(undefined, random) },
  { name: 'learned from the one before, within 15 %', make: learned, variation: 0.15 },
  { name: 'learned from the one before, within 50 %', make: learned, variation: 0.5 },
]

/** Ours, but heedless of the rate limit. */
export const HEEDLESS: Candidate = share(0.05, 2)

const LONGEST_MS = 30_000

function every(seconds: number): Candidate {
  return { name: `every ${seconds} s`, make: () => () => seconds * 1000 }
}

/** Every interval half as long again as the one before, from 2 s on: after n of them, 4 s (1.5 ^ n - 1) have passed. */
function exponential(longestS: number): Candidate {
  return {
    name: `times 1.5, 2 s to ${longestS} s`,
    make: () => (waitedMs) => Math.min(2_000 + waitedMs / 2, longestS * 1000),
  }
}

/** A share of the time waited so far, give or take 10 %. */
function share(ofWait: number, shortestS: number): Candidate {
  const shortestMs = shortestS * 1000
  return {
    name: `${ofWait * 100} %, ${shortestS} s to 30 s`,
    make: (random) => (waitedMs) => {
      if (waitedMs < shortestMs) return shortestMs
      const interval = Math.min(Math.max(waitedMs * ofWait, shortestMs), LONGEST_MS)
      return Math.min(interval * (0.9 + 0.2 * random.fraction()), LONGEST_MS)
    },
  }
}

/** Ours, but seldom before 70 % of what the snapshot before took, and twice as often from then until 140 %. */
function learned(random: Random, earlierMs: number): PollInterval {
  const ours = createPollInterval(undefined, random)
  const [from, to] = [0.7 * earlierMs, 1.4 * earlierMs]
  return (waitedMs) => {
    if (waitedMs < 2_000 || waitedMs > to) return ours(waitedMs)
    if (waitedMs < from) return Math.min(LONGEST_MS, Math.max(from - waitedMs, 2_000))
    return ours(waitedMs) / 2
  }
}
