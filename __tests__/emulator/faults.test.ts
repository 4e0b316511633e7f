import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions, FaultRule } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import {
  authorize,
  freshChallenge,
  parameter,
  readChallenge,
  rig,
  send,
  snapshotsPath,
  taking,
  toRequest,
} from '../support/emulator-client.js'

function faulty(...specs: string[]) {
  return rig({ faults: specs.map(parseFaultSpec) })
}

const listing = { target: snapshotsPath('demo') }

describe('a fault', () => {
  it('applies to one authorized request by default', () => {
    const { atlas } = faulty('list:503')
    expect(atlas.handle(toRequest(listing)).response.status).toBe(401)
    expect([1, 2].map(() => send(atlas, listing).response.status)).toEqual([503, 200])
    expect(atlas.requests.filter(({ fault }) => fault === 'status')).toHaveLength(1)
  })

  it('skips requests with skip and applies several times with times', () => {
    const { atlas } = faulty('list:503:skip=1:times=2')
    expect([1, 2, 3, 4].map(() => send(atlas, listing).response.status)).toEqual([200, 503, 503, 200])
    const always = faulty('any:503:times=always').atlas
    expect([1, 2, 3, 4].map(() => send(always, listing).response.status)).toEqual([503, 503, 503, 503])
  })

  it('applies after an earlier fault is used up', () => {
    const { atlas } = faulty('list:500', 'list:502', 'list:503:skip=1')
    expect([1, 2, 3, 4].map(() => send(atlas, listing).response.status)).toEqual([500, 502, 503, 200])
  })

  it('applies to its operation and cluster only', () => {
    const { atlas } = faulty('list:503:cluster=sharded', 'get:503')
    expect(send(atlas, listing).response.status).toBe(200)
    expect(send(atlas, { target: snapshotsPath('sharded') }).response.status).toBe(503)
  })

  it('can apply to requests without credentials instead', () => {
    const { atlas } = faulty('list:503:unauthenticated')
    expect(send(atlas, listing).response.status).toBe(200)
    expect(atlas.handle(toRequest(listing)).response.status).toBe(503)
  })

  it('can be added, and chosen per request', () => {
    const { atlas } = rig(
      {},
      { chooseFault: ({ authorized }) => (authorized ? parseFaultSpec('any:500') : undefined) },
    )
    atlas.addFault(parseFaultSpec('list:503'))
    expect(send(atlas, listing).response.status).toBe(503)
    expect(send(atlas, listing).response.status).toBe(500)
  })
})

describe('a lost or replaced response', () => {
  it.each([
    ['reset', 'reset'],
    ['hang', 'hang'],
    ['502', 'whole'],
    ['html', 'whole'],
    ['null', 'whole'],
    ['shape', 'whole'],
    ['huge', 'whole'],
    ['redirect', 'whole'],
    ['repeat-nonce', 'whole'],
  ])('%s executes a POST only with the option executed', (effect, delivery) => {
    for (const executed of [false, true]) {
      const { atlas } = faulty(`create:${effect}${executed ? ':executed' : ''}`)
      expect(send(atlas, taking()).delivery.kind).toBe(delivery)
      expect(atlas.snapshots()).toHaveLength(executed ? 1 : 0)
      expect(atlas.requests.at(-1)).toMatchObject({ executed, authorized: true })
    }
  })

  it.each(['cut', 'drip=5', 'delay=5', 'twice'])('%s always executes the POST', (effect) => {
    const { atlas } = faulty(`create:${effect}`)
    send(atlas, taking())
    expect(atlas.snapshots()).toHaveLength(1)
  })

  it.each([
    ['stale', 'true'],
    ['unauthorized', 'false'],
  ])('%s never executes the POST', (effect, stale) => {
    const { atlas } = faulty(`create:${effect}:executed`)
    const { response } = send(atlas, taking())
    expect([response.status, parameter(readChallenge(response), 'stale')]).toEqual([401, stale])
    expect(atlas.snapshots()).toEqual([])
  })

  it('has the requested status, headers, body, and delay', () => {
    const { atlas } = faulty(
      'create:503:code=X:detail=Not now: later:retry-after=Wed, 21 Oct 2015 07:28:00 GMT',
    )
    const { response } = send(atlas, taking())
    expect(response.headers).toMatchObject({
      'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT',
      'X-Error-Code': 'X',
    })
    expect(JSON.parse(response.body)).toMatchObject({ error: 503, detail: 'Not now: later' })
    const redirect = send(faulty('create:redirect=http://127.0.0.1:1/x:status=307').atlas, taking()).response
    expect(redirect).toMatchObject({ status: 307, headers: { Location: 'http://127.0.0.1:1/x' } })
    expect(send(faulty('list:html=200').atlas, listing).response).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'text/html' },
    })
    expect(send(faulty('list:huge').atlas, listing).response.body.length).toBeGreaterThan(8 * 1024 * 1024)
    expect(send(faulty('list:delay=250:delay-ms=50').atlas, listing).delayMs).toBe(300)
    expect(send(faulty('list:drip=7').atlas, listing).delivery).toEqual({ kind: 'drip', everyMs: 7 })
  })
})

