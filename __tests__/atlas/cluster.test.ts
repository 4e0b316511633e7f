import { describe, expect, it } from '@jest/globals'
import { type Cluster, findBlocker, parseCluster } from '../../src/atlas/cluster.js'

/** A cluster in the shape of API v2. */
function v2(instanceSize: string, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    name: 'shop-prod',
    paused: false,
    backupEnabled: true,
    stateName: 'IDLE',
    replicationSpecs: [{ regionConfigs: [{ electableSpecs: { instanceSize } }] }],
    ...fields,
  }
}

/** A cluster in the shape of API v1.0, where `backupEnabled` is an older kind of backup. */
function v1(instanceSizeName: string, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    name: 'shop-prod',
    paused: false,
    backupEnabled: false,
    providerBackupEnabled: true,
    stateName: 'IDLE',
    providerSettings: { providerName: 'AWS', instanceSizeName },
    ...fields,
  }
}

function read(value: unknown): Cluster {
  const cluster = parseCluster(value)
  if (cluster === undefined) throw new TypeError('no cluster')
  return cluster
}

describe('reading a cluster', () => {
  it.each([
    ['v2', v2('M10')],
    ['v1.0', v1('M10')],
  ])('takes what decides over snapshots: API %s', (_, resource) => {
    expect(read(resource)).toEqual({
      paused: false,
      backupEnabled: true,
      stateName: 'IDLE',
      instanceSizes: ['M10'],
    })
  })

  it('names each size once, whatever the shards and regions', () => {
    const region = (instanceSize: string) => ({ electableSpecs: { instanceSize } })
    const replicationSpecs = [
      { regionConfigs: [region('M30'), region('M30')] },
      { regionConfigs: [region('M50'), { analyticsSpecs: { instanceSize: 'M10' } }] },
      'nonsense',
      null,
      { regionConfigs: null },
    ]
    expect(read(v2('', { replicationSpecs })).instanceSizes).toEqual(['M30', 'M50'])
  })

  it('leaves open what Atlas does not say', () => {
    expect(read({ name: 'shop-prod', paused: 'no', backupEnabled: 1 })).toEqual({
      paused: undefined,
      backupEnabled: undefined,
      stateName: undefined,
      instanceSizes: [],
    })
  })

  it.each([[null], [[]], ['shop-prod'], [{}], [{ name: 7 }]])('finds none in %j', (value) => {
    expect(parseCluster(value)).toBeUndefined()
  })
})

describe('what stands against snapshots', () => {
  it.each(['M10', 'M10_NVME', 'M40', 'M200', 'R80'])('is not the size %s', (size) => {
    expect(findBlocker(read(v2(size)))).toBeUndefined()
    expect(findBlocker(read(v1(size)))).toBeUndefined()
  })

  it.each(['M0', 'M2', 'M5', 'FLEX', 'SERVERLESS'])('is the size %s', (size) => {
    for (const resource of [v2(size), v1(size)]) {
      expect(findBlocker(read(resource))).toEqual({
        title: 'A cluster of this size takes no snapshots on demand',
        reason: `its instance size is ${size}`,
        remedy: expect.stringContaining('M10 or larger'),
      })
    }
  })

  it('is told in 100 characters at most of a size', () => {
    expect(findBlocker(read(v2('X '.repeat(2_500))))?.reason).toMatch(
      /^its instance size is (X ){25}…( X){24} $/,
    )
  })

  it.each([
    ['that it is paused', { paused: true }, 'it is paused', 'Resume'],
    ['that backup is off', { backupEnabled: false }, 'its Cloud Backup is off', 'Turn on Cloud Backup'],
    ['that it is being created', { stateName: 'CREATING' }, 'its state is CREATING', 'run this again'],
    ['that it is being deleted', { stateName: 'DELETING' }, 'its state is DELETING', 'cluster-name'],
  ])('is %s', (_, fields, reason, remedy) => {
    const obstacle = findBlocker(read(v2('M10', fields)))
    expect(obstacle?.reason).toBe(reason)
    expect(obstacle?.remedy).toContain(remedy)
  })

  it('is that Cloud Backup is off on v1.0, whatever its older kind of backup says', () => {
    const obstacle = findBlocker(read(v1('M10', { backupEnabled: true, providerBackupEnabled: false })))
    expect(obstacle?.reason).toBe('its Cloud Backup is off')
  })

  it('is nothing that Atlas does not say', () => {
    expect(findBlocker(read({ name: 'shop-prod' }))).toBeUndefined()
    expect(findBlocker(read(v2('M10', { stateName: 'UPDATING' })))).toBeUndefined()
  })
})
