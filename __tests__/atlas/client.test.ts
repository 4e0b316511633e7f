import { describe, expect, it } from '@jest/globals'
import { type ApiVersion, backupPage, type ClusterRef, createClient } from '../../src/atlas/client.js'
import type { AtlasResponse, HttpRequest, HttpResponse } from '../../src/atlas/http.js'
import { createResponse, thrownBy } from '../support/answers.js'

const id = '6a7f1e2d3c4b5a6978879601'
const otherId = '6a7f1e2d3c4b5a6978879602'
const groupId = '5f1e2d3c4b5a69788796a5b4'
const signal = new AbortController().signal
const order = { description: 'before [as-1f2e3d4c]', retentionInDays: 3 }
const echo = { id, description: order.description }

function address(apiVersion: ApiVersion): ClusterRef {
  return { baseUrl: 'https://cloud.example', apiVersion, groupId, clusterName: 'shop-prod' }
}

/** A client to which every request is answered alike. */
function createClientFor(
  response: HttpResponse,
  { apiVersion = '2023-01-01', authenticated = true }: Setting = {},
) {
  const requests: HttpRequest[] = []
  const client = createClient(address(apiVersion), async (request): Promise<AtlasResponse> => {
    requests.push(request)
    return { response, authenticated, credential: 'apiKey' as const }
  })
  return { client, requests }
}

interface Setting {
  readonly apiVersion?: ApiVersion
  readonly authenticated?: boolean
}

describe.each<[ApiVersion, string, string]>([
  ['2023-01-01', '/api/atlas/v2', 'application/vnd.atlas.2023-01-01+json'],
  ['v1.0', '/api/atlas/v1.0', 'application/json'],
])('on API version %s', (apiVersion, prefix, mediaType) => {
  const snapshots = `https://cloud.example${prefix}/groups/${groupId}/clusters/shop-prod/backup/snapshots`

  it('reading the cluster asks in a version that knows shards of different sizes', async () => {
    const { client, requests } = createClientFor(createResponse(200, { name: 'shop-prod', paused: true }), {
      apiVersion,
    })
    expect(await client.getCluster(signal)).toMatchObject({ paused: true })
    const accept = apiVersion === 'v1.0' ? 'application/json' : 'application/vnd.atlas.2024-08-05+json'
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { accept } })
    expect(requests[0]?.url.href).toBe(`https://cloud.example${prefix}/groups/${groupId}/clusters/shop-prod`)
  })

  it('taking posts the order, in the media type of the version', async () => {
    const { client, requests } = createClientFor(createResponse(200, { ...echo, status: 'queued' }), {
      apiVersion,
    })
    expect(await client.createSnapshot(order, signal)).toMatchObject({ id, status: 'queued' })
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      method: 'POST',
      headers: { accept: mediaType, 'content-type': mediaType },
      body: JSON.stringify(order),
    })
    expect(requests[0]?.url.href).toBe(snapshots)
  })

  it('says of each request what it is for', async () => {
    const { client, requests } = createClientFor(createResponse(500), { apiVersion })
    for (const ask of [
      () => client.createSnapshot(order, signal),
      () => client.getSnapshot(id, signal),
      () => client.getShardedSnapshot(id, signal),
      () => client.listSnapshots('plain', 1, signal),
      () => client.listSnapshots('sharded', 2, signal),
    ])
      await thrownBy(ask)
    expect(requests.map(({ purpose }) => purpose)).toEqual([
      'Taking a snapshot of cluster shop-prod',
      `Reading snapshot ${id}`,
      `Reading snapshot ${id}`,
      'Listing the snapshots of cluster shop-prod',
      'Listing the snapshots of cluster shop-prod',
    ])
  })

  it('reading gets the snapshot, or its sharded form', async () => {
    const { client, requests } = createClientFor(createResponse(200, { id, status: 'inProgress' }), {
      apiVersion,
    })
    expect((await client.getSnapshot(id, signal)).snapshot).toMatchObject({ id, status: 'inProgress' })
    expect(await client.getShardedSnapshot(id, signal)).toMatchObject({ id })
    expect(requests.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
      `GET ${snapshots}/${id}`,
      `GET ${snapshots}/shardedCluster/${id}`,
    ])
    expect(requests[0]?.headers).toEqual({ accept: mediaType })
    expect(requests[0]?.body).toBeUndefined()
  })

  it('listing gets a page of the plain list, 500 a page, and the sharded one as it comes', async () => {
    const body = { results: [{ id, status: 'completed' }], totalCount: 501 }
    const { client, requests } = createClientFor(createResponse(200, body), { apiVersion })
    const page = await client.listSnapshots('plain', 1, signal)
    expect(page).toMatchObject({ snapshots: [{ id }], totalCount: 501 })
    await client.listSnapshots('sharded', 1, signal)
    await client.listSnapshots('sharded', 2, signal)
    expect(requests.map(({ url }) => url.href)).toEqual([
      `${snapshots}?includeCount=true&itemsPerPage=500&pageNum=1`,
      `${snapshots}/shardedClusters`,
      `${snapshots}/shardedClusters?pageNum=2`,
    ])
  })
})