describe('a nonce rejected by a fault', () => {
  it('was used before', () => {
    const { atlas } = faulty('list:refuse-nonce')
    const challenge = freshChallenge(atlas)
    const status = (nc: string) =>
      atlas.handle(toRequest({ ...listing, authorization: authorize(challenge, listing, { nc }) })).response
        .status
    expect([status('00000001'), status('00000002'), status('00000003')]).toEqual([200, 401, 200])
  })
})

describe('a POST executed twice', () => {
  it('results in a conflict with itself', () => {
    const { atlas } = faulty('create:twice')
    const { response } = send(atlas, taking())
    expect(response.headers['X-Error-Code']).toBe('UNFINISHED_ON_DEMAND_SNAPSHOT')
    expect(atlas.snapshots()).toHaveLength(1)
    expect(atlas.requests.at(-1)).toMatchObject({ executed: true, status: 400 })
  })
})

describe('a POST executed late', () => {
  it('is executed at its due time', () => {
    const { atlas, wait } = faulty('create:late=30')
    expect(send(atlas, taking()).delivery.kind).toBe('reset')
    wait(29)
    expect(atlas.snapshots()).toEqual([])
    wait(31)
    expect(atlas.snapshots()).toMatchObject([
      { takenAt: atlas.now() - 30_000, takenBy: 'request', status: 'inProgress' },
    ])
  })

  it('is rejected if another snapshot is in progress at that time', () => {
    const { atlas, wait } = faulty('create:late=30:hang')
    expect(send(atlas, taking()).delivery.kind).toBe('hang')
    send(atlas, taking())
    wait(200)
    expect(atlas.snapshots()).toHaveLength(1)
  })
})

describe('a response with another snapshot', () => {
  it('contains another snapshot of the cluster, or an invented one', () => {
    const other = (options: AtlasOptions) => {
      const { atlas } = rig({ clusters: [{ name: 'demo', kind: 'replicaSet' }], ...options })
      const { id } = JSON.parse(send(atlas, taking()).response.body)
      atlas.addFault(parseFaultSpec('get:other-id'))
      const body = JSON.parse(send(atlas, { target: `${snapshotsPath('demo')}/${id}` }).response.body)
      expect(body).toMatchObject({ status: 'completed' })
      expect(body.id).toMatch(/^[0-9a-f]{24}$/)
      expect(body.id).not.toBe(id)
      return atlas.snapshots().some((snapshot) => snapshot.id === body.id)
    }
    expect([other({ olderSnapshots: 1 }), other({})]).toEqual([true, false])
  })
})

describe('a challenge from a cache', () => {
  it('repeats the nonce of the request without stale=true', () => {
    const { atlas } = faulty('list:repeat-nonce')
    const challenge = freshChallenge(atlas)
    const authorization = authorize(challenge, listing)
    const { response } = atlas.handle(toRequest({ ...listing, authorization }))
    expect(response.status).toBe(401)
    expect(parameter(readChallenge(response), 'nonce')).toBe(parameter(challenge, 'nonce'))
    expect(parameter(readChallenge(response), 'stale')).toBe('false')
  })
})

describe('a list without its newest snapshot', () => {
  it('includes that snapshot in its count', () => {
    const { atlas } = rig({ clusters: [{ name: 'demo', kind: 'replicaSet' }], olderSnapshots: 2 })
    const [oldest, newest] = atlas.snapshots().map(({ id }) => id)
    const shown = () => {
      const { results, totalCount } = JSON.parse(send(atlas, listing).response.body)
      return [results.map(({ id }: { id: string }) => id), totalCount]
    }
    expect(shown()).toEqual([[newest, oldest], 2])
    atlas.addFault(parseFaultSpec('list:missing-entry'))
    expect(shown()).toEqual([[oldest], 2])
  })
})

describe('the compact form of a fault', () => {
  const forms: readonly [string, FaultRule][] = [
    ['create:reset:executed', { on: 'create', executed: true, effect: { kind: 'reset' } }],
    [
      'get:503:times=3:retry-after=2',
      { on: 'get', times: 3, effect: { kind: 'status', status: 503, retryAfter: '2' } },
    ],
    ['any:late=2.5:hang:skip=1', { on: 'any', skip: 1, effect: { kind: 'late', seconds: 2.5, hang: true } }],
    ['list:html', { on: 'list', effect: { kind: 'html', status: 502 } }],
    [
      'list:drip:cluster=a:delay-ms=5',
      { on: 'list', cluster: 'a', delayMs: 5, effect: { kind: 'drip', everyMs: 100 } },
    ],
  ]

  it.each(forms)('parses %s', (spec, rule) => {
    expect(parseFaultSpec(spec)).toEqual(rule)
  })

  it.each([
    ['', 'TARGET:EFFECT'],
    ['create', 'TARGET:EFFECT'],
    ['tale:reset', 'one of create,'],
    ['create:explode', /effect.*explode/],
    ['create:reset=3', /reset.*value/],
    ['create:99', /status.*200.*99/],
    ['create:600', /status.*600/],
    ['create:reset:times=0', /times.*always.*0/],
    ['create:reset:times=many', /times.*always.*"many"/],
    ['create:reset:skip=x', /skip.*number.*"x"/],
    ['create:reset:nonsense', /effect.*reset:nonsense/],
    ['create:reset:code=X', 'errorCode'],
  ])('rejects %j', (spec, reason) => {
    expect(() => parseFaultSpec(spec)).toThrow(reason)
  })
})
