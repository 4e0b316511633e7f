import { describe, expect, it } from '@jest/globals'
import { BLOCKERS, findBlocker, parseCluster } from '../../src/atlas/cluster.js'
import { ParseError } from '../../src/atlas/errors.js'
import { FAILURES } from '../../src/atlas/responses.js'
import { mentioning } from '../support/played.js'
import { cluster } from '../support/scripted-client.js'

/** A cluster in the shape of API v2. */
function v2(instanceSize: string, fields: Readonly<Record<string, unknown>> = {}) {
  return cluster({ replicationSpecs: [{ regionConfigs: [{ electableSpecs: { instanceSize } }] }], ...fields })
}

/** A cluster in the shape of API v1.0, where `backupEnabled` is an older kind of backup. */
function v1(instanceSizeName: string, backup = { backupEnabled: false, providerBackupEnabled: true }) {
  return cluster({ replicationSpecs: undefined, providerSettings: { instanceSizeName }, ...backup })
}

describe('parseCluster', () => {
  it('returns the same for both versions of the API', () => {
    const known = { paused: false, backupEnabled: true, stateName: 'IDLE', kind: 'replicaSet' }
    for (const cluster of [v2('M10'), v1('M10')])
      expect(cluster).toStrictEqual({ ...known, instanceSizes: ['M10'] })
  })

  it('returns each size of all shards and regions once', () => {
    const region = (instanceSize: string) => ({ electableSpecs: { instanceSize } })
    const replicationSpecs = [
      { regionConfigs: [region('M30'), region('M30')] },
      { regionConfigs: [region('M50'), { analyticsSpecs: { instanceSize: 'M10' } }] },
      'nonsense',
      null,
      { regionConfigs: null },
    ]
    expect(cluster({ replicationSpecs }).instanceSizes).toStrictEqual(['M30', 'M50'])
  })

  it('returns undefined for missing and invalid properties', () => {
    expect(parseCluster({ clusterType: 'GEOSHARDED', paused: 'no', backupEnabled: 1 })).toStrictEqual({
      paused: undefined,
      backupEnabled: undefined,
      stateName: undefined,
      instanceSizes: [],
      kind: 'shardedCluster',
    })
  })

  it.each([[null], [[]], ['REPLICASET'], [{}], [{ clusterType: 'HEXAGON' }]])('rejects %j', (value) => {
    expect(() => parseCluster(value)).toThrow(ParseError)
  })
})

describe('a cluster', () => {
  it.each([
    ...['M10', 'M10_NVME', 'M40', 'M200', 'R80'].flatMap((size) => [v2(size), v1(size)]),
    v2('M10', { stateName: 'UPDATING' }),
    cluster({
      replicationSpecs: undefined,
      paused: undefined,
      backupEnabled: undefined,
      stateName: undefined,
    }),
  ])('supports snapshots if nothing prevents it: %j', (cluster) => {
    expect(findBlocker(cluster)).toBeUndefined()
  })

  it.each([
    ...['M0', 'M2', 'M5', 'FLEX', 'SERVERLESS'].flatMap((size) => [
      [v2(size), FAILURES.tierTooSmall, size] as const,
      [v1(size), FAILURES.tierTooSmall, size] as const,
    ]),
    [v2('M10', { paused: true }), BLOCKERS.clusterPaused, 'paused'],
    ...['CREATING', 'DELETING', 'DELETED'].map(
      (stateName) => [v2('M10', { stateName }), BLOCKERS.clusterUnavailable, stateName] as const,
    ),
    // This is only the older kind of backup.
    [v1('M10', { backupEnabled: true, providerBackupEnabled: false }), BLOCKERS.backupDisabled, 'Backup'],
  ])('does not support snapshots if it is %j', (cluster, { title, remedy }, fact) => {
    expect(findBlocker(cluster)).toMatchObject({ help: { title, remedy }, message: mentioning(fact) })
  })
})
