import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import {
  type Call,
  createOpenWorld,
  creating,
  send,
  sendJson,
  snapshotsPath,
} from '../support/emulator-client.js'

const cluster = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo`
const newest = 'application/vnd.atlas.2024-08-05+json'

it('a replica set has the plain form of a snapshot instead of a sharded one, and an empty sharded list', () => {
  const { atlas } = createOpenWorld()
  const { id } = sendJson(atlas, creating).body
  const get = (path: string) => sendJson(atlas, { target: `${snapshotsPath('demo')}${path}` })
  expect(get(`/shardedCluster/${id}`)).toStrictEqual(get(`/${id}`))
  expect(get('/shardedClusters').body).toMatchObject({ results: [], totalCount: 0 })
})

it('an error can have a null code and no X-Error-Code, as recorded', () => {
  const { atlas } = createOpenWorld({ faults: [parseFaultSpec('cluster:404:code=null')] })
  const { status, headers, body } = send(atlas, { target: cluster, accept: newest })
  expect([status, JSON.parse(body)]).toMatchObject([404, { error: 404, errorCode: null, parameters: null }])
  expect(Object.keys(headers)).not.toContain('X-Error-Code')
})

const flexCluster = `/api/atlas/v2/groups/${demo.groupId}/flexClusters/demo`
const flex = (target: string): Call => ({ target, accept: 'application/vnd.atlas.2024-11-13+json' })
const notFlex = { status: 400, body: { errorCode: 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API' } }

describe('the requests of the Atlas CLI', () => {
  it('find out with the flex API that a cluster is not a Flex cluster', () => {
    const { atlas } = createOpenWorld()
    const snapshots = `${flexCluster}/backup/snapshots`
    for (const target of [flexCluster, snapshots, `${snapshots}/${'0'.repeat(24)}`])
      expect(sendJson(atlas, flex(target))).toMatchObject(notFlex)
  })

  it('read a Flex cluster and its snapshots', async () => {
    const { atlas, clock } = createOpenWorld({
      clusters: [{ name: 'demo', kind: 'flex' }],
      secondsToCompleted: 20,
    })
    const made = atlas.createOtherSnapshot('demo', { description: 'daily', snapshotType: 'scheduled' })
    if (made instanceof Error) throw made
    const { id } = made
    await clock.advance(20_000)
    const shown = { id, status: 'COMPLETED', finishTime: '2026-08-10T03:27:02Z' }
    const body = { name: 'demo', providerSettings: { providerName: 'FLEX' } }
    const snapshots = `${flexCluster}/backup/snapshots`
    expect(sendJson(atlas, flex(flexCluster))).toMatchObject({ status: 200, body })
    expect(sendJson(atlas, flex(snapshots)).body).toMatchObject({ results: [shown], totalCount: 1 })
    expect(sendJson(atlas, flex(`${snapshots}/${id}`))).toMatchObject({ status: 200, body: shown })
    expect(sendJson(atlas, flex(`${snapshots}/${'0'.repeat(24)}`)).status).toBe(404)
  })

  it('delete a snapshot after it is completed', async () => {
    const { atlas, clock } = createOpenWorld()
    const target = `${snapshotsPath('demo')}/${sendJson(atlas, creating).body['id']}`
    const errorCode = 'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT'
    expect(sendJson(atlas, { method: 'DELETE', target })).toMatchObject({ status: 400, body: { errorCode } })
    await clock.advance(159_000)
    const { status, body } = send(atlas, { method: 'DELETE', target })
    expect([status, body]).toStrictEqual([204, ''])
    expect(sendJson(atlas, { target })).toMatchObject({ status: 404 })
  })
})
