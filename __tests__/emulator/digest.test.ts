import { describe, expect, it } from '@jest/globals'
import { type DigestAlgorithm, type DigestConfig, demo } from '../../emulator/config.js'
import { digestResponse, parseDigestHeader } from '../../emulator/digest-authenticator.js'
import {
  authorize,
  type Call,
  freshChallenge,
  parameter,
  readChallenge,
  rig,
  snapshotsPath,
  toRequest,
} from '../support/emulator-client.js'

const call: Call = { target: snapshotsPath('demo') }

function get(machine: ReturnType<typeof rig>, authorization: string) {
  const { response } = machine.atlas.handle(toRequest({ ...call, authorization }))
  return { status: response.status, stale: parameter(readChallenge(response), 'stale'), answer: response }
}

describe('a digest response', () => {
  const rfc7616 = {
    username: 'Mufasa',
    realm: 'http-auth@example.org',
    password: 'Circle of Life',
    method: 'GET',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    qop: 'auth',
    nc: '00000001',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    body: '',
  } as const

  it('matches RFC 7616 section 3.9.1', () => {
    expect(digestResponse({ ...rfc7616, algorithm: 'MD5' })).toBe('8ca523f5e9506fed4657c9700eebdbec')
    expect(digestResponse({ ...rfc7616, algorithm: 'SHA-256' })).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    )
  })

  it('matches RFC 2617 section 3.5', () => {
    const response = digestResponse({
      ...rfc7616,
      algorithm: 'MD5',
      realm: 'testrealm@host.com',
      password: 'Circle Of Life',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      cnonce: '0a4f113b',
    })
    expect(response).toBe('6629fae49393a05397450978507c4ef1')
  })
})

describe('an Authorization header', () => {
  it('can have quoted or bare values, escapes, and any case and spacing', () => {
    const parameters = parseDigestHeader('dIgEsT  A="x, \\"y\\"" ,b = c,  username*=UTF-8\'\'%c3%a9')
    expect([...(parameters ?? [])]).toEqual([
      ['a', 'x, "y"'],
      ['b', 'c'],
      ['username*', "UTF-8''%c3%a9"],
    ])
  })

  it.each(['Basic dTpw', 'Digest a="x', 'Digest a=1, a=2', 'Digest a b', 'Digest'])(
    'is not a digest if it is %s',
    (header) => {
      expect(parseDigestHeader(header)).toBeUndefined()
    },
  )
})

