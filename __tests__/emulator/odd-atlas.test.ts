import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { isObject } from '../../emulator/http.js'
import { type Json, rig, sendJson, snapshotsPath, taking, toRequest } from '../support/emulator-client.js'

const life = { secondsToInProgress: 1, secondsToCompleted: 10 }

function odd(options: AtlasOptions) {
  const machine = rig({ ...life, ...options })
  const take = (cluster = 'demo', description = 'test') =>
    sendJson(machine.atlas, taking(cluster, description))
  const get = (path: string, cluster = 'demo') =>
    sendJson(machine.atlas, { target: `${snapshotsPath(cluster)}${path}` })
  return { ...machine, take, get }
}

function entries({ body }: { readonly body: Json }): unknown[] {
  return Array.isArray(body['results']) ? body['results'] : []
}

function fields(answer: { readonly body: Json }, name: string): unknown[] {
  return entries(answer).map((entry) => (isObject(entry) ? entry[name] : entry))
}

describe('a member of a sharded snapshot', () => {
  it('is listed and read as a snapshot of a replica set that is completed earlier', () => {
    const atlas = odd({ memberLeadSeconds: 4, failSnapshots: true, list: { members: 'one' } })
    const whole = atlas.take('sharded', 'mine')
    const [id] = fields(atlas.get('', 'sharded'), 'id')
    expect(id).not.toBe(whole.body['id'])
    expect(entries(atlas.get('', 'sharded'))).toMatchObject([
      { description: 'mine', replicaSetName: 'sharded-shard-0', type: 'replicaSet' },
    ])
    atlas.wait(7)
    expect(atlas.get(`/${id}`, 'sharded').body).toMatchObject({ id, status: 'completed' })
    expect(atlas.get(`/shardedCluster/${id}`, 'sharded').status).toBe(404)
    atlas.wait(3)
    expect(atlas.get(`/${String(whole.body['id'])}`, 'sharded').body).toMatchObject({ status: 'failed' })
  })

  it('can appear before the whole snapshot', () => {
    const atlas = odd({ list: { members: 'all', lagSeconds: 5, ofOtherKind: 'same' } })
    atlas.take('sharded')
    expect(fields(atlas.get('', 'sharded'), 'type')).toEqual(['replicaSet', 'replicaSet', 'replicaSet'])
    expect(entries(atlas.get('/shardedClusters', 'sharded'))).toEqual([])
  })
})

describe('the plain form of a sharded snapshot', () => {
  it('can have members although it is completed before the sharded form', () => {
    const atlas = odd({ plainReadHasMembers: true, plainReadLeadSeconds: 5, list: { ofOtherKind: 'same' } })
    const id = String(atlas.take('sharded').body['id'])
    atlas.wait(6)
    expect(atlas.get(`/${id}`, 'sharded').body).toMatchObject({ status: 'completed', members: [{}, {}, {}] })
    expect(fields(atlas.get('', 'sharded'), 'status')).toEqual(['completed'])
    expect(fields(atlas.get('/shardedClusters', 'sharded'), 'status')).toEqual(['inProgress'])
  })
})

