import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { createOpenWorld, creating, send, sendJson, snapshotsPath } from '../support/emulator-client.js'

it('a replica set has the plain form of a snapshot instead of a sharded one, and an empty sharded list', () => {
  const { atlas } = createOpenWorld()
  const { id } = sendJson(atlas, creating).body
  const get = (path: string) => sendJson(atlas, { target: `${snapshotsPath('demo')}${path}` })
  expect(get(`/shardedCluster/${id}`)).toStrictEqual(get(`/${id}`))
  expect(get('/shardedClusters').body).toMatchObject({ results: [], totalCount: 0 })
})

it('an error can have a null code and no X-Error-Code, as recorded', () => {
  const { atlas } = createOpenWorld({ faults: [parseFaultSpec('cluster:404:code=null')] })
  const target = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo`
  const { status, headers, body } = send(atlas, { target, accept: 'application/vnd.atlas.2024-08-05+json' })
  expect([status, JSON.parse(body)]).toMatchObject([404, { error: 404, errorCode: null, parameters: null }])
  expect(Object.keys(headers)).not.toContain('X-Error-Code')
})

describe('the requests of the Atlas CLI', () => {
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
