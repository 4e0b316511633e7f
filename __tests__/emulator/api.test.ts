import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { isObject } from '../../emulator/http.js'
import {
  type Json,
  postedAt,
  rig,
  send,
  sendJson,
  snapshotsPath,
  taking,
} from '../support/emulator-client.js'

/** Creates a snapshot and returns its ID. */
function take(machine: ReturnType<typeof rig>, cluster = 'demo', description = 'test'): string {
  const { status, body } = sendJson(machine.atlas, taking(cluster, description))
  expect(status).toBe(200)
  const { id } = body
  return String(id)
}

function read(machine: ReturnType<typeof rig>, id: string, cluster = 'demo', form = ''): Json {
  return sendJson(machine.atlas, { target: `${snapshotsPath(cluster)}/${form}${id}` }).body
}

function list(machine: ReturnType<typeof rig>, query = '', cluster = 'demo', form = '') {
  const { status, body } = sendJson(machine.atlas, { target: `${snapshotsPath(cluster)}${form}${query}` })
  const { results, totalCount, links } = body
  const ids = column(results, 'id')
  const rels = column(links, 'rel')
  return { status, ids, totalCount, rels }
}

/** The field `name` of each object in a list. */
function column(list: unknown, name: string): unknown[] {
  if (!Array.isArray(list)) return []
  return list.map((item: unknown) => (isObject(item) ? item[name] : undefined))
}

const theirs = { description: 'theirs' }

