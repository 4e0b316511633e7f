import { describe, expect, it } from '@jest/globals'
import { findBlocker, parseCluster } from '../../src/atlas/cluster.js'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { mentioning } from '../support/played.js'

const common = { name: 'shop-prod', paused: false, stateName: 'IDLE', clusterType: 'REPLICASET' }

/** A cluster in the shape of API v2. */
function v2(instanceSize: string, fields: Readonly<Record<string, unknown>> = {}) {
  const replicationSpecs = [{ regionConfigs: [{ electableSpecs: { instanceSize } }] }]
  return { ...common, backupEnabled: true, replicationSpecs, ...fields }
}

/** A cluster in the shape of API v1.0, where `backupEnabled` is an older kind of backup. */
function v1(instanceSizeName: string, backup = { backupEnabled: false, providerBackupEnabled: true }) {
  return { ...common, ...backup, providerSettings: { providerName: 'AWS', instanceSizeName } }
}

function blockerOf(value: unknown) {
  const cluster = parseCluster(value)
  if (cluster === undefined) throw new TypeError('no cluster')
  return findBlocker(cluster)
}

describe('parseCluster', () => {
  it('returns the same for both versions of the API', () => {
    const known = { paused: false, backupEnabled: true, stateName: 'IDLE', type: 'replicaSet' }
    for (const cluster of [v2('M10'), v1('M10')])
      expect(parseCluster(cluster)).toStrictEqual({ ...known, instanceSizes: ['M10'] })
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
    expect(parseCluster(v2('', { replicationSpecs }))?.instanceSizes).toStrictEqual(['M30', 'M50'])
  })

  it('returns undefined for missing and invalid properties', () => {
    expect(parseCluster({ name: 'shop-prod', paused: 'no', backupEnabled: 1 })).toStrictEqual({
      paused: undefined,
      backupEnabled: undefined,
      stateName: undefined,
      instanceSizes: [],
      type: undefined,
    })
  })

  it.each([[null], [[]], ['shop-prod'], [{}], [{ name: 7 }]])('returns undefined for %j', (value) => {
    expect(parseCluster(value)).toBeUndefined()
  })
})

describe('a cluster', () => {
  it.each([
    ...['M10', 'M10_NVME', 'M40', 'M200', 'R80'].flatMap((size) => [v2(size), v1(size)]),
    { name: 'shop-prod' },
    v2('M10', { stateName: 'UPDATING' }),
  ])('supports snapshots if nothing prevents it: %j', (cluster) => {
    expect(blockerOf(cluster)).toBeUndefined()
  })

  it.each(['M0', 'M2', 'M5', 'FLEX', 'SERVERLESS'])('of size %s does not support snapshots', (size) => {
    for (const resource of [v2(size), v1(size)]) {
      expect(blockerOf(resource)).toMatchObject({
        title: REMEDIES.instanceTooSmall.title,
        reason: mentioning(size),
        remedy: mentioning('M10', REMEDIES.instanceTooSmall.link),
      })
    }
  })

  it('shows at most 100 characters of its size', () => {
    const reason = blockerOf(v2('X '.repeat(2_500)))?.reason
    expect(reason).toStrictEqual(mentioning(` ${'X '.repeat(25)}…${' X'.repeat(24)} `))
    expect(reason).not.toStrictEqual(mentioning('X '.repeat(26)))
  })

  it.each([
    [v2('M10', { stateName: 'DELETING' }), REMEDIES.clusterUnavailable],
    [v2('M10', { stateName: 'DELETED' }), REMEDIES.clusterUnavailable],
    // This is only the older kind of backup.
    [v1('M10', { backupEnabled: true, providerBackupEnabled: false }), REMEDIES.backupDisabled],
  ])('does not support snapshots if it is %j', (cluster, { title }) => {
    expect(blockerOf(cluster)?.title).toBe(title)
  })
})
