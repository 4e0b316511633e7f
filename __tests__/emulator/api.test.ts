import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { createOpenWorld, creating, send, sendJson, snapshotsPath } from '../support/emulator-client.js'

const cluster = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo`
const newest = 'application/vnd.atlas.2024-08-05+json'

/** The snapshot of a new cluster, and requests for it. */
function createSnapshot(kind: 'replicaSet' | 'sharded') {
  const { atlas } = createOpenWorld({ clusters: [{ name: 'demo', kind }] })
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

  it('is in the plain list as a whole, without its members', () => {
    const { body } = createSnapshot('sharded').get('')
    expect(body).toMatchObject({ results: [{ type: 'shardedCluster' }], totalCount: 1 })
  })
})

it('an error can have a null code and no X-Error-Code, as recorded', () => {
  const { atlas } = createOpenWorld({ faults: [parseFaultSpec('cluster:404:code=null')] })
  const { status, headers, body } = send(atlas, { target: cluster, accept: newest })
  expect([status, JSON.parse(body)]).toMatchObject([404, { error: 404, errorCode: null, parameters: null }])
  expect(Object.keys(headers)).not.toContain('X-Error-Code')
})
