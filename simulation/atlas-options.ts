import type { AtlasOptions } from '../emulator/atlas.js'
import type { SeededRandom } from './seeded-random.js'

export const CLUSTER = 'shop-prod'

/** Draws the behavior of Atlas. What Atlas would hardly do is rare. */
export function drawAtlas(random: SeededRandom) {
  const secondsToCompleted = random.weighted<() => number>([
    [3, () => random.magnitude(2, 30)],
    [4, () => random.magnitude(30, 200)],
    [0.4, () => random.magnitude(200, 2_000)],
  ])()
  const oddFrom = random.between(0, secondsToCompleted)
  return {
    clusters: [{ name: CLUSTER, kind: random.chance(0.3) ? 'sharded' : 'replicaSet' }],
    secondsToCompleted,
    secondsToInProgress: random.between(0, secondsToCompleted / 2),
    // The restore point, within the limits of the recorded snapshots.
    diskSnapshotShare: random.between(0.25, 0.9),
    createdAtLeadSeconds: random.chance(0.06) ? random.between(0, Math.min(4, secondsToCompleted / 20)) : 0,
    failSnapshots: random.chance(0.08),
    // It can follow the end.
    oddStatus: random.chance(0.15)
      ? { word: 'archiving', fromSeconds: oddFrom, toSeconds: oddFrom + random.magnitude(1, 600) }
      : undefined,
    plainReadLeadSeconds: random.chance(0.2) ? random.magnitude(1, 60) : 0,
    // More than a page of a list.
    olderSnapshots: random.chance(0.002) ? 600 : random.pick([0, 0, 1, 3]),
    // Mostly shorter than Atlas's hour, so tokens expire while the step waits, but never before their first use.
    tokenSeconds: random.chance(0.2) ? 3600 : random.magnitude(60, 300),
    rateLimits: {
      ...(random.chance(0.1) ? { token: { capacity: 2, refillPerMinute: 6 } } : {}),
      ...(random.chance(0.03) ? { snapshots: { capacity: 5, refillPerMinute: 30 } } : {}),
    },
    nonceMaxAgeSeconds: random.pick([40, 60, 60, 3600]),
    list: {
      hidesUnfinished: random.chance(0.1),
      lagSeconds: random.chance(0.15) ? random.magnitude(0.5, 60) : 0,
    },
  } satisfies AtlasOptions
}