describe('the creation of a snapshot', () => {
  it('is rejected only while another on-demand snapshot is in progress', () => {
    const machine = rig()
    take(machine)
    machine.wait(158)
    expect(sendJson(machine.atlas, taking())).toMatchObject({
      status: 400,
      body: { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' },
    })
    machine.wait(1)
    take(machine)
    expect(machine.atlas.snapshots()).toHaveLength(2)
  })

  it('does not conflict with a scheduled snapshot or another cluster', () => {
    const machine = rig()
    machine.atlas.createOtherSnapshot('demo', { ...theirs, snapshotType: 'scheduled' })
    machine.atlas.createOtherSnapshot('sharded', theirs)
    take(machine)
  })

  it('is also rejected for other clients', () => {
    const machine = rig()
    take(machine)
    expect(machine.atlas.createOtherSnapshot('demo', theirs)).toEqual({
      kind: 'refused',
      errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT',
    })
    expect(() => machine.atlas.createOtherSnapshot('nowhere', theirs)).toThrow('nowhere')
  })

  it('can fail, without createdAt and with the initial expiresAt', () => {
    const machine = rig({ failSnapshots: true })
    const id = take(machine)
    machine.wait(159)
    const snapshot = read(machine, id)
    expect(snapshot).toMatchObject({
      status: 'failed',
      storageSizeBytes: 0,
      expiresAt: '2026-08-11T03:26:42Z',
    })
    expect(snapshot).not.toHaveProperty('createdAt')
  })

  const bodies: readonly [string, unknown, string][] = [
    ['invalid JSON', '{', 'MALFORMED_JSON'],
    ['an array', '[]', 'MALFORMED_JSON'],
    ['no description', { retentionInDays: 1 }, 'MISSING_ATTRIBUTE'],
    ['no retention', { description: '' }, 'MISSING_ATTRIBUTE'],
    ['a description that is not a string', { description: 1, retentionInDays: 1 }, 'INVALID_ATTRIBUTE'],
    ['half a day', { description: '', retentionInDays: 0.5 }, 'INVALID_ATTRIBUTE'],
    ['zero days', { description: '', retentionInDays: 0 }, 'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID'],
    ['an unknown field', { description: '', retentionInDays: 1, x: 1 }, 'INVALID_ATTRIBUTE'],
  ]

  it.each(bodies)('with %s results in 400', (_, body, errorCode) => {
    const machine = rig()
    const answer = sendJson(machine.atlas, { ...taking(), body })
    expect(answer).toMatchObject({ status: 400, body: { errorCode, error: 400, reason: 'Bad Request' } })
    expect(machine.atlas.snapshots()).toEqual([])
  })
})

describe('the state of the emulator', () => {
  it('contains creator, times, and status of each snapshot', () => {
    const machine = rig()
    const id = take(machine)
    machine.wait(159)
    machine.atlas.createOtherSnapshot('demo', { ...theirs, fails: true })
    expect(
      send(machine.atlas, { method: 'DELETE', target: `${snapshotsPath('demo')}/${id}` }).response,
    ).toMatchObject({ status: 204, body: '' })
    expect(machine.atlas.snapshots('demo')).toMatchObject([
      {
        id,
        takenBy: 'request',
        status: 'completed',
        takenAt: postedAt,
        createdAt: postedAt + 86_019,
        deleted: true,
      },
      { takenBy: 'other', status: 'queued', description: 'theirs', deleted: false },
    ])
    expect(id.slice(0, 8)).toBe((postedAt / 1000).toString(16))
    expect(
      machine.atlas.requests.filter(({ executed }) => executed).map(({ operation }) => operation),
    ).toEqual(['create', 'delete'])
  })

  it('contains no credentials in the log', () => {
    const machine = rig()
    take(machine)
    const log = JSON.stringify(machine.atlas.requests)
    for (const secret of [demo.privateKey, demo.publicKey, 'Digest', 'response=', 'cnonce'])
      expect(log).not.toContain(secret)
  })

  it('removes an expired snapshot from the API', () => {
    const machine = rig()
    const id = take(machine)
    machine.wait(159 + 86_400)
    expect(read(machine, id)).toMatchObject({ errorCode: 'SNAPSHOT_NOT_FOUND', parameters: [id, 'demo'] })
  })
})

describe('the deletion of a snapshot', () => {
  it('is rejected while the snapshot is in progress, and removes it afterwards', () => {
    const machine = rig()
    const id = take(machine)
    const call = { method: 'DELETE', target: `${snapshotsPath('demo')}/${id}` }
    expect(sendJson(machine.atlas, call)).toMatchObject({
      status: 400,
      body: { errorCode: 'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT' },
    })
    machine.wait(159)
    expect(send(machine.atlas, call).response).toMatchObject({ status: 204, body: '' })
    expect(read(machine, id)).toMatchObject({ errorCode: 'SNAPSHOT_NOT_FOUND' })
  })
})

describe('a sharded snapshot', () => {
  it('contains its members only in the sharded form', () => {
    const machine = rig()
    const id = take(machine, 'sharded')
    machine.wait(159)
    const plain = read(machine, id, 'sharded')
    expect(plain).toMatchObject({ status: 'completed', type: 'shardedCluster' })
    expect(Object.keys(plain)).not.toEqual(expect.arrayContaining(['members']))
    const [record] = machine.atlas.snapshots()
    const sharded = read(machine, id, 'sharded', 'shardedCluster/')
    const { snapshotIds, members } = sharded
    expect(snapshotIds).toEqual(record?.memberIds)
    expect(members).toMatchObject([
      { cloudProvider: 'AWS', replicaSetName: 'sharded-shard-0' },
      { replicaSetName: 'sharded-shard-1' },
      { replicaSetName: 'sharded-config-0' },
    ])
    expect(Object.keys(sharded)).toEqual(Object.keys(sharded).toSorted())
  })

  it('can be completed first in the plain form', () => {
    const machine = rig({ plainReadLeadSeconds: 20 })
    const id = take(machine, 'sharded')
    const statuses = () => ['', 'shardedCluster/'].map((form) => read(machine, id, 'sharded', form)['status'])
    machine.wait(138)
    expect(statuses()).toEqual(['inProgress', 'inProgress'])
    machine.wait(2)
    expect(statuses()).toEqual(['completed', 'inProgress'])
    machine.wait(19)
    expect(statuses()).toEqual(['completed', 'completed'])
  })

  it('can contain its members in the plain form too', () => {
    const machine = rig({ plainReadHasMembers: true })
    expect(read(machine, take(machine, 'sharded'), 'sharded')).toHaveProperty('members')
  })

  it('is in the sharded list, and a replica set snapshot in the plain list', () => {
    const machine = rig()
    const ids = [take(machine), take(machine, 'sharded')]
    expect(list(machine).ids).toEqual([ids[0]])
    expect(list(machine, '', 'sharded', '/shardedClusters').ids).toEqual([ids[1]])
    expect(list(machine, '', 'sharded')).toMatchObject({ ids: [], totalCount: 0 })
    expect(list(machine, '', 'demo', '/shardedClusters')).toMatchObject({ ids: [], totalCount: 0 })
    expect(read(machine, String(ids[0]), 'demo', 'shardedCluster/')).toMatchObject({ error: 404 })
  })

  it('can make the plain list fail, or be in it too', () => {
    const refusing = rig({ list: { ofOtherKind: 'refused' } })
    expect(list(refusing, '', 'sharded').status).toBe(400)
    const same = rig({ list: { ofOtherKind: 'same' } })
    expect(list(same, '', 'sharded').ids).toEqual([])
    const id = take(same, 'sharded')
    expect(list(same, '', 'sharded').ids).toEqual([id])
  })

  it('has a list without pages by default', () => {
    const whole = rig({ olderSnapshots: 150 })
    const ids = (machine: typeof whole, query = '') => list(machine, query, 'sharded', '/shardedClusters').ids
    expect(ids(whole)).toHaveLength(150)
    for (const name of ['itemsPerPage', 'pageNum', 'includeCount'])
      expect(list(whole, `?${name}=1`, 'sharded', '/shardedClusters')).toMatchObject({ status: 400 })
    const paged = rig({ olderSnapshots: 150, list: { shardedInPages: true } })
    expect(ids(paged)).toHaveLength(100)
    expect(ids(paged, '?pageNum=2')).toHaveLength(50)
  })
})

describe('a list', () => {
  it('starts with the newest snapshot and has pages with links to their neighbors', () => {
    const machine = rig({ olderSnapshots: 5, clusters: [{ name: 'demo', kind: 'replicaSet' }] })
    const all = machine.atlas
      .snapshots()
      .map(({ id }) => id)
      .reverse()
    expect(list(machine, '?itemsPerPage=2')).toEqual({
      status: 200,
      ids: all.slice(0, 2),
      totalCount: 5,
      rels: ['self', 'next'],
    })
    expect(list(machine, '?itemsPerPage=2&pageNum=3')).toEqual({
      status: 200,
      ids: all.slice(4),
      totalCount: 5,
      rels: ['self', 'previous'],
    })
    expect(list(machine, '?pageNum=2&includeCount=false')).toMatchObject({ ids: [], totalCount: undefined })
  })

  it('has 100 entries per page by default, and at most 500', () => {
    const machine = rig({ olderSnapshots: 600 })
    expect(list(machine).ids).toHaveLength(100)
    expect(list(machine, '?itemsPerPage=500').ids).toHaveLength(500)
    for (const query of [
      '?itemsPerPage=501',
      '?itemsPerPage=0',
      '?pageNum=0',
      '?pageNum=x',
      '?includeCount=1',
    ])
      expect(list(machine, query).status).toBe(400)
  })

  it('can lag, hide snapshots in progress, and have another order', () => {
    const lagging = rig({ list: { lagSeconds: 5 } })
    const id = take(lagging)
    lagging.wait(4.9)
    expect(list(lagging).ids).toEqual([])
    lagging.wait(0.1)
    expect(list(lagging).ids).toEqual([id])

    const hiding = rig({ list: { hidesUnfinished: true } })
    const hidden = take(hiding)
    expect(list(hiding)).toMatchObject({ ids: [], totalCount: 0 })
    hiding.wait(159)
    expect(list(hiding).ids).toEqual([hidden])

    const clusters = [{ name: 'demo', kind: 'replicaSet' }] as const
    const oldest = rig({ clusters, olderSnapshots: 20, list: { order: 'oldest' } })
    const truth = oldest.atlas.snapshots().map((snapshot) => snapshot.id)
    expect(list(oldest).ids).toEqual(truth)
    const shuffled = rig({ clusters, olderSnapshots: 20, list: { order: 'shuffled' } })
    expect(list(shuffled).ids).not.toEqual(truth)
    expect(list(shuffled).ids.toSorted()).toEqual(truth.toSorted())
    expect(list(shuffled).ids).toEqual(list(shuffled).ids)
  })

  it('can shrink between two pages, which then omit a snapshot', () => {
    const machine = rig({ olderSnapshots: 4, list: { shrinks: 1 } })
    const all = machine.atlas
      .snapshots('demo')
      .map(({ id }) => id)
      .reverse()
    expect(list(machine, '?itemsPerPage=2')).toMatchObject({ ids: all.slice(0, 2), totalCount: 4 })
    expect(list(machine, '?itemsPerPage=2&pageNum=2')).toMatchObject({ ids: all.slice(3), totalCount: 3 })
    expect(list(machine, '?itemsPerPage=2&pageNum=2')).toMatchObject({ totalCount: 3 })
  })
})

describe('a read of a snapshot', () => {
  it('shows each status from its configured time', () => {
    const machine = rig({ secondsToInProgress: 2, secondsToCompleted: 5 })
    const id = take(machine)
    const statuses = Array.from({ length: 6 }, () => {
      const { status } = read(machine, id)
      machine.wait(1)
      return status
    })
    expect(statuses).toEqual(['queued', 'queued', ...Array(3).fill('inProgress'), 'completed'])
  })

  it('can return 404 for a while after the POST', () => {
    const machine = rig({ read404Seconds: 10 })
    const id = take(machine)
    machine.wait(9.9)
    expect(read(machine, id)).toMatchObject({ errorCode: 'SNAPSHOT_NOT_FOUND' })
    machine.wait(0.1)
    expect(read(machine, id)).toMatchObject({ status: 'inProgress' })
  })

  it('can show an unknown status for a while', () => {
    const machine = rig({ oddStatus: { word: 'paused-by-ops', fromSeconds: 10, toSeconds: 20 } })
    const id = take(machine)
    machine.wait(10)
    expect(read(machine, id)).toMatchObject({ status: 'paused-by-ops' })
    expect(machine.atlas.snapshots()).toMatchObject([{ status: 'inProgress' }])
    machine.wait(10)
    expect(read(machine, id)).toMatchObject({ status: 'inProgress' })
  })
})

describe('a version or media type', () => {
  it.each(['*/*', 'application/json', 'application/vnd.atlas.2024-08-05+json', ''])(
    'must be exact in v2: %s results in 406',
    (accept) => {
      const { response } = send(rig().atlas, { ...taking(), accept })
      expect(response.status).toBe(406)
      expect(response.headers['X-Error-Code']).toBe('INVALID_VERSION_DATE')
    },
  )

  it('can be one of several in Accept', () => {
    const accept = 'text/html, application/vnd.atlas.2023-01-01+json; q=0.5'
    expect(send(rig().atlas, { ...taking(), accept }).response.status).toBe(200)
  })

  it('must be plain JSON in v1.0', () => {
    const target = snapshotsPath('demo', 'v1.0')
    const { response } = send(rig().atlas, { ...taking(), target, accept: 'application/json' })
    expect(response.status).toBe(200)
    expect(response.headers['Content-Type']).toBe('application/json')
    expect(response.body).toContain('/api/atlas/v1.0/groups/')
    expect(send(rig().atlas, { target }).response.status).toBe(406)
  })

  it.each([
    ['text/plain', 415],
    ['application/json; charset=utf-8', 200],
    ['application/vnd.atlas.2023-01-01+json', 200],
  ])('of a body is checked: %s results in %d', (contentType, status) => {
    expect(send(rig().atlas, { ...taking(), contentType }).response.status).toBe(status)
  })
})

describe('a rate limit', () => {
  it('counts requests with credentials only, and refills', () => {
    const machine = rig({ rateLimits: { snapshots: { capacity: 2, refillPerMinute: 6 } } })
    const remaining = () => send(machine.atlas, { target: snapshotsPath('demo') }).response
    expect([remaining(), remaining()].map(({ headers }) => headers['RateLimit-Remaining'])).toEqual([
      '1',
      '0',
    ])
    const limited = remaining()
    expect(limited.status).toBe(429)
    expect(limited.headers).toMatchObject({
      'Retry-After': '10',
      'RateLimit-Limit': '2',
      'X-Error-Code': 'RATE_LIMITED_TOKEN_BUCKET',
    })
    expect(JSON.parse(limited.body)).toMatchObject({ parameters: [snapshotsPath('demo'), 10, 2, 6, 60] })
    machine.wait(10)
    expect(remaining().status).toBe(200)
  })
})

describe('an unknown path', () => {
  it.each([
    ['/api/atlas/v2/nothing', 'GET', 404, 'RESOURCE_NOT_FOUND'],
    [snapshotsPath('demo'), 'PUT', 405, 'METHOD_NOT_ALLOWED'],
    [snapshotsPath('demo', 'v2', 'x'), 'GET', 400, 'INVALID_GROUP_ID'],
    [snapshotsPath('%zz'), 'GET', 404, 'CLUSTER_NOT_FOUND'],
  ])('%s with %s results in %d', (target, method, status, errorCode) => {
    expect(sendJson(rig().atlas, { target, method })).toMatchObject({ status, body: { errorCode } })
  })
})
