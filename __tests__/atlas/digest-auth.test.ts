import { describe, expect, it } from '@jest/globals'
import { DigestAuth } from '../../src/atlas/digest-auth.js'
import type { HttpRequest, HttpResponse } from '../../src/atlas/http.js'
import { TITLES } from '../../src/titles.js'
import {
  createChallenge,
  createResponse,
  get,
  never,
  post,
  readCredential,
  type ScriptedResponse,
  scripted,
  thrownBy,
} from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost } from '../support/scripted-client.js'

const ok = createResponse(200, { id: 1 })

/** The recorded bodies of Atlas's 401, and a page. */
const BODIES: Readonly<Record<string, HttpResponse>> = {
  '+': createResponse(401, { error: 401, reason: 'Unauthorized', detail: 'You are not authorized.' }),
  '.': createResponse(401, ''),
  '-': createResponse(401, '<html>'),
}

/**
 * `ok`, or a 401 without a challenge (`401`), with a nonce (`A`), with a stale nonce (`A!`), of another realm (`A?`), any of
 * these in the older form (`+A`), without a body (`.A`), or as a page (`-A`), or a 401 with an error code.
 */
function toResponse(word: string): HttpResponse {
  if (word === 'ok') return ok
  if (word === '401') return createResponse(401)
  const [, form = '', nonce, mark] = /^([-+.]?)([A-Z])([!?]?)$/.exec(word) ?? []
  if (nonce !== undefined) {
    const challenge = createChallenge(nonce, `stale=${mark === '!'}`, mark === '?' ? 'Größe' : undefined)
    return { ...challenge, body: BODIES[form]?.body ?? challenge.body }
  }
  if (word === 'ODD') return createResponse(401, { errorCode: word })
  // The code alone shows the reason, even with a stale nonce.
  const { headers } = createChallenge('Z', 'stale=true')
  return { ...createResponse(401, { errorCode: word }), headers }
}

/** The authentication with a script. `nonces` returns the nonce and `nc` of each request, `bare` without credentials. */
function createAuth(responses: readonly ScriptedResponse[]) {
  const { send, requests } = scripted(...responses)
  const key = { kind: 'apiKey', publicKey: 'public', privateKey: 'private' } as const
  const auth = new DigestAuth(send, key, { fraction: () => 0, hex: () => 'c0ffee' })
  const nonces = () =>
    requests.map((request) => {
      const nonce = readCredential(request, 'nonce')
      return nonce === 'none' ? 'bare' : `${nonce}:${Number(readCredential(request, 'nc'))}`
    })
  return {
    send: (request: HttpRequest) => auth.send(request, never),
    requests,
    nonces,
  }
}

it('signs a request and changes nothing else', async () => {
  const { send, requests } = createAuth([createChallenge('A'), ok])
  expect(await send(post)).toStrictEqual({ response: ok, authenticated: true, credential: 'apiKey' })
  expect(requests).toStrictEqual([
    post,
    { ...post, headers: { ...post.headers, authorization: expect.stringMatching(/^Digest /) } },
  ])
  const parameters = ['username', 'uri', 'cnonce'].map((name) => readCredential(requests[1], name))
  expect(parameters).toStrictEqual(['public', `${post.url.pathname}${post.url.search}`, 'c0ffee'])
})

