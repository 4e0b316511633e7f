import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { StepHarness } from '../support/step-harness.js'

type Kind = 'm0' | 'paused' | 'noBackup' | 'flex' | 'replicaSet'

/** A step on a cluster of this kind, with these faults. */
function rejected(kind: Kind, faults: readonly string[]) {
  return new StepHarness({ atlas: { clusters: [{ name: 'demo', kind }] }, faults })
}

const UNCLEAR = 'create:400:code=SOMETHING'

describe('a rejection without a clear reason', () => {
  it.each<[Kind, string, readonly string[], readonly string[]]>([
    ['m0', TITLES.instanceTooSmall, ['SOMETHING', 'M0'], [UNCLEAR]],
    ['paused', TITLES.clusterPaused, ['SOMETHING'], [UNCLEAR]],
    ['paused', TITLES.clusterPaused, ['BACKUP_JOB_NOT_FOUND'], ['create:400:code=BACKUP_JOB_NOT_FOUND']],
    ['noBackup', TITLES.backupDisabled, ['SOMETHING'], [UNCLEAR]],
    ['flex', TITLES.flexCluster, ['SOMETHING', 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'], [UNCLEAR]],
    [
      'replicaSet',
      TITLES.clusterNotFound,
      ['SOMETHING', 'CLUSTER_NOT_FOUND'],
      [UNCLEAR, 'cluster:404:code=CLUSTER_NOT_FOUND'],
    ],
  ])('gets its reason from the cluster: %s, %s', async (kind, title, facts, faults) => {
    const harness = rejected(kind, faults)
    expect(await harness.obtainFailure()).toMatchObject({ title, message: mentioning('HTTP 400', ...facts) })
    expect(harness.requests).toStrictEqual([
      '0 create 401',
      '0 create 400',
      expect.stringMatching(/^0 cluster /),
    ])
  })

  it.each<[Kind, string | undefined, number]>([
    // This cluster supports snapshots.
    ['replicaSet', undefined, 0],
    ['m0', 'cluster:401:code=USER_UNAUTHORIZED', 0],
    ['m0', 'cluster:403', 0],
    ['m0', 'cluster:503', 0],
    ['m0', 'cluster:429', 0],
    ['m0', 'cluster:reset', 0],
    ['m0', 'cluster:shape', 0],
    ['m0', 'cluster:404', 0],
    ['m0', 'cluster:400:code=SOMETHING', 0],
    // The step times out first.
    ['m0', 'cluster:hang', 5_000],
  ])('is unchanged if the cluster shows no reason: %s, %s', async (kind, fault, at) => {
    const harness = rejected(kind, fault === undefined ? [UNCLEAR] : [UNCLEAR, fault])
    const failure = await harness.obtainFailure({ timeoutMs: 5_000 })
    expect(failure).toStrictEqual(await rejected('replicaSet', [UNCLEAR]).obtainFailure())
    expect(failure).toMatchObject({ title: TITLES.badRequest, message: mentioning('HTTP 400', 'SOMETHING') })
    expect(harness.requests.filter((request) => request.includes('cluster'))).toHaveLength(1)
    expect(harness.clock.now()).toBe(at)
  })
})

it.each([
  ['create:403:code=IP_ADDRESS_NOT_ON_ACCESS_LIST', TITLES.notOnAccessList],
  ['create:402', TITLES.paymentRequired],
  ['create:401:code=USER_UNAUTHORIZED', TITLES.missingRole],
])('a rejection with a clear reason causes no request for the cluster: %s', async (fault, title) => {
  const harness = rejected('m0', [fault])
  expect(await harness.obtainFailure()).toMatchObject({ title })
  expect(harness.requests).not.toContainEqual(mentioning('cluster'))
})
