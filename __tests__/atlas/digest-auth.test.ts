import { describe, expect, it } from '@jest/globals'
import { DigestAuth } from '../../src/atlas/digest-auth.js'
import { OutcomeUnknownError } from '../../src/atlas/errors.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { TITLES } from '../../src/titles.js'
import {
  createChallenge,
  createResponse,
  readCredential,
  type Step,
  scripted,
  thrownBy,
} from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

const url = new URL('https://cloud.example/api/atlas/v2/groups/1/clusters/c/backup/snapshots?page=1')
const headers = { accept: 'application/json' }
const get: HttpRequest = { purpose: 'read snapshot 1', method: 'GET', url, headers }
const post: HttpRequest = { ...get, purpose: 'create a snapshot', method: 'POST', body: '{}' }
const ok = createResponse(200, { id: 1 })
const lost = new OutcomeUnknownError({ title: 'Title', message: 'Message.', remedy: 'Remedy.' })

/**
 * `ok`, or a 401 without a challenge (`401`), with a nonce (`A`), with a stale nonce (`A!`), of another realm (`A?`), of
 * any of these without an error code (`-A`), or with an error code.
 */
function toStep(word: string): Step {
  if (word === 'ok') return ok
  if (word === '401') return createResponse(401)
  const [, page, nonce, mark] = /^(-?)([A-Z])([!?]?)$/.exec(word) ?? []
  if (nonce !== undefined) {
    const challenge = createChallenge(nonce, `stale=${mark === '!'}`, mark === '?' ? 'Größe' : undefined)
    return page === '-' ? { ...challenge, body: '<html>' } : challenge
  }
  // The code alone shows the reason, even with a stale nonce.
  const { headers } = createChallenge('Z', 'stale=true')
  return { ...createResponse(401, { errorCode: word }), headers }
}

/** The authentication with a script. `nonces` returns the nonce and `nc` of each request, `bare` without credentials. */
function createAuth(steps: readonly Step[]) {
  const { send, requests } = scripted(...steps)
  const key = { kind: 'apiKey', publicKey: 'public', privateKey: 'private' } as const
  const auth = new DigestAuth(send, key, { fraction: () => 0, hex: () => 'c0ffee' })
  const nonces = () =>
    requests.map((request) => {
      const nonce = readCredential(request, 'nonce')
      return nonce === 'none' ? 'bare' : `${nonce}:${Number(readCredential(request, 'nc'))}`
    })
  return {
    send: (request: HttpRequest) => auth.send(request, new AbortController().signal),
    requests,
    nonces,
  }
}

