import { describe, expect, it } from '@jest/globals'
import { DigestAuth } from '../../src/atlas/digest-auth.js'
import type { HttpRequest, HttpResponse } from '../../src/atlas/http.js'
import { TITLES } from '../../src/titles.js'
import {
  createResponse,
  get,
  lostResponse,
  never,
  post,
  ScriptedServer,
  toResponse,
} from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

const { nonceRejected, digestNotOffered } = TITLES

/** The bodies of a 401 of Atlas in its older form, without a body, and of a page. */
const BODIES: Readonly<Record<string, unknown>> = {
  older: { error: 401, reason: 'Unauthorized', detail: 'You are not authorized.' },
  empty: '',
  page: '<html>',
}

/**
 * A 401 with the nonce `A`. After commas, it can be `stale`, `foreign` (of another realm), one of `BODIES`, or an error code.
 * Any other word is for `toResponse`.
 */
function toAnswer(word: string): HttpResponse | Error {
  const [nonce = '', ...traits] = word.split(',')
  if (!/^[A-Z]$/.test(nonce)) return toResponse(word)
  const realm = traits.includes('foreign') ? 'Größe' : 'MMS Public API'
  const errorCode = traits.find((trait) => /^[A-Z_]+$/.test(trait)) ?? 'UNEXPECTED_ERROR'
  const form = traits.find((trait) => trait in BODIES)
  return createResponse(401, form === undefined ? { errorCode } : BODIES[form], {
    'www-authenticate': `Digest realm="${realm}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", stale=${traits.includes('stale')}`,
  })
}

/** A parameter of the `Authorization` header. */
function readParameter({ headers }: HttpRequest, name: string): string | undefined {
  return new RegExp(`\\b${name}="?([^",]*)"?`).exec(headers['authorization'] ?? '')?.[1]
}

/** The authentication with a server. Scripts call a request by its nonce and `nc`, or `bare` without credentials. */
function createAuth() {
  const server = new ScriptedServer(toAnswer)
  const send = server.createSend((request) => {
    const nonce = readParameter(request, 'nonce')
    return nonce === undefined ? 'bare' : `${nonce}:${Number(readParameter(request, 'nc'))}`
  })
  const key = { kind: 'apiKey', publicKey: 'public', privateKey: 'private' } as const
  const auth = new DigestAuth(send, key, { fraction: () => 0, hex: () => 'c0ffee' })
  const act = (method: string) => auth.send(method === 'GET' ? get : post, never)
  return { requests: server.requests, play: (script: string) => server.play(script, act) }
}

it('signs a request and changes nothing else', async () => {
  const { play, requests } = createAuth()
  await play('POST bare>A A:1>ok')
  const authorization = expect.stringMatching(/^Digest /)
  const { newConnection: _, ...onKeptConnection } = post
  expect(requests).toStrictEqual([post, { ...onKeptConnection, headers: { ...post.headers, authorization } }])
  const [, signed = post] = requests
  const parameters = ['username', 'uri', 'cnonce'].map((name) => readParameter(signed, name))
  expect(parameters).toStrictEqual(['public', `${post.url.pathname}${post.url.search}`, 'c0ffee'])
})

