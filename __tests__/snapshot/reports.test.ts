import { expect, it } from '@jest/globals'
import { RequestError } from '../../src/atlas/errors.js'
import { FAILURES } from '../../src/atlas/responses.js'
import { cluster, lost } from '../support/scripted-client.js'
import { StepHarness, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

/** A step on a cluster of this kind, with these faults. */
function rejected(kind: 'm0' | 'flex' | 'replicaSet', faults: readonly string[]) {
  return new StepHarness({ atlas: { clusters: [{ name: 'demo', kind }] }, faults })
}

const UNCLEAR = 'create:400:code=SOMETHING'

it.each<[string, readonly string[]]>([
  [TITLES.tierTooSmall, [UNCLEAR]],
  [TITLES.tierTooSmall, ['create:404:code=SOMETHING']],
  [TITLES.tierTooSmall, ['create:409:code=SOMETHING']],
  [TITLES.tierTooSmall, ['create:400:code=BACKUP_JOB_NOT_FOUND']],
  [TITLES.clusterNotFound, [UNCLEAR, 'cluster:404:code=CLUSTER_NOT_FOUND']],
  // This code needs no other reason.
  [TITLES.forbidden, ['create:403:code=SOMETHING']],
])('a rejection has the title of its reason: %s after %j', async (title, faults) => {
  for (const kind of ['m0', 'flex'] as const)
    expect((await rejected(kind, faults).obtainFailure()).title).toBe(title)
})

it('a rejection shows that the cluster was paused after the step had read it', async () => {
  const rejection = { status: 400, errorCode: undefined, detail: undefined, isAtlas: true }
  const unclear = new RequestError({ purpose: 'go on' }, 'bad request', FAILURES.badRequest, { rejection })
  const getCluster = [cluster(), cluster({ paused: true })]
  const harness = scriptedStep({ getCluster, create: [lost(), unclear], list: [[]] })
  expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.clusterPaused, left: 'maybe' })
})

it.each<['m0' | 'replicaSet', readonly string[], number]>([
  // This cluster supports snapshots.
  ['replicaSet', [], 0],
  ['m0', ['cluster:401:code=USER_UNAUTHORIZED'], 0],
  ['m0', ['cluster:reset'], 0],
  ['m0', ['cluster:400:code=SOMETHING'], 0],
  // The step times out first.
  ['m0', ['cluster:hang'], 5_000],
])('a rejection is unchanged if the cluster shows no reason: %s %j', async (kind, faults, at) => {
  const harness = rejected(kind, [UNCLEAR, ...faults])
  expect(await harness.obtainFailure({ timeoutMs: 5_000 })).toStrictEqual(
    await rejected('replicaSet', [UNCLEAR]).obtainFailure(),
  )
  expect(harness.requests.filter((request) => request.includes('cluster'))).toHaveLength(1)
  expect(harness.clock.now()).toBe(at)
})