describe('an answer to a read', () => {
  it('about another snapshot is none', async () => {
    const { client } = createClientFor(createResponse(200, { id: otherId, status: 'completed' }))
    for (const read of [() => client.getSnapshot(id, signal), () => client.getShardedSnapshot(id, signal)])
      expect(await thrownBy(read)).toMatchObject({
        name: 'OutcomeUnknownError',
        message: `Reading snapshot ${id}: the answer is about another snapshot, ${otherId}.`,
      })
  })

  it('that refuses is its error', async () => {
    const { client } = createClientFor(createResponse(404, { errorCode: 'SNAPSHOT_NOT_FOUND' }))
    expect(await thrownBy(() => client.getSnapshot(id, signal))).toMatchObject({
      name: 'RejectedError',
      title: 'Snapshot not found',
    })
  })
})

describe('an answer to the POST', () => {
  // Whether it is this step's own is for the core to say, which knows the tag.
  it.each([
    ['in full', order.description],
    ['cut short', 'before'],
    ['of somebody else', 'nightly'],
    ['that is empty', ''],
    ['at all', undefined],
  ])('is handed on as it is with a description %s', async (_, description) => {
    const { client } = createClientFor(createResponse(200, { id, status: 'queued', description }))
    expect(await client.createSnapshot(order, signal)).toMatchObject({ id, description })
  })
})

describe('a success that is not what was asked for', () => {
  it.each<[string, unknown, string]>([
    ['an empty body', '', 'the answer (HTTP 200) is not JSON'],
    ['a page', '<html>', 'the answer (HTTP 200) is not JSON'],
    ['a body that is cut short', '{"id": "6a7f', 'the answer (HTTP 200) is not JSON'],
    ['null', 'null', 'the answer is no snapshot'],
    ['another shape', { hello: 'world' }, 'the answer is no snapshot'],
    ['a list', [{ id, status: 'queued' }], 'the answer is no snapshot'],
  ])('may have been executed: %s', async (_, body, why) => {
    const { client } = createClientFor(createResponse(200, body))
    expect(await thrownBy(() => client.createSnapshot(order, signal))).toMatchObject({
      name: 'OutcomeUnknownError',
      message: `Taking a snapshot of cluster shop-prod: ${why}.`,
      mayHaveExecuted: true,
    })
  })

  it('was not executed where it answers a request without credentials', async () => {
    const { client } = createClientFor(createResponse(200, 'null'), { authenticated: false })
    const refused = { name: 'NotExecutedError', mayHaveExecuted: false }
    expect(await thrownBy(() => client.createSnapshot(order, signal))).toMatchObject(refused)
    expect(await thrownBy(() => client.listSnapshots('plain', 1, signal))).toMatchObject(refused)
  })

  it('is any status from 200 to 299 with a snapshot in it, and no other', async () => {
    const body = { ...echo, status: 'queued' }
    expect(
      await createClientFor(createResponse(299, body)).client.createSnapshot(order, signal),
    ).toMatchObject({
      id,
    })
    for (const status of [199, 300])
      expect(
        await thrownBy(() =>
          createClientFor(createResponse(status, body)).client.createSnapshot(order, signal),
        ),
      ).toBeInstanceOf(Error)
  })
})