describe('requests', () => {
  it.each([
    ['reuse one nonce with a higher nc', 'GET bare>A A:1>ok GET A:2>ok GET A:3>ok'],
    ['replace a stale nonce', 'GET bare>A A:1>ok GET A:2>B,stale B:1>ok GET B:2>ok'],
    [
      'get a new nonce each time after a reused nonce was rejected as not stale',
      'GET bare>A A:1>ok GET A:2>B B:1>ok GET bare>C C:1>ok GET bare>D D:1>ok',
    ],
    ['get a new nonce after a 401 without one', 'GET bare>A A:1>ok GET A:2>401 bare>B B:1>ok'],
    ['get a new nonce after a 401 with the used one', 'GET bare>A A:1>ok GET A:2>A bare>B B:1>ok'],
    ['count on if the server repeats a nonce', 'GET bare>A A:1>ok POST bare>A A:2>ok'],
    ['get a new nonce before each POST', 'GET bare>A A:1>ok POST bare>B B:1>ok GET B:2>ok'],
    ['end after two if the key is invalid', 'POST bare>A A:1>B'],
    ['end after two if the key is invalid, in the older form', 'POST bare>A,older A:1>B,older'],
    ['end after two if the key is invalid, without a body', 'POST bare>A,empty A:1>B,empty'],
    ['end after two if the key is invalid, on a page to a GET', 'GET bare>A,page A:1>B,page'],
    ['end after a code without a challenge', 'POST bare>A A:1>ODD'],
    ['end after a stale nonce if the key is invalid', 'POST bare>A A:1>B,stale B:1>C'],
    ['end if the key becomes invalid', 'GET bare>A A:1>ok GET A:2>B B:1>C'],
    [
      'replace three stale nonces in a row, and three more for the next request',
      'POST bare>A A:1>B,stale B:1>C,older,stale C:1>D,empty,stale D:1>ok GET D:2>E,stale E:1>F,stale F:1>G,stale G:1>ok',
    ],
    // The first challenge was from a gateway.
    ['also answer the challenge of another realm', 'POST bare>A A:1>B,foreign B:1>ok'],
    ['answer the stale challenge of a page in response to a GET', 'GET bare>A A:1>B,page,stale B:1>ok'],
    // The code alone shows the reason, even with a stale nonce.
    [
      'keep the nonce after a 401 for a missing role',
      'GET bare>A A:1>ok GET A:2>Z,stale,USER_UNAUTHORIZED GET A:3>Z,stale,NOT_IN_GROUP',
    ],
    ['end without credentials after another status', 'POST bare>503'],
  ])('%s', async (_, script) => {
    const results = await createAuth().play(script)
    const [lastRequest, word = ''] = script.split(' ').at(-1)?.split('>') ?? []
    const authenticated = lastRequest !== 'bare'
    expect(results.at(-1)).toStrictEqual({ response: toAnswer(word), authenticated, credential: 'apiKey' })
  })

  // Such a 401 is from a cache or a proxy, which can send it after Atlas executed the POST.
  it.each([
    ['repeats the nonce of the request', 'POST bare>A A:1>A', nonceRejected],
    ['repeats the nonce of the request as a stale one', 'POST bare>A A:1>A,stale', nonceRejected],
    ['has the challenge of another realm and no body', 'POST bare>A A:1>B,empty,foreign', nonceRejected],
    ['is a page with the challenge of another realm', 'POST bare>A A:1>B,page,foreign', nonceRejected],
    ['is a page without a challenge', 'POST bare>A A:1>401', nonceRejected],
    ['is a page with a challenge', 'POST bare>A A:1>B,page', nonceRejected],
    ['is a page with a stale challenge', 'POST bare>A A:1>B,page,stale', nonceRejected],
    ['is the first one and has no challenge', 'POST bare>401', digestNotOffered],
    ['is the first one and has only a code', 'POST bare>ODD', digestNotOffered],
  ])('end with an error if a 401 %s', async (_, script, title) => {
    const [error] = await createAuth().play(script)
    expect(error).toMatchObject({
      meaning: 'notAtlas',
      title,
      message: mentioning(post.purpose, 'HTTP 401'),
      mayHaveExecuted: title === nonceRejected,
    })
  })

  it('were not executed and can be retried if a fourth nonce in a row is stale', async () => {
    const { play } = createAuth()
    const script = 'POST bare>A A:1>B,stale B:1>C,stale C:1>D,stale D:1>E,stale POST bare>F F:1>ok'
    const error = { title: nonceRejected, message: mentioning(post.purpose) }
    expect(await play(script)).toMatchObject([
      { ...error, meaning: 'notExecuted', mayHaveExecuted: false },
      { response: { status: 200 } },
    ])
  })

  it('of a POST use one connection, which is new when the first one leaves', async () => {
    const { play, requests } = createAuth()
    await play('POST bare>A A:1>B,stale B:1>ok GET B:2>ok')
    const areNew = requests.map(({ newConnection = false }) => newConnection)
    expect(areNew).toStrictEqual([true, false, false, false])
  })

  it('were not executed if the response is lost, unless they had credentials', async () => {
    const [bare, signed] = await createAuth().play('POST bare>lost POST bare>A A:1>lost')
    expect(bare).toMatchObject({ meaning: 'notExecuted', cause: lostResponse })
    expect(signed).toBe(lostResponse)
  })
})
