import { describe, expect, it } from '@jest/globals'
import { DigestAuth } from '../../src/atlas/digest-auth.js'
import { OutcomeUnknownError } from '../../src/atlas/errors.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import {
  createChallenge,
  createResponse,
  readCredential,
  type Step,
  scripted,
  thrownBy,
} from '../support/answers.js'

const url = new URL('https://cloud.example/api/atlas/v2/groups/1/clusters/c/backup/snapshots?page=1')
const get: HttpRequest = {
  purpose: 'Reading snapshot 1',
  method: 'GET',
  url,
  headers: { accept: 'application/json' },
}
const post: HttpRequest = { purpose: 'Taking a snapshot', method: 'POST', url, headers: {}, body: '{}' }
const signal = new AbortController().signal
const ok = createResponse(200, { id: 1 })
const lost = new OutcomeUnknownError({ title: 'Lost', message: 'reset', remedy: 'again' })

/** An authenticator in front of a script, and the nonce and nc that each request bore. */
function rig(...steps: readonly Step[]) {
  const { send, requests } = scripted(...steps)
  const key = { kind: 'apiKey', publicKey: 'public', privateKey: 'private' } as const
  const auth = new DigestAuth(send, key, { fraction: () => 0, hex: () => 'c0ffee' })
  const used = () =>
    requests.map((request) => {
      const nonce = readCredential(request, 'nonce')
      return nonce === 'none' ? 'bare' : `${nonce}:${Number(readCredential(request, 'nc'))}`
    })
  return { authenticate: (request: HttpRequest) => auth.send(request, signal), requests, used }
}

describe('a first request', () => {
  it('goes without credentials, and again with the answer to the challenge', async () => {
    const { authenticate, requests, used } = rig(createChallenge('A'), ok)
    expect(await authenticate(get)).toEqual({ response: ok, authenticated: true, credential: 'apiKey' })
    expect(used()).toEqual(['bare', 'A:1'])
    expect(requests[1]?.headers['accept']).toBe('application/json')
    expect(readCredential(requests[1], 'uri')).toBe(
      '/api/atlas/v2/groups/1/clusters/c/backup/snapshots?page=1',
    )
    expect(readCredential(requests[1], 'username')).toBe('public')
  })

  it.each([200, 403, 429, 503])(
    'that is answered by %i though it bore no credentials says so',
    async (status) => {
      const { authenticate, used } = rig(createResponse(status))
      expect(await authenticate(post)).toMatchObject({ response: { status }, authenticated: false })
      expect(used()).toEqual(['bare'])
    },
  )

  it('that is lost was not executed', async () => {
    const { authenticate } = rig(lost)
    expect(await thrownBy(() => authenticate(post))).toMatchObject({ name: 'NotExecutedError', cause: lost })
  })

  it('that is lost with credentials may have been executed', async () => {
    const { authenticate } = rig(createChallenge('A'), lost)
    expect(await thrownBy(() => authenticate(post))).toBe(lost)
  })

  it.each<[string, Record<string, string>]>([
    ['no challenge', {}],
    ['Basic only', { 'www-authenticate': 'Basic realm="x"' }],
    ['an unknown algorithm only', { 'www-authenticate': 'Digest realm="x", nonce="n", algorithm=FOO' }],
  ])('that is answered by a 401 with %s is refused', async (_, headers) => {
    const { authenticate, used } = rig(createResponse(401, { errorCode: 'ODD' }, headers))
    const error = await thrownBy(() => authenticate(get))
    expect(error).toMatchObject({
      name: 'RejectedError',
      title: 'The server offers no digest authentication',
      message:
        'Reading snapshot 1: HTTP 401 Unauthorized, ODD, without a digest challenge that can be answered.',
      response: { status: 401, errorCode: 'ODD' },
    })
    expect(used()).toEqual(['bare'])
  })

  it('takes the strongest of several challenges', async () => {
    const lines = [
      'Digest realm="x", nonce="weak", algorithm=MD5, qop="auth"',
      'Digest realm="x", nonce="strong", algorithm=SHA-256, qop="auth"',
    ]
    const { authenticate, used } = rig(createResponse(401, {}, { 'www-authenticate': lines }), ok)
    await authenticate(get)
    expect(used()).toEqual(['bare', 'strong:1'])
  })
})

describe('a wrong key', () => {
  it('takes two requests, and its 401 stands', async () => {
    const { authenticate, used } = rig(createChallenge('A'), createChallenge('B'))
    expect(await authenticate(get)).toMatchObject({ response: { status: 401 }, authenticated: true })
    expect(used()).toEqual(['bare', 'A:1'])
  })

  it('takes one request more where its nonce was refused as stale before', async () => {
    const { authenticate, used } = rig(
      createChallenge('A'),
      createChallenge('B', 'stale=true'),
      createChallenge('C'),
    )
    expect(await authenticate(post)).toMatchObject({ response: { status: 401 }, authenticated: true })
    expect(used()).toEqual(['bare', 'A:1', 'B:1'])
  })
})