it('signs a request and changes nothing else', async () => {
  const { send, requests } = createAuth([createChallenge('A'), ok])
  expect(await send(post)).toStrictEqual({ response: ok, authenticated: true, credential: 'apiKey' })
  expect(requests).toStrictEqual([
    post,
    { ...post, headers: { ...headers, authorization: expect.stringMatching(/^Digest /) } },
  ])
  const parameters = ['username', 'uri', 'cnonce'].map((name) => readCredential(requests[1], name))
  expect(parameters).toStrictEqual(['public', `${url.pathname}${url.search}`, 'c0ffee'])
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
    ['get a new nonce before each POST', 'GET POST GET', 'A ok B ok ok', 'bare A:1 bare B:1 B:2', 200],
    ['end after two if the key is invalid', 'GET', 'A B', 'bare A:1', 401],
    ['end after a stale nonce if the key is invalid', 'POST', 'A B! C', 'bare A:1 B:1', 401],
    ['end if the key becomes invalid', 'GET GET', 'A ok B C', 'bare A:1 A:2 B:1', 401],
    ['replace three stale nonces in a row', 'POST', 'A B! C! D! ok', 'bare A:1 B:1 C:1 D:1', 200],
    [
      'replace three more for the next request',
      'GET GET',
      'A B! C! D! ok E! F! G! ok',
      'bare A:1 B:1 C:1 D:1 D:2 E:1 F:1 G:1',
      200,
    ],
    // A gateway has its own challenge.
    ['also answer the challenge of another realm', 'POST', 'A B? ok', 'bare A:1 B:1', 200],
    ['end after the second 401 in another realm', 'GET', 'A B? C?', 'bare A:1 B:1', 401],
    ['end after a page with a stale challenge in response to a POST', 'POST', 'A -B!', 'bare A:1', 401],
    ['end after a page with another realm in response to a POST', 'POST', 'A -B?', 'bare A:1', 401],
    ['answer the stale challenge of a page in response to a GET', 'GET', 'A -B! ok', 'bare A:1 B:1', 200],
    [
      'keep the nonce after a 401 for a missing role',
      'GET GET GET',
      'A ok USER_UNAUTHORIZED NOT_IN_GROUP',
      'bare A:1 A:2 A:3',
      401,
    ],
  ])('%s', async (_, requests, script, expected, status) => {
    const { send, nonces } = createAuth(script.split(' ').map(toStep))
    const responses = []
    for (const method of requests.split(' ')) responses.push(await send(method === 'GET' ? get : post))
    expect(responses.at(-1)).toMatchObject({ response: { status }, authenticated: true })
    expect(nonces()).toStrictEqual(expected.split(' '))
  })

  // Such a 401 is from a cache or a proxy.
  it.each([
    ['repeats the nonce of the request', toStep('A')],
    ['repeats the nonce of the request as a stale one', toStep('A!')],
    ['is a page', createResponse(401, '<html>')],
  ])('end with an unknown outcome if a 401 %s', async (_, step) => {
    const { send, nonces } = createAuth([toStep('A'), step])
    expect(await thrownBy(() => send(post))).toMatchObject({
      name: 'NonAtlasResponseError',
      title: TITLES.nonceRejected,
      message: mentioning(post.purpose, 'HTTP 401'),
      mayHaveExecuted: true,
    })
    expect(nonces()).toStrictEqual(['bare', 'A:1'])
  })

  it('end when a fourth nonce in a row is stale', async () => {
    const { send, nonces } = createAuth(['A', 'B!', 'C!', 'D!', 'E!'].map(toStep))
    expect(await thrownBy(() => send(post))).toMatchObject({
      name: 'RejectedError',
      title: TITLES.nonceRejected,
      message: mentioning(post.purpose),
      response: { status: 401 },
    })
    expect(nonces()).toStrictEqual(['bare', 'A:1', 'B:1', 'C:1', 'D:1'])
  })
})

describe('a request without credentials', () => {
  it.each([200, 403, 429, 503])('is not repeated after a %i', async (status) => {
    const { send, nonces } = createAuth([createResponse(status)])
    expect(await send(post)).toMatchObject({ response: { status }, authenticated: false })
    expect(nonces()).toStrictEqual(['bare'])
  })

  it('is not executed if its response is lost, unlike one with credentials', async () => {
    expect(await thrownBy(() => createAuth([lost]).send(post))).toMatchObject({
      name: 'NotExecutedError',
      cause: lost,
    })
    expect(await thrownBy(() => createAuth([createChallenge('A'), lost]).send(post))).toBe(lost)
  })

  it('is rejected after a 401 with a code but no supported challenge', async () => {
    const challenge = { 'www-authenticate': 'Basic realm="x"' }
    const { send, nonces } = createAuth([createResponse(401, { errorCode: 'ODD' }, challenge)])
    expect(await thrownBy(() => send(get))).toMatchObject({
      name: 'RejectedError',
      title: TITLES.digestNotOffered,
      message: mentioning(get.purpose, 'HTTP 401', 'ODD'),
      response: { status: 401, errorCode: 'ODD' },
    })
    expect(nonces()).toStrictEqual(['bare'])
  })

  it.each(['<html>', ''])('is not executed after a 401 without a challenge and a code: %j', async (body) => {
    const { send } = createAuth([createResponse(401, body)])
    expect(await thrownBy(() => send(post))).toMatchObject({
      name: 'NonAtlasResponseError',
      title: TITLES.digestNotOffered,
      mayHaveExecuted: false,
    })
  })
})
