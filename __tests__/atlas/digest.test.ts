import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { digestAuthorization, parseChallenge } from '../../src/atlas/digest.js'
import { assertProperty } from '../support/assertions.js'
import { anyText } from '../support/hostile-text.js'

interface Vector
  extends Readonly<Record<'source' | 'username' | 'password' | 'method' | 'uri' | 'response', string>> {
  readonly nc?: string
  readonly cnonce?: string
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../fixtures/digest-vectors.json', import.meta.url), 'utf8'),
)
/** Recorded from Atlas. */
const ATLAS =
  'Digest realm="MMS Public API", domain="", nonce="SlgYP7Tv3FS/BuCj/x4WQRIV1bNKdpJg", algorithm=MD5, qop="auth", stale=false'
const USER = { username: 'public', password: 'private' }
const GET = { method: 'GET', uri: '/a?b=c' }

/** The parameters of the `Authorization` header for a challenge. */
function authorize(challenge: string, user = USER, request = GET, use = { nc: 255, cnonce: 'c' }) {
  const parsed = parseChallenge([challenge])
  if (parsed === undefined) throw new Error(`no challenge: ${challenge}`)
  const header = digestAuthorization(parsed, user, request, use)
  expect(header).toMatch(/^Digest (\w+=("([^"\\]|\\.)*"|[\w-]+)(, |$))+$/)
  const parameters = [...header.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([\w-]+))/g)]
  return Object.fromEntries(
    parameters.map(([, name, quoted, bare]) => [name, quoted?.replace(/\\(.)/g, '$1') ?? bare]),
  )
}

describe('the Authorization header', () => {
  it.each(vectors)('has the response from $source with $algorithm', (vector) => {
    const { source, username, password, method, uri, response, nc, cnonce, ...echoed } = vector
    const parameters = Object.entries(echoed).map(([name, value]) => `${name}="${value}"`)
    const use = { nc: Number.parseInt(nc ?? '1', 16), cnonce: cnonce ?? 'unused' }
    const header = authorize(`Digest ${parameters.join(', ')}`, { username, password }, { method, uri }, use)
    const counted = nc === undefined ? {} : { nc, cnonce }
    expect(header).toStrictEqual({ username, uri, response, ...echoed, ...counted })
  })

  it.each([
    ['', {}],
    ['opaque=""', { opaque: '' }],
    ['opaque="a\\"b\\\\c"', { opaque: 'a"b\\c' }],
    // As the server spells it.
    ['algorithm=sha-256', { algorithm: 'sha-256' }],
  ])('echoes only the parameters that the challenge has: %s', (parameter, echoed) => {
    const { response, ...others } = authorize(`Digest realm="r", nonce="n", ${parameter}`)
    expect(response).toMatch(/^[0-9a-f]+$/)
    expect(others).toStrictEqual({ username: 'public', realm: 'r', nonce: 'n', uri: GET.uri, ...echoed })
  })

  it('has names and passwords in UTF-8, and the count in hexadecimal digits', () => {
    const md5 = (data: string) => createHash('md5').update(data).digest('hex')
    const user = { username: 'ü', password: 'ß' }
    expect(authorize('Digest realm="r", nonce="n", qop="auth"', user)).toMatchObject({
      username: Buffer.from(user.username).toString('latin1'),
      response: md5(`${md5('ü:r:ß')}:n:000000ff:c:auth:${md5('GET:/a?b=c')}`),
    })
  })
})

describe('a challenge', () => {
  it.each([
    ['in one of several lines', ['Basic realm="b"', ATLAS]],
    ['after another one in the same line', [`Basic realm="b", ${ATLAS}`]],
    ['after a scheme without parameters', [`Negotiate, ${ATLAS}`]],
    ['after a token', [`Negotiate YWJj==, ${ATLAS}`]],
    ['in lower case', [ATLAS.toLowerCase()]],
    ['with spaces around', [ATLAS.replaceAll('=', ' = ').replaceAll(',', ' ,')]],
    ['with a list of qop', [ATLAS.replace('qop="auth"', 'qop="auth-int, auth"')]],
    ['with a list of qop without quotes', ['Digest realm="r", qop=auth,auth-int, nonce="n"']],
    ['with an empty qop', ['Digest realm="r", qop="", nonce="n"']],
    ['with commas missing', ['Digest realm="r" nonce="n" qop="auth"']],
  ])('is found %s', (_, lines) => {
    expect(parseChallenge(lines)).toMatchObject({ nonce: expect.stringMatching(/./), algorithm: 'md5' })
  })

  it.each([
    ['without a challenge', []],
    ['without realm', ['Digest nonce="n"']],
    ['without nonce', ['Digest realm="r"']],
    ['with an unclosed nonce', ['Digest realm="r", nonce="n']],
    ['with an unknown algorithm', ['Digest realm="r", nonce="n", algorithm=SHA-512-256']],
    ['with a session algorithm', ['Digest realm="r", nonce="n", algorithm=MD5-sess']],
    ['with only qop=auth-int', ['Digest realm="r", nonce="n", qop="auth-int"']],
    ['with a character that could end the header', ['Digest realm="r", nonce="a\rb"']],
    ['with another scheme and the same parameters', ['Bearer realm="r", nonce="n"']],
  ])('is not found in a header %s', (_, lines) => {
    expect(parseChallenge(lines)).toBeUndefined()
  })

  it.each([
    [['Digest realm="r", nonce="1"', 'Digest realm="r", nonce="2", algorithm=SHA-256'], '2'],
    [['Digest realm="r", nonce="1", algorithm=MD5, Digest realm="r", nonce="2", algorithm=SHA-256'], '2'],
    [['Digest realm="r", nonce="1"', 'Digest realm="r", nonce="2"'], '1'],
    [['Digest realm="r", nonce="1", nonce="2"'], '1'],
  ])('is the first of the strongest ones: %j', (lines, nonce) => {
    expect(parseChallenge(lines)).toMatchObject({ nonce })
  })

  it.each([
    ['stale=true', true],
    ['stale="TRUE"', true],
    ['stale=false', false],
    ['opaque=""', false],
  ])('with %s has stale: %s', (parameter, stale) => {
    expect(parseChallenge([`Digest realm="r", nonce="n", ${parameter}`])).toMatchObject({ stale })
  })

  it('is parsed from any text without an exception', () => {
    assertProperty(fc.property(fc.array(anyText), (lines) => void parseChallenge(lines)))
  })
})
