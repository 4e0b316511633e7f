import { describe, expect, it } from '@jest/globals'
import type { FaultRule } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { help } from '../../emulator/help.js'
import { rig, send, snapshotsPath, taking, toRequest } from '../support/emulator-client.js'

function faulty(...specs: string[]) {
  return rig({ faults: specs.map(parseFaultSpec) })
}

const listing = { target: snapshotsPath('demo') }

describe('a fault', () => {
  it('applies to one authorized request by default', () => {
    const { atlas } = faulty('list:503')
    expect(atlas.handle(toRequest(listing)).response.status).toBe(401)
    expect([1, 2].map(() => send(atlas, listing).response.status)).toEqual([503, 200])
  })

  it('skips requests, applies several times, and follows a fault that is used up', () => {
    const { atlas } = faulty('list:500', 'list:502', 'list:503:skip=1:times=2')
    const statuses = [1, 2, 3, 4, 5].map(() => send(atlas, listing).response.status)
    expect(statuses).toEqual([500, 502, 503, 503, 200])
  })

  it('applies to its operation and cluster only', () => {
    const { atlas } = faulty('list:503:cluster=sharded', 'get:503')
    expect(send(atlas, listing).response.status).toBe(200)
    expect(send(atlas, { target: snapshotsPath('sharded') }).response.status).toBe(503)
  })
})

describe('a POST', () => {
  it.each([
    ['reset', 0],
    ['html', 0],
    ['stale:executed', 0],
    ['reset:executed', 1],
    ['null:executed', 1],
    ['cut', 1],
    ['twice', 1],
  ])('with the fault %s creates %d snapshots', (effect, count) => {
    const { atlas } = faulty(`create:${effect}`)
    send(atlas, taking())
    expect(atlas.snapshots()).toHaveLength(count)
  })

  it('can be executed late', () => {
    const { atlas, wait } = faulty('create:late=30')
    expect(send(atlas, taking()).delivery.kind).toBe('reset')
    wait(29)
    expect(atlas.snapshots()).toEqual([])
    wait(31)
    expect(atlas.snapshots()).toMatchObject([{ takenAt: atlas.now() - 30_000, status: 'inProgress' }])
  })
})

describe('the compact form of a fault', () => {
  const forms: readonly [string, FaultRule][] = [
    ['create:reset:executed', { on: 'create', executed: true, effect: { kind: 'reset' } }],
    [
      'get:503:times=3:retry-after=2',
      { on: 'get', times: 3, effect: { kind: 'status', status: 503, retryAfter: '2' } },
    ],
    [
      'create:400:code=X:detail=Not now: later',
      { on: 'create', effect: { kind: 'status', status: 400, errorCode: 'X', detail: 'Not now: later' } },
    ],
    [
      'get:redirect=http://127.0.0.1:1/x:status=307',
      { on: 'get', effect: { kind: 'redirect', status: 307, location: 'http://127.0.0.1:1/x' } },
    ],
    ['any:late=2.5:hang:skip=1', { on: 'any', skip: 1, effect: { kind: 'late', seconds: 2.5, hang: true } }],
    [
      'list:drip:cluster=a:delay-ms=5',
      { on: 'list', cluster: 'a', delayMs: 5, effect: { kind: 'drip', everyMs: 100 } },
    ],
  ]

  it.each(forms)('parses %s', (spec, rule) => {
    expect(parseFaultSpec(spec)).toEqual(rule)
  })

  it('parses each effect in the help', () => {
    const [, effects = ''] = /\n {2}EFFECT(.*)\n {2}OPTION/s.exec(help) ?? []
    const names = effects.split('\n').flatMap((line) => line.slice(12, 31).split(/, |\[/))
    const kinds = names.map((name) => name.trim()).filter((name) => /^[a-z-]+$/.test(name))
    expect(kinds.map((kind) => parseFaultSpec(`any:${kind}`).effect.kind)).toEqual(kinds)
    expect(kinds).toContain('repeat-nonce')
  })

  it.each([
    ['create', 'TARGET:EFFECT'],
    ['tale:reset', 'one of create,'],
    ['create:explode', /effect.*explode/],
    ['create:reset=3', /reset.*value/],
    ['create:600', /status.*600/],
    ['create:reset:times=0', /times.*always.*0/],
    ['create:reset:skip=x', /skip.*number.*x/],
    ['create:reset:nonsense', /effect.*reset:nonsense/],
    ['create:reset:code=X', /reset.*code/],
    ['token:stale', /stale.*token/],
    ['token:503:cluster=demo', /token.*cluster/],
  ])('rejects %j', (spec, reason) => {
    expect(() => parseFaultSpec(spec)).toThrow(reason)
  })
})
