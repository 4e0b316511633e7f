import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { authorization } from '../../../src/atlas/digest/authorization.js'
import { parseChallenges } from '../../../src/atlas/digest/challenge.js'
import { chooseChallenge, type DigestChallenge } from '../../../src/atlas/digest/digest-challenge.js'
import { assertProperty } from '../../support/property.js'
import { expectedResponse, hashOf, parseAuthorization } from './verifier.js'

interface Vector {
  source: string
  algorithm: string
  username: string
  password: string
  realm: string
  nonce: string
  opaque?: string
  uri: string
  method: string
  body?: string
  qop?: string
  nc?: string
  cnonce?: string
  charset?: string
  userhash?: string
  response: string
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../../fixtures/digest-vectors.json', import.meta.url), 'utf8'),
)
const mufasa = { username: 'Mufasa', password: 'Circle of Life' }
const get = { method: 'GET', uri: '/a?b=c', body: '' }

function digest(params: string): DigestChallenge {
  const chosen = chooseChallenge(parseChallenges([`Digest ${params}`]))
  if (chosen === undefined) throw new Error('no answerable challenge')
  return chosen
}

describe('authorization, with the published and computed vectors', () => {
  it.each(vectors)('$source, $algorithm', (vector) => {
    const { algorithm, realm, nonce, opaque, qop, charset, userhash } = vector
    const challenge = digest(
      [
        `realm="${realm}", nonce="${nonce}", algorithm=${algorithm}`,
        opaque && `opaque="${opaque}"`,
        qop && `qop="${qop}"`,
        charset && `charset=${charset}`,
        userhash && 'userhash=true',
      ]
        .filter(Boolean)
        .join(', '),
    )
    const { method, uri, body = '', cnonce = 'unused', nc = '1' } = vector
    const counts = { nc: Number.parseInt(nc, 16), cnonce }
    const { values } = parseAuthorization(authorization(challenge, vector, { method, uri, body }, counts))
    expect(Object.fromEntries(values)).toEqual({
      username: userhash ?? vector.username,
      realm,
      nonce,
      uri,
      response: vector.response,
      algorithm,
      ...(vector.cnonce && { cnonce }),
      ...(opaque && { opaque }),
      ...(qop && { qop, nc }),
      ...(userhash && { userhash: 'true' }),
    })
  })

  it("has the RFCs' own among them", () => {
    expect(vectors.filter(({ source }) => source.startsWith('RFC')).length).toBeGreaterThanOrEqual(5)
  })
})