describe('the checks of a digest', () => {
  it('allow a nonce again with other counts, in any order', () => {
    const machine = rig()
    const challenge = freshChallenge(machine.atlas)
    for (const nc of ['00000001', '00000003', '00000002', '000003ff'])
      expect(get(machine, authorize(challenge, call, { nc })).status).toBe(200)
    expect(machine.atlas.requests.slice(1).map((entry) => entry.nc)).toEqual([1, 3, 2, 0x3ff])
  })

  it('reject a repeated count without stale=true, as Jetty does', () => {
    const machine = rig()
    const authorization = authorize(freshChallenge(machine.atlas), call)
    expect(get(machine, authorization).status).toBe(200)
    expect(get(machine, authorization)).toMatchObject({ status: 401, stale: 'false' })
  })

  it.each([60, 5])('reject a nonce as stale after %d s', (nonceMaxAgeSeconds) => {
    const machine = rig(nonceMaxAgeSeconds === 60 ? {} : { digest: { nonceMaxAgeSeconds } })
    const challenge = freshChallenge(machine.atlas)
    machine.wait(nonceMaxAgeSeconds)
    expect(get(machine, authorize(challenge, call)).status).toBe(200)
    machine.wait(0.001)
    expect(get(machine, authorize(challenge, call, { nc: '00000002' }))).toMatchObject({
      status: 401,
      stale: 'true',
    })
  })

  it('reject an unknown nonce and a count at the limit as stale', () => {
    const machine = rig()
    const challenge = freshChallenge(machine.atlas)
    expect(get(machine, authorize(challenge.replace(/nonce="./, 'nonce="_'), call)).stale).toBe('true')
    expect(get(machine, authorize(challenge, call, { nc: '00000400' })).stale).toBe('true')
  })

  const refused: readonly [string, (header: string) => string][] = [
    ['a count of zero', () => ''],
    ['a count that is not a number', (header) => header.replace(/nc=\d+/, 'nc=x')],
    ['no count', (header) => header.replace(/nc=\d+, /, '')],
    ['no cnonce', (header) => header.replace(/, cnonce="[^"]*"/, '')],
    ['no qop', (header) => header.replace('qop=auth, ', '')],
    ['another qop', (header) => header.replace('qop=auth', 'qop=auth-int')],
    ['another realm', (header) => header.replace('MMS Public API', 'Other')],
    ['another uri', (header) => header.replace('uri="', 'uri="/x')],
    ['another algorithm', (header) => header.replace('algorithm=MD5', 'algorithm=SHA-256')],
    ['another name', (header) => header.replace(demo.publicKey, 'someone')],
    ['a wrong response', (header) => header.replace(/response="./, 'response="x')],
    ['a response of another length', (header) => header.replace(/response="./, 'response="é')],
    ['another scheme', () => 'Basic dG9rZW4='],
  ]

  it.each(refused)('reject %s', (what, change) => {
    const machine = rig()
    const challenge = freshChallenge(machine.atlas)
    const good = authorize(challenge, call, what === 'a count of zero' ? { nc: '00000000' } : {})
    expect(get(machine, change(good) || good)).toMatchObject({ status: 401, stale: 'false' })
  })

  it('use MD5 if the algorithm is missing', () => {
    const machine = rig()
    const header = authorize(freshChallenge(machine.atlas), call).replace('algorithm=MD5, ', '')
    expect(get(machine, header).status).toBe(200)
  })

  it.each([
    ['stale', 'true'],
    ['refused', 'false'],
  ] as const)('can limit nonces to one use: %s', (nonceReuse, stale) => {
    const machine = rig({ digest: { nonceReuse } })
    const challenge = freshChallenge(machine.atlas)
    expect(get(machine, authorize(challenge, call)).status).toBe(200)
    expect(get(machine, authorize(challenge, call, { nc: '00000002' }))).toMatchObject({ status: 401, stale })
  })
})

describe('other challenges', () => {
  function answerTo(digest: Partial<DigestConfig>, algorithm: DigestAlgorithm, more: string, qop?: string) {
    const machine = rig({ digest })
    const challenge = freshChallenge(machine.atlas)
    const nonce = parameter(challenge, 'nonce')
    const counted = qop === undefined ? {} : { qop, nc: '00000001', cnonce: 'abc' }
    const response = digestResponse({
      algorithm,
      username: demo.publicKey,
      realm: 'MMS Public API',
      password: demo.privateKey,
      method: 'GET',
      uri: call.target,
      nonce,
      ...counted,
    })
    const tail = qop === undefined ? '' : `, qop=${qop}, nc=00000001, cnonce="abc"`
    const header = `Digest username="${demo.publicKey}", realm="MMS Public API", nonce="${nonce}", uri="${call.target}", algorithm=${algorithm}, response="${response}"${tail}${more}`
    return { challenge, ...get(machine, header) }
  }

  it.each(['MD5', 'SHA-256'] as const)('can use %s', (algorithm) => {
    const { challenge, status } = answerTo({ algorithms: [algorithm] }, algorithm, '', 'auth')
    expect([parameter(challenge, 'algorithm'), status]).toEqual([algorithm, 200])
  })

  it('can offer auth-int, but reject it', () => {
    const { challenge, status } = answerTo({ qop: ['auth', 'auth-int'] }, 'MD5', '', 'auth')
    expect(challenge).toContain('qop="auth,auth-int"')
    expect(status).toBe(200)
    expect(answerTo({ qop: ['auth', 'auth-int'] }, 'MD5', '', 'auth-int').status).toBe(401)
  })

  it('can omit qop, as in RFC 2069', () => {
    const { challenge, status } = answerTo({ qop: [] }, 'MD5', '')
    expect(challenge).not.toContain('qop')
    expect(status).toBe(200)
  })

  it('can require opaque', () => {
    expect(answerTo({ opaque: 'o"'.slice(0, 1) }, 'MD5', ', opaque="o"', 'auth').status).toBe(200)
    expect(answerTo({ opaque: 'o' }, 'MD5', '', 'auth').status).toBe(401)
  })

  it('can be in separate header lines or in one', () => {
    const target = '/'
    const algorithms = ['SHA-256', 'MD5'] as const
    const lines = rig({ digest: { algorithms } }).atlas.handle(toRequest({ target })).response
    expect(lines.headers['WWW-Authenticate']).toHaveLength(2)
    const joined = rig({ digest: { algorithms, joined: true } }).atlas.handle(toRequest({ target })).response
    expect(joined.headers['WWW-Authenticate']).toMatch(/^Digest .*, Digest /)
  })
})
