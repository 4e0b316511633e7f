import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'
import type { Fleet } from './fleet.js'

const HOUR_S = 3_600
/** One nonce for the whole wait, and no rate limit. */
const atlas = {
  digest: { maxNonceCount: 1e9, nonceMaxAgeSeconds: 2 * HOUR_S },
  rateLimits: { snapshots: { capacity: 1e9, refillPerMinute: 1e9 } },
}

/** The recorded durations, from the POST to the completion. They have whole seconds, so each gets another fraction. */
export function recordedSnapshots(): Fleet {
  const file = join(projectRoot(), '__tests__/fixtures/atlas/recorded-snapshots.csv')
  const rows = readFileSync(file, 'utf8').matchAll(/^(\d+),\d+,(\d+),/gm)
  const durations = [...rows].map(([, startedAt, completedAt], index) => {
    return Number(completedAt) - Number(startedAt) + (index % 10) / 10
  })
  return { durations, atlas }
}

/** About an hour. They differ by more than one interval, so they end at different times between two status checks. */
export function hours(): Fleet {
  return { durations: Array.from({ length: 60 }, (_, index) => HOUR_S + index * 0.55), atlas }
}

/** Steps that share the rate limit with each other and with another tool. */
export function thousandSteps(): Fleet {
  return { durations: Array.from({ length: 1_000 }, () => 160), otherTool: true }
}
