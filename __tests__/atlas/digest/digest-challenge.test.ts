import { describe, expect, it } from '@jest/globals'
import { parseChallenges } from '../../../src/atlas/digest/challenge.js'
import { chooseChallenge } from '../../../src/atlas/digest/digest-challenge.js'

const choose = (...lines: string[]) => chooseChallenge(parseChallenges(lines))
const digest = (extra: string): string => `Digest realm="r", nonce="n"${extra && `, ${extra}`}`

describe('chooseChallenge', () => {
  it("reads Atlas's challenge", () => {
    const line =
      'Digest realm="MMS Public API", domain="", nonce="SlgYP7Tv3FS/BuCj/x4WQRIV1bNKdpJg", algorithm=MD5, qop="auth", stale=false'
    const chosen = choose(line)
    expect(chosen).toEqual({
      realm: 'MMS Public API',
      nonce: 'SlgYP7Tv3FS/BuCj/x4WQRIV1bNKdpJg',
      algorithm: { name: 'MD5', hash: 'md5', session: false, strength: 1 },
      algorithmAsSent: 'MD5',
      qop: 'auth',
      userhash: false,
      charset: false,
      stale: false,
    })
    expect(Object.keys(chosen ?? {})).not.toContain('opaque')
  })

  it('reads op="auth" as the form of RFC 2069, and no algorithm as MD5', () => {
    expect(choose(digest('op="auth"'))).toEqual({
      realm: 'r',
      nonce: 'n',
      algorithm: { name: 'MD5', hash: 'md5', session: false, strength: 1 },
      qop: undefined,
      userhash: false,
      charset: false,
      stale: false,
    })
    expect(Object.keys(choose(digest('')) ?? {})).not.toContain('algorithmAsSent')
  })

  it.each([
    ['md5', 'MD5', 'md5', false],
    ['MD5-Sess', 'MD5-sess', 'md5', true],
    ['"sha-256"', 'SHA-256', 'sha256', false],
    ['SHA-256-SESS', 'SHA-256-sess', 'sha256', true],
    ['Sha-512-256', 'SHA-512-256', 'sha512-256', false],
    ['sha-512-256-sess', 'SHA-512-256-sess', 'sha512-256', true],
  ])('knows the algorithm %s and keeps its spelling', (sent, name, hash, session) => {
    const chosen = choose(digest(`algorithm=${sent}`))
    expect(chosen?.algorithm).toMatchObject({ name, hash, session })
    expect(chosen?.algorithmAsSent).toBe(sent.replaceAll('"', ''))
  })

  it.each([
    ['qop="auth"', 'auth'],
    ['qop=auth', 'auth'],
    ['qop="auth-int"', 'auth-int'],
    ['qop="auth,auth-int"', 'auth'],
    ['qop="auth-int,auth"', 'auth'],
    ['qop=" Auth-Int ,\tAUTH , x"', 'auth'],
    ['qop="auth-int auth"', 'auth'],
    ['qop="token, AUTH-INT"', 'auth-int'],
    ['qop=auth-int,auth', 'auth'],
    ['qop=auth-int,auth, opaque="o"', 'auth'],
    ['qop=auth-int, opaque="o"', 'auth-int'],
    ['qop=""', undefined],
    ['qop=" , "', undefined],
    ['op="auth"', undefined],
  ])('answers %s with %s', (param, qop) => {
    const chosen = choose(digest(param))
    expect(chosen).toBeDefined()
    expect(chosen?.qop).toBe(qop)
  })

  it.each(['userhash', 'stale'] as const)(
    'reads %s in any case, quoted or bare, and only true as true',
    (name) => {
      for (const text of ['true', '"true"', 'TRUE', '"True"']) {
        expect(choose(digest(`${name}=${text}`))?.[name]).toBe(true)
      }
      for (const text of ['false', 'yes', '""', '1'])
        expect(choose(digest(`${name}=${text}`))?.[name]).toBe(false)
    },
  )

  it('reads charset in any case, and only UTF-8 as UTF-8', () => {
    expect(choose(digest('charset=utf-8'))?.charset).toBe(true)
    expect(choose(digest('charset="UTF-8"'))?.charset).toBe(true)
    expect(choose(digest('charset=ISO-8859-1'))?.charset).toBe(false)
  })

  it.each<[string, string[], string]>([
    [
      'the strongest',
      [digest('algorithm=MD5, opaque=a, Digest realm=r, nonce=m, algorithm=SHA-256')],
      'SHA-256',
    ],
    [
      'SHA-512-256 of all',
      ['SHA-256', 'SHA-512-256', 'MD5'].map((a) => digest(`algorithm=${a}`)),
      'SHA-512-256',
    ],
    ['MD5 if it is all there is', ['Basic realm="r"', digest(''), 'Negotiate abc=='], 'MD5'],
    ['a weaker one before an unknown', [digest('algorithm=SHA-512'), digest('algorithm=MD5')], 'MD5'],
    ['the first of equals', ['SHA-256-sess', 'SHA-256'].map((a) => digest(`algorithm=${a}`)), 'SHA-256-sess'],
    ['the first of equals again', ['MD5', 'MD5-sess'].map((a) => digest(`algorithm=${a}`)), 'MD5'],
    [
      'a weaker one that can be answered',
      [digest('algorithm=SHA-256, qop="x"'), digest('algorithm=MD5, qop="auth"')],
      'MD5',
    ],
  ])('chooses %s', (_, lines, name) => {
    expect(choose(...lines)?.algorithm.name).toBe(name)
  })

  it.each<[string, string[]]>([
    ['no challenge', []],
    ['only Basic', ['Basic realm="r"']],
    ['Basic that looks like Digest', ['Basic realm="r", nonce="n", algorithm=MD5, qop="auth"']],
    ['only a token', ['Negotiate abc==']],
    ['Digest without anything', ['Digest']],
    ['no realm', ['Digest nonce="n"']],
    ['no nonce', ['Digest realm="r"']],
    ['a nonce that is never closed', ['Digest realm="r", nonce="n']],
    ['an unknown algorithm', [digest('algorithm=SHA-512')]],
    ['an algorithm that is a name of Object', [digest('algorithm=constructor')]],
    ['an empty algorithm', [digest('algorithm=""')]],
    ['only unknown qop values', [digest('qop="auth-conf, x"')]],
    ['a nonce with a line feed', ['Digest realm="r", nonce="n\r\nX-Evil: 1"']],
    ['a nonce with an escaped line feed', ['Digest realm="r", nonce="n\\\nX"']],
    ['a realm with a zero', ['Digest realm="r\0", nonce="n"']],
    ['a realm with a DEL', ['Digest realm="r\x7f", nonce="n"']],
    ['an opaque with an escape', [digest('opaque="\x1b[0m"')]],
    ['a nonce that is no octets', ['Digest realm="r", nonce="n\u0100"']],
  ])('answers nothing to %s', (_, lines) => {
    expect(choose(...lines)).toBeUndefined()
  })

  it('takes an empty realm, an empty nonce and an empty opaque as they are', () => {
    expect(choose('Digest realm="", nonce="", opaque=""')).toMatchObject({ realm: '', nonce: '', opaque: '' })
  })
})
