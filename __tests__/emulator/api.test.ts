import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { parseOptions } from '../../emulator/options.js'
import { asObjects } from '../../src/atlas/json.js'
import { createOpenWorld, creating, send, sendJson, snapshotsPath } from '../support/emulator-client.js'

const cluster = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo`
const newest = 'application/vnd.atlas.2024-08-05+json'

/** The snapshot of a new cluster, and requests for it. */
function createSnapshot(kind: 'replicaSet' | 'sharded', options: AtlasOptions = {}) {
  const { atlas } = createOpenWorld({ ...options, clusters: [{ name: 'demo', kind }] })
  const { id } = sendJson(atlas, creating()).body
  const get = (path: string) => sendJson(atlas, { target: `${snapshotsPath('demo')}${path}` })
  return { id, get }
}

describe('the snapshot of a replica set', () => {
  it('has the plain form in place of a sharded one, and is not in the sharded list', () => {
    const { id, get } = createSnapshot('replicaSet')
    expect(get(`/shardedCluster/${id}`)).toStrictEqual(get(`/${id}`))
    expect(get('/shardedClusters').body).toMatchObject({ results: [], totalCount: 0 })
  })
})

describe('the snapshot of a sharded cluster', () => {
  it('has members with a cloudProvider from the start', () => {
    const { id, get } = createSnapshot('sharded')
    const member = { cloudProvider: 'AWS', id: expect.any(String), replicaSetName: expect.any(String) }
    expect(get(`/shardedCluster/${id}`).body['members']).toStrictEqual([member, member, member])
  })

  it.each([
    ['', ['shardedCluster']],
    ['--plain-list whole', ['shardedCluster']],
    ['--plain-list members', ['replicaSet', 'replicaSet', 'replicaSet']],
    ['--plain-list both', ['replicaSet', 'replicaSet', 'replicaSet', 'shardedCluster']],
    ['--plain-list nothing', []],
  ])('is in the plain list as the flag %s says', (flag, types) => {
    const { list = {} } = parseOptions(flag.split(' ').filter(Boolean), () => '').atlas
    const { body } = createSnapshot('sharded', { list }).get('')
    const shown = asObjects(body['results']).map(({ type }) => type)
    expect([shown.sort(), body['totalCount']]).toStrictEqual([types, types.length])
  })
})

it('the backup schedule names the snapshots that Atlas takes by itself', () => {
  const { atlas } = createOpenWorld()
  const { status, body } = sendJson(atlas, { target: `${cluster}/backup/schedule`, accept: newest })
  const hourly = { frequencyType: 'hourly', frequencyInterval: 6, retentionUnit: 'days', retentionValue: 7 }
  expect([status, body]).toMatchObject([
    200,
    { clusterName: 'demo', policies: [{ policyItems: [hourly, {}] }] },
  ])
})

describe('recorded errors', () => {
  const faulty = (spec: string) => createOpenWorld({ faults: [parseFaultSpec(spec)] }).atlas

  it('can have a null code and no X-Error-Code', () => {
    const { status, headers, body } = send(faulty('cluster:404:code=null'), {
      target: cluster,
      accept: newest,
    })
    expect([status, JSON.parse(body)]).toMatchObject([404, { error: 404, errorCode: null, parameters: null }])
    expect(Object.keys(headers)).not.toContain('X-Error-Code')
  })

  it('can have no body', () => {
    const { status, headers, body } = send(faulty('create:empty'), creating())
    expect([status, Object.keys(headers), body]).toStrictEqual([405, ['Date'], ''])
  })

  it('say that a cluster is being deleted', () => {
    const { atlas } = createOpenWorld({ clusters: [{ name: 'demo', kind: 'deleting' }] })
    const errorCode = 'ATLAS_GENERAL_ERROR'
    expect(sendJson(atlas, creating())).toMatchObject({ status: 400, body: { errorCode } })
    const { body } = sendJson(atlas, { target: cluster, accept: newest })
    expect(body).toMatchObject({ stateName: 'DELETING' })
  })
})
