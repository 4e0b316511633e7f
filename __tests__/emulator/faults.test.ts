import { describe, expect, it } from '@jest/globals'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { plainEffects } from '../../emulator/faults.js'
import { help } from '../../emulator/help.js'

describe('the compact form of a fault', () => {
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
