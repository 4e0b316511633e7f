import { describe, expect, it } from '@jest/globals'
import { clusterRef } from '../../simulation/options.js'
import { type ApiVersion, createClient, type SnapshotClient } from '../../src/atlas/client.js'
import { type HttpRequest, type HttpResponse, withCredentials } from '../../src/atlas/http.js'
import { createResponse, never, thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

const id = '6a7f1e2d3c4b5a6978879601'
const otherId = '6a7f1e2d3c4b5a6978879602'
const cluster = clusterRef('shop-prod')
const order = { description: 'before [as-1f2e3d4c]', retentionInDays: 3 }

const calls = {
  createSnapshot: (client: SnapshotClient) => client.createSnapshot(order, (found) => found.id === id, never),
  getSnapshot: (client: SnapshotClient) => client.getSnapshot(id, never),
  getShardedSnapshot: (client: SnapshotClient) => client.getShardedSnapshot(id, never),
  listPlain: (client: SnapshotClient) => client.listSnapshots('replicaSet', 7, never),
  listSharded: (client: SnapshotClient) => client.listSnapshots('shardedCluster', 1, never),
  getCluster: (client: SnapshotClient) => client.getCluster(never),
}
type Call = keyof typeof calls

/** Makes one call, to which Atlas sends this response. */
function call(
  name: Call,
  response: HttpResponse,
  apiVersion: ApiVersion = '2023-01-01',
  authenticated = true,
) {
  const requests: HttpRequest[] = []
  const send = async (request: HttpRequest) => {
    requests.push(request)
    const sent = authenticated ? withCredentials(request, 'Digest …') : request
    return { request: sent, response, credential: 'apiKey', isProvenAtlas: false } as const
  }
  const client = createClient({ ...cluster, apiVersion }, send)
  return { requests, result: calls[name](client) }
}

const date = 'Mon, 10 Aug 2026 03:01:30 GMT'
const serverTime = Date.UTC(2026, 7, 10, 3, 1, 30)

describe.each<[ApiVersion, string, string, string]>([
  ['2023-01-01', 'v2', 'vnd.atlas.2023-01-01+json', 'vnd.atlas.2024-08-05+json'],
  ['v1.0', 'v1.0', 'json', 'json'],
])('the client with API version %s', (apiVersion, pathVersion, snapshotType, clusterType) => {
  const snapshot = { id, status: 'queued', description: 'nightly' }
  // The count is only an estimate.
  const list = { results: [snapshot, snapshot], totalCount: 501 }
  const plain = { ...snapshot, type: undefined, serverTime }
  const whole = { ...snapshot, type: 'replicaSet', serverTime }
  const sharded = { ...snapshot, type: 'shardedCluster', serverTime }
  const paused = { clusterType: 'REPLICASET', paused: true }
  const accept = `application/${snapshotType}`
  // So a request that follows at once has a new connection.
  const get = { method: 'GET', headers: { accept, connection: 'close' } }
  const getCluster = { ...get, headers: { ...get.headers, accept: `application/${clusterType}` } }
  const post = { method: 'POST', headers: { accept, 'content-type': accept }, body: JSON.stringify(order) }

  it.each<[Call, string, object, object, object, string?]>([
    ['createSnapshot', '/backup/snapshots', post, snapshot, plain],
    ['getSnapshot', `/backup/snapshots/${id}`, get, snapshot, plain, id],
    ['getShardedSnapshot', `/backup/snapshots/shardedCluster/${id}`, get, snapshot, sharded, id],
    ['listPlain', '/backup/snapshots?itemsPerPage=500&pageNum=7', get, list, [whole, whole]],
    ['listSharded', '/backup/snapshots/shardedClusters', get, list, [sharded, sharded]],
    ['getCluster', '', getCluster, paused, { paused: true }],
  ])('sends one request for %s to …%s', async (name, path, request, body, result, subject = 'shop-prod') => {
    const made = call(name, createResponse(200, body, { date }), apiVersion)
    expect(await made.result).toMatchObject(result)
    const clusterUrl = `${cluster.baseUrl}/api/atlas/${pathVersion}/groups/${cluster.groupId}/clusters/shop-prod`
    expect(made.requests).toStrictEqual([
      { ...request, purpose: mentioning(subject), url: new URL(`${clusterUrl}${path}`) },
    ])
  })
})

describe('a response', () => {
  const other = { id: otherId, status: 'completed' }

  it.each<[Call, number, unknown, readonly string[]]>([
    ['createSnapshot', 200, '<html>', ['shop-prod', 'HTTP 200', 'not JSON']],
    ['createSnapshot', 200, { hello: 'world' }, ['shop-prod']],
    ['createSnapshot', 199, { id, status: 'queued' }, ['shop-prod', 'HTTP 199']],
    ['createSnapshot', 503, { errorCode: 'X' }, ['shop-prod', 'HTTP 503']],
    ['listSharded', 200, 'null', ['shop-prod']],
    ['listSharded', 200, { results: {} }, ['shop-prod']],
    ['getCluster', 200, '{}', ['shop-prod']],
    // A faulty proxy can return it.
    ['getSnapshot', 200, other, [id, otherId]],
    ['getShardedSnapshot', 200, other, [id, otherId]],
  ])('to %s is rejected if its status is %i and its body is %j', async (name, status, body, facts) => {
    const error = { help: { title: TITLES.noValidResponse }, message: mentioning(...facts) }
    for (const authenticated of [true, false]) {
      const { result } = call(name, createResponse(status, body), '2023-01-01', authenticated)
      // Without credentials, Atlas has executed nothing.
      const end = { ...error, meaning: 'unknown', mayHaveExecuted: authenticated }
      expect(await thrownBy(() => result)).toMatchObject(end)
    }
  })

  it('to a POST without its tag says so', async () => {
    const { result } = call('createSnapshot', createResponse(200, other))
    const error = { help: { title: TITLES.missingTag }, message: mentioning('shop-prod', otherId, 'tag') }
    expect(await thrownBy(() => result)).toMatchObject({ ...error, meaning: 'notAtlas' })
  })

  it('is successful with any status from 200 to 299', async () => {
    const body = { id, status: 'queued' }
    expect(await call('createSnapshot', createResponse(299, body)).result).toMatchObject(body)
    expect(await thrownBy(() => call('createSnapshot', createResponse(300, body)).result)).toMatchObject({
      message: mentioning('HTTP 300'),
    })
  })

  it.each([
    [{ id: 'A'.repeat(24), status: 'queued' }, 'lowercase'],
    [{ id }, 'no status'],
    [[], 'JSON object'],
  ])('with the entry %j is no list, because it might be the own snapshot', async (entry, reason) => {
    const results = [{ id, status: 'queued' }, entry]
    const { result } = call('listPlain', createResponse(200, { results }))
    expect(await thrownBy(() => result)).toMatchObject({
      ...{ meaning: 'unknown', help: { title: TITLES.unreadableList } },
      message: mentioning('shop-prod', 'entry 2 of page 7', reason),
    })
  })
})