describe('authorization', () => {
  it('is, for RFC 7616 section 3.9.1, this very header', () => {
    const challenge = digest(
      'realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    )
    const counts = { nc: 1, cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' }
    const request = { method: 'GET', uri: '/dir/index.html', body: '' }
    expect(authorization(challenge, mufasa, request, counts)).toBe(
      'Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001',
    )
  })

  const sign = (params: string, credentials = mufasa, request = get, nc = 1, cnonce = 'c') =>
    parseAuthorization(authorization(digest(params), credentials, request, { nc, cnonce }))

  it('quotes exactly what RFC 7616 section 3.4 wants quoted', () => {
    const { quoted, values } = sign('realm=r, nonce=n, opaque=o, algorithm="MD5", qop=auth, userhash="true"')
    expect([...quoted].sort()).toEqual(['cnonce', 'nonce', 'opaque', 'realm', 'response', 'uri', 'username'])
    expect([...values.keys()].sort()).toEqual([...quoted, 'algorithm', 'nc', 'qop', 'userhash'].sort())
  })

  it('spells the algorithm as the server did, and names none where it named none', () => {
    expect(sign('realm=r, nonce=n, algorithm=sha-256').values.get('algorithm')).toBe('sha-256')
    expect(sign('realm=r, nonce=n').values.has('algorithm')).toBe(false)
  })

  it('sends neither nc nor cnonce without qop, but the cnonce to a session algorithm', () => {
    const plain = sign('realm=r, nonce=n, algorithm=MD5')
    expect([...plain.values.keys()]).toEqual(['username', 'realm', 'nonce', 'uri', 'response', 'algorithm'])
    const session = sign('realm=r, nonce=n, algorithm=MD5-sess')
    expect(session.values.get('cnonce')).toBe('c')
    expect(session.values.has('nc')).toBe(false)
    expect(session.values.has('qop')).toBe(false)
  })

  it('sends nc as eight lower-case hexadecimal digits', () => {
    expect(sign('realm=r, nonce=n, qop=auth', mufasa, get, 0xabc).values.get('nc')).toBe('00000abc')
  })

  it('sends an opaque back, even an empty one, and none where there was none', () => {
    expect(sign('realm=r, nonce=n, opaque=""').values.get('opaque')).toBe('')
    expect(sign('realm=r, nonce=n').values.has('opaque')).toBe(false)
  })

  it('hashes values unescaped and escapes them again to send them', () => {
    const credentials = { username: 'a"b\\c', password: '"\\' }
    const params = 'realm="r\\"s\\\\t\\u", nonce="n\\"", opaque="\\\\", qop=auth'
    const header = authorization(digest(params), credentials, { ...get, uri: '/"' }, { nc: 1, cnonce: '"c' })
    expect(header).toContain('username="a\\"b\\\\c", realm="r\\"s\\\\tu", nonce="n\\"", uri="/\\""')
    expect(header).toContain('cnonce="\\"c", opaque="\\\\"')
    const parsed = parseAuthorization(header)
    expect(parsed.values.get('response')).toBe(expectedResponse(parsed, { ...credentials, method: 'GET' }))
  })

  it('hashes the octets of a realm that is no ASCII as the server sent them', () => {
    const wire = Buffer.from('Größe').toString('latin1')
    const { values } = sign(`realm="${wire}", nonce=n`)
    expect(values.get('realm')).toBe(wire)
    const ha1 = hashOf('MD5', ['Mufasa:Größe:Circle of Life'])
    expect(values.get('response')).toBe(hashOf('MD5', [`${ha1}:n:${hashOf('MD5', ['GET:/a?b=c'])}`]))
  })

  describe('with a name that is no ASCII', () => {
    const decomposed = { username: 'Ja\u0308s\u00f8n Doe', password: 'pa\u0308ss' }
    const composed = { username: 'J\u00e4s\u00f8n Doe', password: 'p\u00e4ss' }
    const responseOf = (params: string, known: typeof composed) => {
      const parsed = sign(params, decomposed)
      return [parsed.values.get('response'), expectedResponse(parsed, { ...known, method: 'GET' })]
    }

    it('sends it as username*, percent-encoded in UTF-8', () => {
      const { values, quoted } = sign('realm=r, nonce=n', composed)
      expect(values.get('username*')).toBe("UTF-8''J%C3%A4s%C3%B8n%20Doe")
      expect(quoted).not.toContain('username*')
      expect(values.has('username')).toBe(false)
    })

    it.each([
      ['\u20ac rates', "UTF-8''%E2%82%AC%20rates"],
      ['a\nb', "UTF-8''a%0Ab"],
      ['a\tb\x7f', "UTF-8''a%09b%7F"],
      ['\u00e9!#$&+-.^_`|~09azAZ', "UTF-8''%C3%A9!#$&+-.^_`|~09azAZ"],
      [
        '\u00e9 "%\'()*,/:;<=>?@[\\]{}',
        "UTF-8''%C3%A9%20%22%25%27%28%29%2A%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%7B%7D",
      ],
      ['😀', "UTF-8''%F0%9F%98%80"],
      ['\ud800', "UTF-8''%EF%BF%BD"],
    ])('encodes %j', (username, encoded) => {
      expect(sign('realm=r, nonce=n', { ...composed, username }).values.get('username*')).toBe(encoded)
    })

    it.each(['MD5', 'SHA-256', 'SHA-512-256'])(
      'sends its %s hash where the server takes userhash',
      (algorithm) => {
        const { values } = sign(`realm=r, nonce=n, userhash=true, algorithm=${algorithm}`, composed)
        expect(values.get('username')).toBe(hashOf(algorithm, [`${composed.username}:r`]))
        expect(values.get('userhash')).toBe('true')
        expect(values.has('username*')).toBe(false)
      },
    )

    it('normalises name and password where the server asks for UTF-8', () => {
      const [response, wanted] = responseOf('realm=r, nonce=n, charset=UTF-8', composed)
      expect(response).toBe(wanted)
      const params = 'realm=r, nonce=n, charset=UTF-8'
      expect(sign(params, decomposed).values.get('username*')).toBe("UTF-8''J%C3%A4s%C3%B8n%20Doe")
      const { values } = sign(`${params}, userhash=true`, decomposed)
      expect(values.get('username')).toBe(hashOf('MD5', [`${composed.username}:r`]))
    })

    it('leaves them as they are where it does not, in UTF-8 all the same', () => {
      const [response, wanted] = responseOf('realm=r, nonce=n', decomposed)
      expect(response).toBe(wanted)
    })
  })

  it('quotes a name of nothing but ASCII, and sends no userhash, where the server does not ask for it', () => {
    const { values } = sign('realm=r, nonce=n, charset=UTF-8')
    expect(values.get('username')).toBe('Mufasa')
    expect(values.has('userhash')).toBe(false)
  })

  it('makes the session key of the first nonce and cnonce, and the response of the present ones', () => {
    const challenge = digest('realm=r, nonce=n2, algorithm=SHA-256-sess, qop=auth')
    const session = { nonce: 'n1', cnonce: 'c1' }
    const header = parseAuthorization(authorization(challenge, mufasa, get, { nc: 1, cnonce: 'c2', session }))
    const known = { ...mufasa, method: 'GET' }
    expect(header.values.get('response')).toBe(expectedResponse(header, { ...known, session }))
    expect(header.values.get('response')).not.toBe(expectedResponse(header, known))
  })

  it('covers the body with auth-int only', () => {
    const response = (qop: string, body: string) =>
      sign(`realm=r, nonce=n, qop=${qop}`, mufasa, { ...get, body }).values.get('response')
    expect(response('auth-int', 'ä')).not.toBe(response('auth-int', 'b'))
    expect(response('auth', 'ä')).toBe(response('auth', 'b'))
  })

  it('can always be read and verified by a server', () => {
    const wire = fc
      .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) })
      .filter((text) => !text.includes('\x7f'))
    const inputs = fc.record({
      username: fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
      password: fc.string({ unit: 'binary' }),
      realm: wire,
      nonce: wire,
      opaque: fc.option(wire),
      algorithm: fc.option(
        fc.constantFrom('MD5', 'md5-sess', 'SHA-256', 'SHA-256-sess', 'sha-512-256', 'SHA-512-256-SESS'),
      ),
      qop: fc.option(fc.constantFrom('auth', 'auth-int')),
      userhash: fc.boolean(),
      charset: fc.boolean(),
      method: fc.constantFrom('GET', 'POST'),
      uri: fc.webPath(),
      body: fc.string({ unit: 'binary' }),
      nc: fc.integer({ min: 1, max: 0xffffffff }),
      cnonce: fc.base64String({ minLength: 4 }),
    })
    const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
    assertProperty(
      fc.property(inputs, (input) => {
        const { realm, nonce, opaque, algorithm, qop, userhash, charset, nc, cnonce, ...request } = input
        const challenge = digest(
          [
            `realm=${quote(realm)}, nonce=${quote(nonce)}, userhash=${userhash}`,
            opaque === null ? '' : `opaque=${quote(opaque)}`,
            algorithm === null ? '' : `algorithm=${algorithm}`,
            qop === null ? '' : `qop="${qop}"`,
            charset ? 'charset=UTF-8' : '',
          ].join(', '),
        )
        const header = authorization(challenge, input, request, { nc, cnonce })
        expect(header).not.toMatch(/[^\x20-\x7e\x80-\xff]/)
        const parsed = parseAuthorization(header)
        const { values } = parsed
        const norm = (text: string): string => (charset ? text.normalize('NFC') : text)
        const known = { ...request, username: norm(input.username), password: norm(input.password) }
        expect(values.get('realm')).toBe(realm)
        expect(values.get('nonce')).toBe(nonce)
        expect(values.get('opaque') ?? null).toBe(opaque)
        expect(values.get('uri')).toBe(request.uri)
        expect(Number.parseInt(values.get('nc') ?? nc.toString(16), 16)).toBe(nc)
        const encoded = values.get('username*')?.replace(/^UTF-8''/, '')
        if (!userhash) {
          // A lone surrogate has no UTF-8 form; it is sent and hashed as the replacement character.
          const name = encoded === undefined ? values.get('username') : decodeURIComponent(encoded)
          expect(name).toBe(Buffer.from(known.username).toString())
        }
        expect(values.get('response')).toBe(expectedResponse(parsed, known))
      }),
      { numRuns: 500 },
    )
  })
})
