import { describe, expect, it } from '@jest/globals'
import {
  type ApiVersion,
  type ClusterRef,
  createClient,
  type SnapshotClient,
} from '../../src/atlas/client.js'
import type { HttpRequest, HttpResponse } from '../../src/atlas/http.js'
import type { SnapshotForm } from '../../src/atlas/snapshot.js'
import { TITLES } from '../../src/titles.js'
import { createResponse, thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

/** The runner's clock. */
const NOW = Date.parse('2026-08-10T03:00:00Z')

const id = '6a7f1e2d3c4b5a6978879601'
const otherId = '6a7f1e2d3c4b5a6978879602'
const groupId = '5f1e2d3c4b5a69788796a5b4'
const cluster: ClusterRef = {
  baseUrl: 'https://cloud.example',
  apiVersion: '2023-01-01',
  groupId,
  clusterName: 'shop-prod',
}
const signal = new AbortController().signal
const order = { description: 'before [as-1f2e3d4c]', retentionInDays: 3 }

const calls = {
  createSnapshot: (client: SnapshotClient) => client.createSnapshot(order, signal),
  getSnapshot: (client: SnapshotClient) => client.getSnapshot(id, signal),
  getShardedSnapshot: (client: SnapshotClient) => client.getShardedSnapshot(id, signal),
  listPlain: (client: SnapshotClient) => client.listSnapshots('plain', 7, signal),
  listSharded: (client: SnapshotClient) => client.listSnapshots('sharded', 1, signal),
  listShardedPage: (client: SnapshotClient) => client.listSnapshots('sharded', 2, signal),
  getCluster: (client: SnapshotClient) => client.getCluster(signal),
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
  const client = createClient(
    { ...cluster, apiVersion },
    async (request) => {
      requests.push(request)
      return { response, authenticated, credential: 'apiKey' }
    },
    () => NOW,
  )
  return { requests, result: calls[name](client) }
}

/** The error of a call to which Atlas sends this response. */
const errorOf = (name: Call, response: HttpResponse, authenticated = true) =>
  thrownBy(() => call(name, response, '2023-01-01', authenticated).result)

describe.each<[ApiVersion, string, string, string]>([
  [
    '2023-01-01',
    '/api/atlas/v2',
    'application/vnd.atlas.2023-01-01+json',
    'application/vnd.atlas.2024-08-05+json',
  ],
  ['v1.0', '/api/atlas/v1.0', 'application/json', 'application/json'],
])('the client with API version %s', (apiVersion, prefix, mediaType, clusterMediaType) => {
  const date = 'Mon, 10 Aug 2026 03:01:30 GMT'
  const serverTime = Date.UTC(2026, 7, 10, 3, 1, 30)
  const snapshot = { id, status: 'queued', description: 'nightly' }
  const invalid = [{ description: 'no ID' }, { id }, null]
  // It is a snapshot, a list, and a cluster at the same time, so every call can use it.
  const body = {
    ...snapshot,
    results: [snapshot, ...invalid],
    totalCount: 501,
    name: 'shop-prod',
    paused: true,
  }
  const parsed = (form: SnapshotForm) => ({ ...snapshot, form, serverTime })
  const page = (form: SnapshotForm) => ({
    snapshots: [{ ...parsed(form), resource: undefined }],
    invalidEntries: ['{"description":"no ID"}', `{"id":"${id}"}`, 'null'],
    totalCount: 501,
  })
  const get = { method: 'GET', headers: { accept: mediaType } }

  it.each<[Call, string, object, object, string]>([
    [
      'createSnapshot',
      '/backup/snapshots',
      {
        method: 'POST',
        headers: { accept: mediaType, 'content-type': mediaType },
        body: JSON.stringify(order),
        newConnection: true,
      },
      parsed('plain'),
      'shop-prod',
    ],
    ['getSnapshot', `/backup/snapshots/${id}`, get, { snapshot: parsed('plain') }, id],
    ['getShardedSnapshot', `/backup/snapshots/shardedCluster/${id}`, get, parsed('sharded'), id],
    [
      'listPlain',
      '/backup/snapshots?includeCount=true&itemsPerPage=500&pageNum=7',
      get,
      page('plain'),
      'shop-prod',
    ],
    ['listSharded', '/backup/snapshots/shardedClusters', get, page('sharded'), 'shop-prod'],
    ['listShardedPage', '/backup/snapshots/shardedClusters?pageNum=2', get, page('sharded'), 'shop-prod'],
    ['getCluster', '', { ...get, headers: { accept: clusterMediaType } }, { paused: true }, 'shop-prod'],
  ])('sends one request for %s to …%s', async (name, path, request, result, subject) => {
    const made = call(name, createResponse(200, body, { date }), apiVersion)
    expect(await made.result).toMatchObject(result)
    expect(made.requests.map(({ url, ...rest }) => ({ ...rest, url: url.href }))).toStrictEqual([
      {
        ...request,
        purpose: mentioning(subject),
        url: `https://cloud.example${prefix}/groups/${groupId}/clusters/shop-prod${path}`,
      },
    ])
  })
})

describe('a response', () => {
  it.each<[Call, unknown, string?]>([
    ['createSnapshot', '<html>', 'HTTP 200'],
    ['createSnapshot', { hello: 'world' }],
    ['listSharded', 'null'],
    ['listSharded', { totalCount: 0 }],
    ['listSharded', { results: {} }],
    ['getCluster', '{}'],
  ])('to %s is rejected if its body is %j', async (name, body, fact = '') => {
    const error = { title: TITLES.invalidResponse, message: mentioning('shop-prod', fact) }
    expect(await errorOf(name, createResponse(200, body))).toMatchObject({
      ...error,
      name: 'OutcomeUnknownError',
    })
    expect(await errorOf(name, createResponse(200, body), false)).toMatchObject({
      ...error,
      name: 'NotExecutedError',
    })
  })

  it.each<Call>(['getSnapshot', 'getShardedSnapshot'])(
    'to %s is rejected if it is about another snapshot',
    async (name) => {
      const response = createResponse(200, { id: otherId, status: 'completed' })
      expect(await errorOf(name, response)).toMatchObject({
        name: 'OutcomeUnknownError',
        message: mentioning(id, otherId),
      })
    },
  )

  it('is successful with any status from 200 to 299', async () => {
    const body = { id, status: 'queued' }
    expect(await call('createSnapshot', createResponse(299, body)).result).toMatchObject(body)
    for (const status of [199, 300])
      expect(await errorOf('createSnapshot', createResponse(status, body))).toMatchObject({
        message: mentioning(`HTTP ${status}`),
      })
  })

  it.each([undefined, '5', 1.5])('with a list has no count if totalCount is %j', async (totalCount) => {
    const { result } = call('listPlain', createResponse(200, { results: [], totalCount }))
    expect(await result).toMatchObject({ snapshots: [], totalCount: undefined })
  })

  it.each([
    ['60', 60_000],
    ['soon', 0],
    [undefined, 0],
  ])('has a server time of Date plus Age (%j)', async (age, more) => {
    const headers = { date: 'Mon, 10 Aug 2026 03:01:30 GMT', ...(age === undefined ? {} : { age }) }
    const { result } = call('createSnapshot', createResponse(200, { id, status: 'queued' }, headers))
    expect(await result).toMatchObject({ serverTime: Date.UTC(2026, 7, 10, 3, 1, 30) + more })
  })
})

describe('the unused share of the rate limit', () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{ 'ratelimit-remaining': '1200', 'ratelimit-limit': '1200' }, 1],
    [{ 'ratelimit-remaining': '0', 'ratelimit-limit': '1200' }, 0],
    [{ 'ratelimit-remaining': ' 7 ', 'ratelimit-limit': ' 10 ' }, 0.7],
    [{ 'ratelimit-remaining': '5' }, undefined],
    [{ 'ratelimit-remaining': '0', 'ratelimit-limit': '0' }, undefined],
    [{ 'ratelimit-remaining': '6', 'ratelimit-limit': '5' }, undefined],
    [{ 'ratelimit-remaining': '1', 'ratelimit-limit': '1200;w=60' }, undefined],
  ])('from %j is %p', async (headers, rateLimitRemaining) => {
    const { result } = call('getSnapshot', createResponse(200, { id, status: 'queued' }, headers))
    expect(await result).toMatchObject({ rateLimitRemaining })
  })
})