describe.each(['USER_UNAUTHORIZED', 'NOT_IN_GROUP'])('401 %s', (errorCode) => {
  const refused = createResponse(
    401,
    { errorCode },
    { 'www-authenticate': 'Digest realm="x", nonce="B", qop="auth", stale=true' },
  )

  it('stands, to a fresh nonce', async () => {
    const { authenticate, used } = rig(createChallenge('A'), refused)
    expect(await authenticate(get)).toEqual({ response: refused, authenticated: true, credential: 'apiKey' })
    expect(used()).toEqual(['bare', 'A:1'])
  })

  it('stands, to a reused one, and leaves that in use', async () => {
    const { authenticate, used } = rig(createChallenge('A'), ok, refused, ok)
    await authenticate(get)
    expect(await authenticate(get)).toEqual({ response: refused, authenticated: true, credential: 'apiKey' })
    await authenticate(get)
    expect(used()).toEqual(['bare', 'A:1', 'A:2', 'A:3'])
  })
})

describe('reads one after the other', () => {
  it('count up on one nonce', async () => {
    const { authenticate, used } = rig(createChallenge('A'), ok, ok, ok)
    for (let reads = 0; reads < 3; reads++) await authenticate(get)
    expect(used()).toEqual(['bare', 'A:1', 'A:2', 'A:3'])
  })

  it('go on with the new nonce after a stale one, without a request in between', async () => {
    const { authenticate, used } = rig(createChallenge('A'), ok, createChallenge('B', 'stale=true'), ok, ok)
    for (let reads = 0; reads < 3; reads++) await authenticate(get)
    expect(used()).toEqual(['bare', 'A:1', 'A:2', 'B:1', 'B:2'])
  })

  it('fetch a challenge each, once a reused nonce was refused without stale', async () => {
    const { authenticate, used } = rig(
      ...[createChallenge('A'), ok],
      ...[createChallenge('B'), ok],
      ...[createChallenge('C'), ok],
      ...[createChallenge('D'), ok],
    )
    for (let reads = 0; reads < 4; reads++) await authenticate(get)
    expect(used()).toEqual(['bare', 'A:1', 'A:2', 'B:1', 'bare', 'C:1', 'bare', 'D:1'])
  })

  it('ask for a challenge anew where a reused nonce is refused without one', async () => {
    const { authenticate, used } = rig(
      createChallenge('A'),
      ok,
      createResponse(401),
      createChallenge('B'),
      ok,
    )
    await authenticate(get)
    expect(await authenticate(get)).toEqual({ response: ok, authenticated: true, credential: 'apiKey' })
    expect(used()).toEqual(['bare', 'A:1', 'A:2', 'bare', 'B:1'])
  })

  it('say that the key is wrong where it becomes so in between', async () => {
    const { authenticate, used } = rig(createChallenge('A'), ok, createChallenge('B'), createChallenge('C'))
    await authenticate(get)
    expect(await authenticate(get)).toMatchObject({ response: { status: 401 }, authenticated: true })
    expect(used()).toEqual(['bare', 'A:1', 'A:2', 'B:1'])
  })
})

describe('a nonce that is refused as stale', () => {
  const stale = (nonce: string) => createChallenge(nonce, 'stale=true')

  it('is replaced three times in a row', async () => {
    const { authenticate, used } = rig(createChallenge('A'), stale('B'), stale('C'), stale('D'), ok)
    expect(await authenticate(post)).toEqual({ response: ok, authenticated: true, credential: 'apiKey' })
    expect(used()).toEqual(['bare', 'A:1', 'B:1', 'C:1', 'D:1'])
  })

  it('is not replaced a fourth time', async () => {
    const { authenticate, used } = rig(createChallenge('A'), stale('B'), stale('C'), stale('D'), stale('E'))
    expect(await thrownBy(() => authenticate(post))).toMatchObject({
      name: 'RejectedError',
      title: 'Atlas refuses every nonce',
      message: 'Taking a snapshot: one digest nonce after the other was refused as stale.',
      response: { status: 401 },
    })
    expect(used()).toEqual(['bare', 'A:1', 'B:1', 'C:1', 'D:1'])
  })

  it('counts anew with each request', async () => {
    const { authenticate } = rig(
      ...[createChallenge('A'), stale('B'), stale('C'), stale('D'), ok],
      ...[stale('E'), stale('F'), stale('G'), ok],
    )
    await authenticate(get)
    expect(await authenticate(get)).toEqual({ response: ok, authenticated: true, credential: 'apiKey' })
  })
})

describe('a POST', () => {
  it('starts without credentials though there is a nonce, and reads go on with the new one', async () => {
    const { authenticate, used } = rig(createChallenge('A'), ok, createChallenge('B'), ok, ok)
    await authenticate(get)
    await authenticate(post)
    await authenticate(get)
    expect(used()).toEqual(['bare', 'A:1', 'bare', 'B:1', 'B:2'])
  })
})
