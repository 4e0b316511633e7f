import { describe, expect, it } from '@jest/globals'
import { type ClusterKind, clusterKinds, demo } from '../../emulator/config.js'
import {
  type Call,
  type Json,
  rig,
  send,
  sendJson,
  snapshotsPath,
  taking,
} from '../support/emulator-client.js'

const groups = {
  v2: `/api/atlas/v2/groups/${demo.groupId}`,
  'v1.0': `/api/atlas/v1.0/groups/${demo.groupId}`,
}
const media = { v2: 'application/vnd.atlas.2024-08-05+json', 'v1.0': 'application/json' }
type Version = keyof typeof groups

const one = (kind: ClusterKind) => rig({ clusters: [{ name: 'demo', kind }] }).atlas
const reading = (version: Version): Call => ({
  target: `${groups[version]}/clusters/demo`,
  accept: media[version],
})

/** The nodes of a region in the current version. */
const nodes = (providerName: string, instanceSize: string) => ({
  regionConfigs: [{ providerName, electableSpecs: { instanceSize } }],
})
const sized = (providerName: string, instanceSizeName: string) => ({ providerName, instanceSizeName })

interface Row {
  readonly v2: Json
  readonly old: Json
  /** Status and code with which a POST is rejected, if it is. */
  readonly refusal?: readonly [number, string]
}

