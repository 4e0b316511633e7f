import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../script/root.js'
import type { Fleet } from './fleet.js'

const HOUR_S = 3_600
/** One nonce for the whole wait, and no rate limit. */
const atlas = {
  nonceMaxAgeSeconds: 2 * HOUR_S,
  rateLimits: { snapshots: { capacity: 1e9, refillPerMinute: 1e9 } },
}

/** The rows of the table in bench/README.md. */
export function fleets() {
  const file = join(projectRoot(), '__tests__/fixtures/atlas/recorded-snapshots.csv')
  const recorded = [...readFileSync(file, 'utf8').matchAll(/^(\d+),\d+,(\d+),/gm)]
  return {
    // From the POST to the completion. They have whole seconds, so each gets another fraction.
    'Recorded snapshots': {
      durations: recorded.map(
        ([, startedAt, completedAt], index) => Number(completedAt) - Number(startedAt) + (index % 10) / 10,
      ),
      atlas,
    },
    // They differ by more than one interval, so they end at different times between two status checks.
    '60 snapshots of 1 hour': {
      durations: Array.from({ length: 60 }, (_, index) => HOUR_S + index * 0.55),
      atlas,
    },
    // By default, a project has at most 25 clusters. Atlas can raise that to 100.
    '25 in one project': { durations: Array.from({ length: 25 }, () => 160) },
    '100 in one project': { durations: Array.from({ length: 100 }, () => 160) },
  } satisfies Record<string, Fleet>
}