describe('an answer to a list', () => {
  it('may be empty, and without a count', async () => {
    const { client } = createClientFor(createResponse(200, { results: [] }))
    expect(await client.listSnapshots('plain', 1, signal)).toEqual({ snapshots: [], totalCount: undefined })
  })

  it.each<[string, unknown, string]>([
    ['null', 'null', 'the answer is no list'],
    ['a bare array', [], 'the answer is no list'],
    ['no results', { totalCount: 0 }, 'the answer is no list'],
    ['results of another shape', { results: {} }, 'the answer is no list'],
    [
      'one entry that is no snapshot',
      { results: [{ id, status: 'queued' }, {}] },
      'holds what is no snapshot',
    ],
  ])('is unusable as a whole with %s', async (_, body, why) => {
    const { client } = createClientFor(createResponse(200, body))
    const error = await thrownBy(() => client.listSnapshots('sharded', 1, signal))
    expect(error).toMatchObject({ name: 'OutcomeUnknownError' })
    expect(String(error)).toContain(why)
  })

  it('has no count that is no number', async () => {
    const { client } = createClientFor(createResponse(200, { results: [], totalCount: '5' }))
    expect((await client.listSnapshots('plain', 1, signal)).totalCount).toBeUndefined()
  })
})

describe('the date of an answer', () => {
  const date = { date: 'Mon, 10 Aug 2026 03:01:30 GMT' }
  const serverTime = Date.UTC(2026, 7, 10, 3, 1, 30)
  const resource = { ...echo, status: 'queued' }

  it('goes with every snapshot in it', async () => {
    const one = createClientFor(createResponse(200, resource, date)).client
    expect(await one.createSnapshot(order, signal)).toMatchObject({ serverTime })
    expect((await one.getSnapshot(id, signal)).snapshot).toMatchObject({ serverTime })
    const list = createClientFor(createResponse(200, { results: [resource] }, date)).client
    expect((await list.listSnapshots('plain', 1, signal)).snapshots).toMatchObject([{ serverTime }])
  })

  it('may be missing', async () => {
    const { snapshot } = await createClientFor(createResponse(200, resource)).client.getSnapshot(id, signal)
    expect(snapshot.serverTime).toBeUndefined()
  })
})

describe('an answer about the cluster', () => {
  it.each([['[]'], ['{}'], ['{"name": 7}']])('that is no cluster is as good as none: %s', async (body) => {
    const { client } = createClientFor(createResponse(200, body))
    const error = await thrownBy(() => client.getCluster(signal))
    expect(error).toMatchObject({ message: 'Reading cluster shop-prod: the answer is no cluster.' })
  })
})

describe('the backup page', () => {
  it.each([
    ['v1.0', 'https://cloud.example'],
    ['2023-01-01', 'https://cloud.mongodbgov.com'],
  ] as const)('is the one of the cluster at the same origin, with API %s', (apiVersion, baseUrl) => {
    expect(backupPage({ baseUrl, apiVersion, groupId, clusterName: 'shop-prod' })).toBe(
      `${baseUrl}/v2/${groupId}#/clusters/backup/shop-prod`,
    )
  })
})

/** The share by the headers of a status check. */
async function rateLimitAfter(headers: Readonly<Record<string, string>>) {
  const { client } = createClientFor(createResponse(200, { ...echo, status: 'queued' }, headers))
  return (await client.getSnapshot(id, signal)).rateLimitRemaining
}

describe('the share of the rate limit that is left', () => {
  it.each([
    ['1200', '1200', 1],
    ['300', '1200', 0.25],
    ['0', '1200', 0],
    [' 7 ', ' 10 ', 0.7],
  ])('is %j of %j: %d', async (remaining, limit, share) => {
    expect(await rateLimitAfter({ 'ratelimit-remaining': remaining, 'ratelimit-limit': limit })).toBe(share)
  })

  it.each<Record<string, string>>([
    {},
    { 'ratelimit-remaining': '5' },
    { 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '-1', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': 'some', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '0', 'ratelimit-limit': '0' },
    { 'ratelimit-remaining': '6', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '1', 'ratelimit-limit': '1200;w=60' },
  ])('is not known by %j', async (headers) => {
    expect(await rateLimitAfter(headers)).toBeUndefined()
  })
})