const flexInClusterApi = [400, 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'] as const
const backedUp = { providerBackupEnabled: true, providerSettings: sized('AWS', 'M10') }
const kinds: Readonly<Record<ClusterKind, Row>> = {
  replicaSet: {
    v2: {
      clusterType: 'REPLICASET',
      backupEnabled: true,
      paused: false,
      stateName: 'IDLE',
      replicationSpecs: [nodes('AWS', 'M10')],
    },
    old: { ...backedUp, clusterType: 'REPLICASET', numShards: 1, paused: false, stateName: 'IDLE' },
  },
  sharded: {
    v2: {
      clusterType: 'SHARDED',
      backupEnabled: true,
      paused: false,
      replicationSpecs: [nodes('AWS', 'M10'), nodes('AWS', 'M10')],
    },
    old: { ...backedUp, clusterType: 'SHARDED', numShards: 2 },
  },
  m0: {
    v2: { backupEnabled: false, paused: false, replicationSpecs: [nodes('TENANT', 'M0')] },
    old: { providerBackupEnabled: false, providerSettings: sized('TENANT', 'M0') },
    refusal: [400, 'INSUFFICIENT_INSTANCE_SIZE'],
  },
  paused: {
    v2: { backupEnabled: true, paused: true, replicationSpecs: [nodes('AWS', 'M10')] },
    old: { ...backedUp, paused: true },
    refusal: [400, 'BACKUP_JOB_NOT_FOUND'],
  },
  noBackup: {
    v2: { backupEnabled: false, paused: false, replicationSpecs: [nodes('AWS', 'M10')] },
    old: { ...backedUp, providerBackupEnabled: false, paused: false },
    refusal: [404, 'BACKUP_CONFIG_NOT_FOUND'],
  },
  flex: {
    v2: { error: 400, errorCode: flexInClusterApi[1], parameters: ['demo'] },
    old: { error: 400, errorCode: flexInClusterApi[1] },
    refusal: flexInClusterApi,
  },
}

describe.each(clusterKinds)('a cluster of kind %s', (kind) => {
  const { v2, old, refusal } = kinds[kind]
  const status = kind === 'flex' ? 400 : 200

  it('contains the fields that affect backups', () => {
    expect(sendJson(one(kind), reading('v2'))).toMatchObject({ status, body: v2 })
  })

  it('has the old form in the deprecated API', () => {
    const { status: found, body } = sendJson(one(kind), reading('v1.0'))
    expect([found, body]).toMatchObject([status, old])
    expect(Object.keys(body)).toEqual(Object.keys(body).toSorted())
  })

  it.each(['v2', 'v1.0'] as const)('creates or rejects a snapshot in %s', (version) => {
    const atlas = one(kind)
    const accept = version === 'v2' ? 'application/vnd.atlas.2023-01-01+json' : media[version]
    const { status, body } = sendJson(atlas, { ...taking(), target: snapshotsPath('demo', version), accept })
    expect([status, body['errorCode']]).toEqual(refusal ?? [200, undefined])
    expect(atlas.snapshots()).toHaveLength(refusal === undefined ? 1 : 0)
  })

  it('creates or rejects a snapshot of another client', () => {
    expect(one(kind).createOtherSnapshot('demo', { description: 'theirs' })).toMatchObject(
      refusal === undefined ? { kind: 'created' } : { kind: 'refused', errorCode: refusal[1] },
    )
  })

  it('can be read with the flex API only if it is a Flex cluster', () => {
    const flex = { target: `${groups.v2}/flexClusters/demo`, accept: 'application/vnd.atlas.2024-11-13+json' }
    expect(sendJson(one(kind), flex)).toMatchObject(
      kind === 'flex'
        ? { status: 200, body: { name: 'demo', providerSettings: { providerName: 'FLEX' } } }
        : { status: 400, body: { errorCode: 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API' } },
    )
  })
})

describe('the snapshots of flexClusters', () => {
  const flexSnapshots = (id = ''): Call => ({
    target: `${snapshotsPath('demo').replace('/clusters/', '/flexClusters/')}${id}`,
    accept: 'application/vnd.atlas.2024-11-13+json',
  })

  it.each(clusterKinds.filter((kind) => kind !== 'flex'))(
    'cannot be read for a cluster of kind %s',
    (kind) => {
      const atlas = one(kind)
      for (const call of [flexSnapshots(), flexSnapshots(`/${'0'.repeat(24)}`)])
        expect(sendJson(atlas, call)).toMatchObject({
          status: 400,
          body: { errorCode: 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API' },
        })
    },
  )

  it('can be listed and read in their own form', () => {
    const { atlas, wait } = rig({ clusters: [{ name: 'demo', kind: 'flex' }], secondsToCompleted: 20 })
    const made = atlas.createOtherSnapshot('demo', { description: 'daily', snapshotType: 'scheduled' })
    if (made.kind !== 'created') throw new Error(made.errorCode)
    const { id } = made.snapshot
    wait(20)
    const shown = { id, status: 'COMPLETED', finishTime: '2026-08-10T03:27:02Z' }
    expect(sendJson(atlas, flexSnapshots())).toMatchObject({
      status: 200,
      body: { results: [shown], totalCount: 1 },
    })
    expect(sendJson(atlas, flexSnapshots(`/${id}`))).toMatchObject({ status: 200, body: shown })
    expect(sendJson(atlas, flexSnapshots(`/${'0'.repeat(24)}`)).status).toBe(404)
  })
})

describe('a cluster with its own duration of snapshots', () => {
  it('uses it for all its snapshots, including older ones', () => {
    const { atlas } = rig({
      clusters: [
        { name: 'slow', kind: 'sharded', secondsToCompleted: 900 },
        { name: 'demo', kind: 'replicaSet' },
      ],
      secondsToCompleted: 60,
      olderSnapshots: 1,
    })
    for (const name of ['slow', 'demo']) atlas.createOtherSnapshot(name, { description: 'theirs' })
    const seconds = (name: string) =>
      atlas.snapshots(name).map(({ takenAt, endsAt }) => (endsAt - takenAt) / 1000)
    expect(seconds('slow')).toEqual([900, 900])
    expect(seconds('demo')).toEqual([60, 60])
    expect(atlas.snapshots().map(({ clusterName }) => clusterName)).toEqual(['slow', 'demo', 'slow', 'demo'])
  })
})

describe('a cluster in the deprecated API', () => {
  it('has no legacy backup', () => {
    expect(sendJson(one('replicaSet'), reading('v1.0')).body).toMatchObject({ backupEnabled: false })
  })
})

describe('an older version of the cluster', () => {
  it.each(['2023-02-01', '2023-01-01'])('%s has a Sunset header', (date) => {
    const accept = `application/vnd.atlas.${date}+json`
    const { response } = send(one('replicaSet'), { ...reading('v2'), accept })
    expect([response.status, response.headers]).toMatchObject([200, { Sunset: expect.any(String) }])
  })
})
