import { expect, it } from '@jest/globals'
import { StepHarness } from '../support/step-harness.js'

/** A step on a cluster of this kind, with these faults. */
function rejected(kind: 'm0' | 'replicaSet', faults: readonly string[]) {
  return new StepHarness({ atlas: { clusters: [{ name: 'demo', kind }] }, faults })
}

const UNCLEAR = 'create:400:code=SOMETHING'

it.each<['m0' | 'replicaSet', string, number]>([
  // This cluster supports snapshots.
  ['replicaSet', '', 0],
  ['m0', 'cluster:401:code=USER_UNAUTHORIZED', 0],
  ['m0', 'cluster:reset', 0],
  ['m0', 'cluster:404', 0],
  ['m0', 'cluster:400:code=SOMETHING', 0],
  // The step times out first.
  ['m0', 'cluster:hang', 5_000],
])('a rejection is unchanged if the cluster shows no reason: %s %s', async (kind, fault, at) => {
  const harness = rejected(kind, fault === '' ? [UNCLEAR] : [UNCLEAR, fault])
  expect(await harness.obtainFailure({ timeoutMs: 5_000 })).toStrictEqual(
    await rejected('replicaSet', [UNCLEAR]).obtainFailure(),
  )
  expect(harness.requests.filter((request) => request.includes('cluster'))).toHaveLength(1)
  expect(harness.clock.now()).toBe(at)
})