describe('a list', () => {
  const query = (page: number) => `?itemsPerPage=500&pageNum=${page}`

  it('can cap its pages', () => {
    const atlas = odd({ olderSnapshots: 3, list: { pageLimit: 2 } })
    const lengths = [1, 2, 3].map((page) => entries(atlas.get(query(page))).length)
    expect(lengths).toEqual([2, 1, 0])
  })

  it.each([
    ['rejected', 404, false, [200, 404, 404]],
    ['rejected after the end', 400, true, [200, 200, 400]],
    ['repeated', 'repeated', false, [200, 200, 200]],
  ] as const)('can have later pages that are %s', (_, laterPages, beyondEnd, statuses) => {
    const atlas = odd({ olderSnapshots: 3, list: { pageLimit: 2, laterPages, beyondEnd } })
    const answers = [1, 2, 3].map((page) => atlas.get(query(page)))
    expect(answers.map(({ status }) => status)).toEqual(statuses)
  })

  it('can repeat its first page or send an empty one', () => {
    const pages = (laterPages: 'repeated' | 'empty') => {
      const atlas = odd({ olderSnapshots: 3, list: { pageLimit: 2, laterPages } })
      return [1, 2].map((page) => fields(atlas.get(query(page)), 'description'))
    }
    expect(pages('repeated')).toEqual([
      ['older, 1 h', 'older, 2 h'],
      ['older, 1 h', 'older, 2 h'],
    ])
    expect(pages('empty')).toEqual([['older, 1 h', 'older, 2 h'], []])
  })

  it.each([
    [2, 5],
    [-1, 2],
    ['missing', undefined],
  ] as const)('can have the wrong count (%s)', (countError, totalCount) => {
    const atlas = odd({ olderSnapshots: 3, list: { countError } })
    expect(atlas.get('').body['totalCount']).toBe(totalCount)
  })

  it('can ignore the query if it has no pages', () => {
    const atlas = odd({ olderSnapshots: 3, list: { ignoresQuery: true } })
    expect(entries(atlas.get('/shardedClusters?pageNum=2', 'sharded'))).toHaveLength(3)
  })

  it('can contain broken entries, which it counts', () => {
    const atlas = odd({ list: { brokenEntries: ['null', 'no-id', 'no-status', 'wrong-types', 'own'] } })
    const { id } = atlas.take().body
    const answer = atlas.get('')
    expect(answer.body['totalCount']).toBe(5)
    expect(fields(answer, 'status').filter((status) => typeof status === 'string')).toEqual(['completed'])
    expect(fields(answer, 'id')).toContain(id)
    expect(entries(answer)).toContain(null)
  })

  it('can be empty once, but only with a count', () => {
    const lists = (['missing', 0] as const).map((countError) => {
      const atlas = odd({ olderSnapshots: 2, list: { countError } })
      atlas.atlas.addFault(parseFaultSpec('list:empty-page'))
      return atlas.get('')
    })
    expect(lists.map((answer) => entries(answer).length)).toEqual([2, 0])
    expect(lists[1]?.body['totalCount']).toBe(2)
  })
})

describe('a snapshot', () => {
  it('can get another description', () => {
    const cut = odd({ descriptions: { prefix: '> ', suffix: ' <', maxLength: 9 } })
    const { id, description } = cut.take('demo', 'nightly').body
    expect(description).toBe('> nightly')
    expect(cut.get(`/${id}`).body).toMatchObject({ description: '> nightly' })
  })

  it('can prevent another one for a while after its end', () => {
    const atlas = odd({ conflictLagSeconds: 5 })
    atlas.take()
    atlas.wait(14)
    expect(fields(atlas.get(''), 'status')).toEqual(['completed'])
    expect(atlas.take().status).toBe(400)
    atlas.wait(1)
    expect(atlas.take().status).toBe(200)
  })

  it('can be lost for a while', () => {
    const atlas = odd({ read404FromSeconds: 3, read404Seconds: 4 })
    const { id } = atlas.take().body
    const statuses = [0, 3, 3, 1].map((seconds) => {
      atlas.wait(seconds)
      return atlas.get(`/${id}`).status
    })
    expect(statuses).toEqual([200, 404, 404, 200])
  })
})

describe('credentials', () => {
  it('can be refused with a challenge but no error code', () => {
    const { atlas } = rig({ tokenRefusal: 'challenge' })
    const target = snapshotsPath('demo')
    const { response } = atlas.handle(toRequest({ target, authorization: 'Bearer expired' }))
    expect(response).toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"', 'Content-Type': 'text/html' },
    })
    expect(response.headers).not.toHaveProperty('X-Error-Code')
  })
})
