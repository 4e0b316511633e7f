import { describe, expect, it } from '@jest/globals'
import { DigestSession, type SignedRequest } from '../../../src/atlas/digest/session.js'
import { expectedResponse, hashOf, parseAuthorization } from './verifier.js'

const atlas =
  'Digest realm="MMS Public API", domain="", nonce="SlgYP7Tv3FS/BuCj/x4WQRIV1bNKdpJg", algorithm=MD5, qop="auth", stale=false'
const credentials = { username: 'abcdefgh', password: '5f0a8ba1-0000-4000-8000-000000000000' }
const get = { method: 'GET', uri: '/api/atlas/v2/groups/1/clusters/c?pretty=true', body: '' }
const known = { ...credentials, method: 'GET' }

function newSession(): DigestSession {
  let drawn = 0
  return new DigestSession(credentials, () => {
    drawn += 1
    return `cnonce${drawn}`
  })
}

function challenged(nonce = 'n1', extra = 'qop="auth"'): DigestSession {
  const session = newSession()
  session.challenge([`Digest realm="r", nonce="${nonce}", ${extra}`])
  return session
}

const sent = (signed: SignedRequest) => parseAuthorization(signed.header).values
const rspauth = ({ header }: SignedRequest): string =>
  expectedResponse(parseAuthorization(header), { ...known, method: '' })

