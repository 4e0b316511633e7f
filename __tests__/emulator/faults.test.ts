import { describe, expect, it } from '@jest/globals'
import type { FaultRule } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { help } from '../../emulator/help.js'

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
      'get:redirect=http://127.0.0.1:1/x',
      { on: 'get', effect: { kind: 'redirect', status: 302, location: 'http://127.0.0.1:1/x' } },
    ],
    ['any:late=2.5:skip=1', { on: 'any', skip: 1, effect: { kind: 'late', seconds: 2.5 } }],
    ['list:drip:delay-ms=5', { on: 'list', delayMs: 5, effect: { kind: 'drip', everyMs: 100 } }],
  ]

  it.each(forms)('parses %s', (spec, rule) => {
    expect(parseFaultSpec(spec)).toStrictEqual(rule)
  })

  it('parses each effect in the help', () => {
    const [, effects = ''] = /\n {2}EFFECT(.*)\n {2}OPTION/s.exec(help) ?? []
    const names = effects.split('\n').flatMap((line) => line.slice(12, 31).split(/, |\[/))
    const kinds = names.map((name) => name.trim()).filter((name) => /^[a-z-]+$/.test(name))
    expect(kinds.map((kind) => parseFaultSpec(`any:${kind}`).effect.kind)).toStrictEqual(kinds)
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
  ])('rejects %j', (spec, reason) => {
    expect(() => parseFaultSpec(spec)).toThrow(reason)
  })
})
