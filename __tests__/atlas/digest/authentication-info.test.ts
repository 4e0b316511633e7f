import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseAuthenticationInfo, verifyRspauth } from '../../../src/atlas/digest/authentication-info.js'
import { parseChallenges } from '../../../src/atlas/digest/challenge.js'
import { chooseChallenge } from '../../../src/atlas/digest/digest-challenge.js'
import { assertProperty } from '../../support/property.js'
import { hashOf } from './verifier.js'

describe('parseAuthenticationInfo', () => {
  it.each<[string, string, object]>([
    ['nothing', '', {}],
    [
      'everything',
      'nextnonce="n/+=", qop=auth, rspauth="ab", cnonce="c", nc=00000001',
      { nextnonce: 'n/+=', qop: 'auth', rspauth: 'ab', cnonce: 'c', nc: '00000001' },
    ],
    [
      'any case, spacing and quoting',
      'NextNonce = n ,\tQOP="auth" ,, rspauth\t=ab',
      { nextnonce: 'n', qop: 'auth', rspauth: 'ab' },
    ],
    ['escapes', 'nextnonce="a\\"b\\\\", nc=1', { nextnonce: 'a"b\\', nc: '1' }],
    ['a comma in quotes', 'nextnonce="a, rspauth=b"', { nextnonce: 'a, rspauth=b' }],
    ['the first of two', 'nextnonce=a, nextnonce=b', { nextnonce: 'a' }],
    ['a missing comma', 'nextnonce="a" rspauth=b', { nextnonce: 'a', rspauth: 'b' }],
    ['unknown names', 'constructor=x, __proto__=y, toString=z, nc=1', { nc: '1' }],
    ['a name without a value', 'nextnonce, rspauth=, nc=1', { nc: '1' }],
    ['a value without a name', '=a, "b, nextnonce=c", nc=1', { nc: '1' }],
    ['a quote that is never closed', 'nc=1, nextnonce="a, rspauth=b', { nc: '1' }],
    ['an empty value', 'nextnonce="", rspauth=""', { nextnonce: '', rspauth: '' }],
  ])('reads %s', (_, value, info) => {
    const read = parseAuthenticationInfo(value)
    expect(read).toEqual(info)
    expect(Object.keys(read).sort()).toEqual(Object.keys(info).sort())
  })

  it('never throws, whatever the header', () => {
    const pieces = fc.constantFrom('nextnonce', 'rspauth', ' ', ',', '=', '"', '\\', 'a', '\n', 'ä')
    const nasty = fc.array(pieces).map((parts) => parts.join(''))
    const names = ['nextnonce', 'rspauth', 'qop', 'cnonce', 'nc']
    assertProperty(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), (value) => {
        for (const name of Object.keys(parseAuthenticationInfo(value))) expect(names).toContain(name)
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['"', '\\', 'a ', 'a=', '=,', 'nc=', 'nc=1', '"\\"', ' ', ',"'])(
    'reads 250 kB of %j in linear time',
    (piece) => {
      // In more than linear time this would go far beyond the test's time limit.
      const text = piece.repeat(250_000 / piece.length)
      for (const value of [text, `nextnonce="${text}`]) {
        expect(parseAuthenticationInfo(value)).toBeInstanceOf(Object)
      }
    },
  )
})

describe('verifyRspauth', () => {
  const credentials = { username: 'Mufasa', password: 'Circle of Life' }
  const uri = '/dir/index.html'
  const counts = { nc: 2, cnonce: 'c' }
  const verify = (params: string, info: string, body: string): boolean => {
    const challenge = chooseChallenge(parseChallenges([`Digest realm="r", nonce="n", ${params}`]))
    if (challenge === undefined) throw new Error('no answerable challenge')
    return verifyRspauth(parseAuthenticationInfo(info), { challenge, uri, counts }, credentials, body)
  }
  const ha1 = hashOf('SHA-256', ['Mufasa:r:Circle of Life'])
  const proof = (counted: string, a2: string): string =>
    hashOf('SHA-256', [`${ha1}:n:${counted}${hashOf('SHA-256', [a2])}`])
  const auth = proof('00000002:c:auth:', `:${uri}`)
  const authInt = proof('00000002:c:auth-int:', `:${uri}:${hashOf('SHA-256', ['{"ä":1}'])}`)
  const older = proof('', `:${uri}`)

  it.each<[string, string, string]>([
    ['auth', 'qop=auth', `rspauth="${auth}", qop=auth, cnonce="c", nc=00000002`],
    ['auth without a word about qop', 'qop=auth', `rspauth="${auth}"`],
    ['auth with a qop unheard of', 'qop=auth', `rspauth="${auth}", qop=x`],
    ['upper-case digits', 'qop=auth', `rspauth="${auth.toUpperCase()}"`],
    ['auth-int', 'qop=auth-int', `rspauth="${authInt}", qop=auth-int`],
    ['auth-int without a word about qop', 'qop=auth-int', `rspauth="${authInt}"`],
    ['auth in answer to auth-int', 'qop=auth-int', `rspauth="${auth}", qop="AUTH"`],
    ['auth-int in answer to auth', 'qop=auth', `rspauth="${authInt}", qop=auth-int`],
    ['the form without qop', 'op=auth', `rspauth="${older}"`],
    ['the form without qop, whatever qop the answer names', 'op=auth', `rspauth="${older}", qop=auth`],
    ['no proof at all', 'qop=auth', 'nextnonce="x", qop=auth'],
  ])('is content with %s', (_, params, info) => {
    expect(verify(`algorithm=SHA-256, ${params}`, info, '{"ä":1}')).toBe(true)
  })

  it.each<[string, string, string, string]>([
    ['another proof', 'qop=auth', `rspauth="${auth.replace(/^./, (c) => (c === '0' ? '1' : '0'))}"`, ''],
    ['an empty proof', 'qop=auth', 'rspauth=""', ''],
    ['a proof cut short', 'qop=auth', `rspauth="${auth.slice(0, -1)}"`, ''],
    ['a proof of another qop', 'qop=auth', `rspauth="${older}"`, ''],
    ['a proof of another body', 'qop=auth-int', `rspauth="${authInt}", qop=auth-int`, '{"ä":2}'],
  ])('is not content with %s', (_, params, info, body) => {
    expect(verify(`algorithm=SHA-256, ${params}`, info, body)).toBe(false)
  })
})
