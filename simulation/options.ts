import { demo } from '../emulator/config.js'
import type { ClusterRef, SnapshotRequest } from '../src/atlas/client.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import { CLUSTER } from './atlas-options.js'
import type { SeededRandom } from './seeded-random.js'

const HOUR_MS = 3_600_000

/** A usual snapshot. */
export const REQUEST: SnapshotRequest = { description: 'before deploy', retentionInDays: 7 }

/** The options of a usual step. */
export function stepOptions(clusterName: string): SnapshotOptions {
  return {
    cluster: clusterRef(clusterName),
    credentialName: 'API key demouser',
    request: REQUEST,
    wait: true,
    onConflict: 'wait',
    timeoutMs: 60 * 60_000,
    pollIntervalMs: undefined,
  }
}

export function clusterRef(clusterName: string): ClusterRef {
  return {
    baseUrl: 'https://cloud.mongodb.com',
    apiVersion: '2023-01-01',
    groupId: demo.groupId,
    clusterName,
  }
}

/** Draws the options of a step. */
export function drawOptions(
  random: SeededRandom,
  credentialName: string,
  durationMs: number,
): SnapshotOptions {
  const timeoutMs = random.weighted<() => number>([
    [1, () => random.magnitude(2_000, 60_000)],
    [1, () => random.between(0, durationMs * 1.5)],
    [6, () => durationMs * 2 + random.magnitude(300_000, 4 * HOUR_MS)],
  ])()
  return {
    cluster: {
      ...clusterRef(CLUSTER),
      apiVersion: random.weighted([
        [4, '2023-01-01'],
        [1, 'v1.0'],
      ]),
    },
    credentialName,
    request: { ...REQUEST, retentionInDays: random.pick([1, 7, 90]) },
    wait: random.chance(0.6),
    onConflict: random.pick(['wait', 'wait', 'wait', 'fail']),
    timeoutMs,
    // At most 400 polls, because a run keeps every response.
    pollIntervalMs: random.chance(0.25)
      ? Math.max(random.magnitude(1_000, 60_000), timeoutMs / 400)
      : undefined,
    // Older snapshots of a run are hours old, concurrent ones minutes.
    reuseWithinMs: random.chance(0.2) ? random.magnitude(30_000, 4 * HOUR_MS) : undefined,
  }
}
