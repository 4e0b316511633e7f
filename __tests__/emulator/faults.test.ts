import { describe, expect, it } from '@jest/globals'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { plainEffects } from '../../emulator/faults.js'
import { help } from '../../emulator/help.js'

const status = (code: number) => ({ kind: 'status', status: code })

describe('the compact form of a fault', () => {
  it.each([
    ['create:reset', { on: 'create', executed: false, effect: { kind: 'reset' } }],
    ['create:reset:executed', { on: 'create', executed: true, effect: { kind: 'reset' } }],
    ['get:503:times=3:retry-after=2', { on: 'get', times: 3, effect: { ...status(503), retryAfter: '2' } }],
    ['create:400:code=X:detail=Not now: later', { effect: { errorCode: 'X', detail: 'Not now: later' } }],
    [
      'get:redirect=http://a:1/x',
      { effect: { ...status(302), kind: 'html', headers: { Location: 'http://a:1/x' } } },
    ],
    ['any:delay=2.5:skip=1', { on: 'any', skip: 1, effect: { kind: 'delay', ms: 2.5 } }],
  ])('parses %s', (spec, rule) => {
    expect(parseFaultSpec(spec)).toMatchObject(rule)
  })

  it.each(plainEffects)('parses %s, which the help explains', (effect) => {
    expect(parseFaultSpec(`any:${effect}`).effect).toStrictEqual({ kind: effect })
    expect(help).toMatch(new RegExp(`^ {12}.*\\b${effect}\\b`, 'm'))
  })

  it.each([
    ['create', 'TARGET:EFFECT'],
    ['tale:reset', 'one of cluster, list,'],
    ['create:reset=3', /effect.*reset=3/],
    ['create:600', /status.*600/],
    ['create:reset:times=0', /times.*always.*0/],
    ['create:reset:skip=x', /skip.*number.*x/],
    ['create:reset:nonsense', /effect.*reset:nonsense/],
    ['create:reset:code=X', /reset.*code/],
  ])('rejects %j', (spec, reason) => {
    expect(() => parseFaultSpec(spec)).toThrow(reason)
  })
})