describe('DigestSession', () => {
  it('starts without a nonce and then signs nothing', () => {
    const session = newSession()
    expect(session.ready).toBe(false)
    expect(() => session.sign(get)).toThrow('before the server has sent a digest challenge')
  })

  it("answers Atlas's challenge so that a server accepts it", () => {
    const session = newSession()
    expect(session.challenge([atlas])).toEqual({ stale: false })
    expect(session.ready).toBe(true)
    const signed = session.sign(get)
    const parsed = parseAuthorization(signed.header)
    expect(Object.fromEntries(sent(signed))).toEqual({
      username: 'abcdefgh',
      realm: 'MMS Public API',
      nonce: 'SlgYP7Tv3FS/BuCj/x4WQRIV1bNKdpJg',
      uri: get.uri,
      response: expectedResponse(parsed, known),
      algorithm: 'MD5',
      cnonce: 'cnonce1',
      qop: 'auth',
      nc: '00000001',
    })
    expect(signed.header).not.toContain(credentials.password)
  })

  it('counts up on one nonce from 1, with a fresh cnonce each time', () => {
    const session = challenged()
    const signed = [1, 2, 3].map(() => session.sign(get))
    expect(signed.map(({ counts }) => counts.nc)).toEqual([1, 2, 3])
    expect(signed.map((one) => sent(one).get('nc'))).toEqual(['00000001', '00000002', '00000003'])
    expect(signed.map((one) => sent(one).get('cnonce'))).toEqual(['cnonce1', 'cnonce2', 'cnonce3'])
    for (const { header } of signed) {
      const parsed = parseAuthorization(header)
      expect(parsed.values.get('response')).toBe(expectedResponse(parsed, known))
    }
  })

  it('signs what it is given: method, target and, for auth-int, body', () => {
    const session = challenged('n1', 'qop="auth-int"')
    const { header } = session.sign({ method: 'POST', uri: '/x', body: '{"ä":1}' })
    const parsed = parseAuthorization(header)
    expect(parsed.values.get('response')).toBe(
      expectedResponse(parsed, { ...known, method: 'POST', body: '{"ä":1}' }),
    )
  })

  it('forgets the nonce when told to', () => {
    const session = challenged()
    session.forget()
    expect(session.ready).toBe(false)
    expect(() => session.sign(get)).toThrow()
  })

  it('starts at 1 again on a new nonce', () => {
    const session = challenged('n1')
    session.sign(get)
    expect(session.challenge(['Digest realm="r", nonce="n2", qop="auth", stale=TRUE'])).toEqual({
      stale: true,
    })
    const signed = session.sign(get)
    expect([signed.counts.nc, sent(signed).get('nonce')]).toEqual([1, 'n2'])
  })

  it('never uses one count twice on one nonce, be it handed out twice or forgotten in between', () => {
    const session = challenged('n1')
    session.sign(get)
    session.challenge(['Digest realm="r", nonce="n1", qop="auth"'])
    expect(session.sign(get).counts.nc).toBe(2)
    session.forget()
    session.challenge(['Digest realm="r", nonce="n1", qop="auth"'])
    expect(session.sign(get).counts.nc).toBe(3)
  })

  it('is not ready after a challenge that cannot be answered', () => {
    const session = challenged()
    expect(session.challenge(['Basic realm="r"'])).toBeUndefined()
    expect(session.ready).toBe(false)
    expect(session.challenge([])).toBeUndefined()
  })

  it('chooses the strongest of several challenges in several lines', () => {
    const session = newSession()
    session.challenge([
      'Basic realm="r"',
      atlas,
      'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"',
    ])
    expect(sent(session.sign(get)).get('algorithm')).toBe('SHA-256')
  })

  describe('accept', () => {
    it('takes an answer without Authentication-Info', () => {
      const session = challenged()
      expect(session.accept(session.sign(get), undefined, '{}')).toBe(true)
      expect(session.sign(get).counts.nc).toBe(2)
    })

    it('takes over nextnonce, starts at 1 on it and keeps the rest of the challenge', () => {
      const session = challenged('n1', 'qop="auth", opaque="o", algorithm=SHA-256')
      session.sign(get)
      expect(session.accept(session.sign(get), 'nextnonce="n\\"2"', '')).toBe(true)
      const signed = session.sign(get)
      expect(signed.counts.nc).toBe(1)
      expect(Object.fromEntries(sent(signed))).toMatchObject({
        nonce: 'n"2',
        nc: '00000001',
        opaque: 'o',
        algorithm: 'SHA-256',
      })
      const parsed = parseAuthorization(signed.header)
      expect(parsed.values.get('response')).toBe(expectedResponse(parsed, known))
    })

    it('counts on where nextnonce is the nonce in use', () => {
      const session = challenged('n1')
      session.accept(session.sign(get), 'nextnonce="n1"', '')
      expect(session.sign(get).counts.nc).toBe(2)
    })

    it.each(['nextnonce=""', 'nextnonce="a\nb"', 'nextnonce="\u0100"'])('ignores %j', (info) => {
      const session = challenged('n1')
      expect(session.accept(session.sign(get), info, '')).toBe(true)
      const signed = session.sign(get)
      expect([signed.counts.nc, sent(signed).get('nonce')]).toEqual([2, 'n1'])
    })

    it('ignores the nextnonce of an answer to an older nonce', () => {
      const session = challenged('n1')
      const [first, second] = [session.sign(get), session.sign(get)]
      session.accept(first, 'nextnonce="n2"', '')
      expect(session.sign(get).counts.nc).toBe(1)
      session.accept(second, 'nextnonce="n3"', '')
      expect(sent(session.sign(get)).get('nonce')).toBe('n2')
    })

    it('does not take up a nonce again after it was told to forget it', () => {
      const session = challenged('n1')
      const signed = session.sign(get)
      session.forget()
      expect(session.accept(signed, 'nextnonce="n2"', '')).toBe(true)
      expect(session.ready).toBe(false)
      session.challenge(['Digest realm="r", nonce="n1", qop="auth"'])
      expect(session.sign(get).counts.nc).toBe(2)
    })

    it('checks the proof of the server, also of an answer that comes after the nonce has changed', () => {
      const session = challenged('n1')
      const [first, second] = [session.sign(get), session.sign(get)]
      expect(session.accept(second, `rspauth="${rspauth(second)}", qop=auth, nextnonce="n2"`, '')).toBe(true)
      expect(session.accept(first, `rspauth="${rspauth(first)}", qop=auth`, '')).toBe(true)
      expect(session.accept(first, `rspauth="${rspauth(second)}", qop=auth`, '')).toBe(false)
    })

    it('refuses a wrong proof, and the nonce that comes with it', () => {
      const session = challenged('n1')
      expect(session.accept(session.sign(get), `rspauth="${'0'.repeat(32)}", nextnonce="n2"`, '')).toBe(false)
      expect(sent(session.sign(get)).get('nonce')).toBe('n1')
    })

    it('covers the body of the answer with auth-int', () => {
      const session = challenged('n1', 'qop="auth-int"')
      const signed = session.sign(get)
      const parsed = parseAuthorization(signed.header)
      const proof = expectedResponse(parsed, { ...known, method: '', body: '{"ok":"ä"}' })
      expect(session.accept(signed, `rspauth="${proof}", qop=auth-int`, '{"ok":"ä"}')).toBe(true)
      expect(session.accept(signed, `rspauth="${proof}", qop=auth-int`, '{}')).toBe(false)
    })
  })

  describe.each(['MD5-sess', 'SHA-256-sess', 'SHA-512-256-sess'])('with %s', (algorithm) => {
    const extra = `algorithm=${algorithm}, qop="auth"`

    it('keeps one cnonce while its nonce lives, so that both ways to read the RFC agree', () => {
      const session = challenged('n1', extra)
      for (const nc of ['00000001', '00000002', '00000003']) {
        const parsed = parseAuthorization(session.sign(get).header)
        expect([parsed.values.get('nc'), parsed.values.get('cnonce')]).toEqual([nc, 'cnonce1'])
        expect(parsed.values.get('response')).toBe(expectedResponse(parsed, known))
        const first = { nonce: 'n1', cnonce: 'cnonce1' }
        expect(parsed.values.get('response')).toBe(expectedResponse(parsed, { ...known, session: first }))
      }
    })

    it('keeps the session key when nextnonce changes the nonce', () => {
      const session = challenged('n1', extra)
      session.accept(session.sign(get), 'nextnonce="n2"', '')
      const parsed = parseAuthorization(session.sign(get).header)
      expect(Object.fromEntries(parsed.values)).toMatchObject({
        nonce: 'n2',
        nc: '00000001',
        cnonce: 'cnonce1',
      })
      const first = { nonce: 'n1', cnonce: 'cnonce1' }
      expect(parsed.values.get('response')).toBe(expectedResponse(parsed, { ...known, session: first }))
    })

    it('starts a new session with each challenge', () => {
      const session = challenged('n1', extra)
      session.sign(get)
      session.challenge([`Digest realm="r", nonce="n2", ${extra}`])
      const parsed = parseAuthorization(session.sign(get).header)
      expect(parsed.values.get('cnonce')).toBe('cnonce2')
      expect(parsed.values.get('response')).toBe(expectedResponse(parsed, known))
    })

    it("checks the server's proof with the session key", () => {
      const session = challenged('n1', extra)
      session.accept(session.sign(get), 'nextnonce="n2"', '')
      const signed = session.sign(get)
      const first = { nonce: 'n1', cnonce: 'cnonce1' }
      const parsed = parseAuthorization(signed.header)
      const proof = expectedResponse(parsed, { ...known, method: '', session: first })
      expect(session.accept(signed, `rspauth="${proof}", qop=auth`, '')).toBe(true)
      expect(session.accept(signed, `rspauth="${hashOf('MD5', ['x'])}", qop=auth`, '')).toBe(false)
    })
  })
})