describe('requests', () => {
  it.each([
    ['reuse one nonce with a higher nc', 'GET GET GET', 'A ok ok ok', 'bare A:1 A:2 A:3', 200],
    ['replace a stale nonce', 'GET GET GET', 'A ok B! ok ok', 'bare A:1 A:2 B:1 B:2', 200],
    [
      'get a new nonce each time after a reused nonce was rejected as not stale',
      'GET GET GET GET',
      'A ok B ok C ok D ok',
      'bare A:1 A:2 B:1 bare C:1 bare D:1',
      200,
    ],
    ['get a new nonce after a 401 without one', 'GET GET', 'A ok 401 B ok', 'bare A:1 A:2 bare B:1', 200],
    ['get a new nonce after a 401 with the used one', 'GET GET', 'A ok A B ok', 'bare A:1 A:2 bare B:1', 200],
    ['count on if the server repeats a nonce', 'GET POST', 'A ok A ok', 'bare A:1 bare A:2', 200],
    ['get a new nonce before each POST', 'GET POST GET', 'A ok B ok ok', 'bare A:1 bare B:1 B:2', 200],
    ['end after two if the key is invalid', 'POST', 'A B', 'bare A:1', 401],
    ['end after two if the key is invalid, in the older form', 'POST', '+A +B', 'bare A:1', 401],
    ['end after two if the key is invalid, without a body', 'POST', '.A .B', 'bare A:1', 401],
    ['end after two if the key is invalid, on a page to a GET', 'GET', '-A -B', 'bare A:1', 401],
    ['end after a code without a challenge', 'POST', 'A ODD', 'bare A:1', 401],
    ['end after a stale nonce if the key is invalid', 'POST', 'A B! C', 'bare A:1 B:1', 401],
    ['end if the key becomes invalid', 'GET GET', 'A ok B C', 'bare A:1 A:2 B:1', 401],
    ['replace three stale nonces in a row', 'POST', 'A B! +C! .D! ok', 'bare A:1 B:1 C:1 D:1', 200],
    [
      'replace three more for the next request',
      'GET GET',
      'A B! C! D! ok E! F! G! ok',
      'bare A:1 B:1 C:1 D:1 D:2 E:1 F:1 G:1',
      200,
    ],
    // The first challenge was from a gateway.
    ['also answer the challenge of another realm', 'POST', 'A B? ok', 'bare A:1 B:1', 200],
    ['answer the stale challenge of a page in response to a GET', 'GET', 'A -B! ok', 'bare A:1 B:1', 200],
    [
      'keep the nonce after a 401 for a missing role',
      'GET GET GET',
      'A ok USER_UNAUTHORIZED NOT_IN_GROUP',
      'bare A:1 A:2 A:3',
      401,
    ],
  ])('%s', async (_, requests, script, expected, status) => {
    const { send, nonces } = createAuth(script.split(' ').map(toResponse))
    const responses = []
    for (const method of requests.split(' ')) responses.push(await send(method === 'GET' ? get : post))
    expect(responses.at(-1)).toMatchObject({ response: { status }, authenticated: true })
    expect(nonces()).toStrictEqual(expected.split(' '))
  })

  // Such a 401 is from a cache or a proxy, which can send it after Atlas executed the POST.
  it.each([
    ['repeats the nonce of the request', 'A'],
    ['repeats the nonce of the request as a stale one', 'A!'],
    ['has the challenge of another realm and no body', '.B?'],
    ['is a page with the challenge of another realm', '-B?'],
    ['is a page without a challenge', '401'],
    ['is a page with a challenge', '-B'],
    ['is a page with a stale challenge', '-B!'],
  ])('end with an unknown outcome if a 401 to a POST %s', async (_, word) => {
    const { send, nonces } = createAuth([toResponse('A'), toResponse(word)])
    expect(await thrownBy(() => send(post))).toMatchObject({
      name: 'NonAtlasResponseError',
      title: TITLES.nonceRejected,
      message: mentioning(post.purpose, 'HTTP 401'),
      mayHaveExecuted: true,
    })
    expect(nonces()).toStrictEqual(['bare', 'A:1'])
  })

  it('were not executed and can be retried if a fourth nonce in a row is stale', async () => {
    const { send, nonces } = createAuth(['A', 'B!', 'C!', 'D!', 'E!', 'F', 'ok'].map(toResponse))
    expect(await thrownBy(() => send(post))).toMatchObject({
      name: 'NotExecutedError',
      title: TITLES.nonceRejected,
      message: mentioning(post.purpose),
      mayHaveExecuted: false,
    })
    expect(nonces()).toStrictEqual(['bare', 'A:1', 'B:1', 'C:1', 'D:1'])
    expect(await send(post)).toMatchObject({ response: { status: 200 } })
  })

  it('of a POST use one connection, which is new when the first one leaves', async () => {
    const { send, requests } = createAuth(['A', 'B!', 'ok', 'ok'].map(toResponse))
    await send({ ...post, newConnection: true })
    await send(get)
    expect(requests.map(({ newConnection = false }) => newConnection)).toStrictEqual([
      true,
      false,
      false,
      false,
    ])
  })
})

describe('a request without credentials', () => {
  it.each([200, 403, 429, 503])('is not repeated after a %i', async (status) => {
    const { send, nonces } = createAuth([createResponse(status)])
    expect(await send(post)).toMatchObject({ response: { status }, authenticated: false })
    expect(nonces()).toStrictEqual(['bare'])
  })

  it('is not executed if its response is lost, unlike one with credentials', async () => {
    const error = lost()
    expect(await thrownBy(() => createAuth([() => error]).send(post))).toMatchObject({
      name: 'NotExecutedError',
      cause: error,
    })
    expect(await thrownBy(() => createAuth([createChallenge('A'), () => error]).send(post))).toBe(error)
  })

  it.each(['<html>', '', { errorCode: 'ODD' }])(
    'ends with a 401 without a supported challenge: %j',
    async (body) => {
      const { send, nonces } = createAuth([
        createResponse(401, body, { 'www-authenticate': 'Basic realm="x"' }),
      ])
      expect(await thrownBy(() => send(post))).toMatchObject({
        name: 'NonAtlasResponseError',
        title: TITLES.digestNotOffered,
        message: mentioning(post.purpose, 'HTTP 401'),
        mayHaveExecuted: false,
      })
      expect(nonces()).toStrictEqual(['bare'])
    },
  )
})
