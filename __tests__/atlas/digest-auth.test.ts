import { describe, expect, it } from '@jest/globals'
import { DigestAuth } from '../../src/atlas/digest-auth.js'
import type { HttpRequest, HttpResponse } from '../../src/atlas/http.js'
import { createResponse, get, never, post, ScriptedServer, toResponse } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

/** A 401 with the nonce `A`. After a comma, it can be `stale` or have an error code. Any other word is for `toResponse`. */
function toAnswer(word: string): HttpResponse | Error {
  const [nonce = '', trait] = word.split(',')
  if (!/^[A-Z]$/.test(nonce)) return toResponse(word)
  const challenge = `Digest realm="MMS Public API", nonce="${nonce}", algorithm=MD5, qop="auth", stale=${trait === 'stale'}`
  return createResponse(401, { errorCode: trait }, { 'www-authenticate': challenge })
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
  const auth = new DigestAuth(send, key, { fraction: () => 0, hex: (bytes) => 'c0'.repeat(bytes) })
  const act = (method: string) => auth.send(method === 'GET' ? get : post, never)
  return { requests: server.requests, play: (script: string) => server.play(script, act) }
}

it('digest authentication signs a request and changes nothing else', async () => {
  const { play, requests } = createAuth()
  await play('POST bare>A A:1>ok')
  const authorization = expect.stringMatching(/^Digest /)
  expect(requests).toStrictEqual([
    post,
    { ...post, headers: { ...post.headers, authorization }, authenticated: true },
  ])
  const [, signed = post] = requests
  const parameters = ['username', 'uri'].map((name) => readParameter(signed, name))
  expect(parameters).toStrictEqual(['public', `${post.url.pathname}${post.url.search}`])
})

it('nobody can predict a client nonce, because it has 128 random bits', async () => {
  const { play, requests } = createAuth()
  await play('POST bare>A A:1>ok')
  expect(readParameter(requests[1] ?? post, 'cnonce')).toBe('c0'.repeat(16))
})

describe('digest authentication', () => {
  // Whether the result comes from Atlas, and not from a proxy, follows from the challenge.
  it.each<[string, string, boolean]>([
    ['signs each request with the last challenge', 'GET bare>A A:1>ok POST A:2>ok GET A:3>ok', false],
    ['answers a new challenge', 'GET bare>A A:1>ok GET A:2>B,stale B:1>ok GET B:2>ok', false],
    ['answers a new challenge of a POST', 'GET bare>A A:1>ok POST A:2>B,stale B:1>ok', false],
    // Some servers reject a used nonce so.
    ['answers a challenge that is not stale', 'GET bare>A A:1>ok GET A:2>B B:1>ok', false],
    ['answers several challenges', 'POST bare>A A:1>B,stale B:1>C,stale C:1>ok', false],
    ['returns a rejection of the key', 'POST bare>A A:1>B', true],
    ['returns a rejection of the key after a stale nonce', 'POST bare>A A:1>B,stale B:1>C', true],
    ['returns a rejection of a key that was valid', 'GET bare>A A:1>ok GET A:2>B B:1>C', true],
    ['returns a 401 for a missing role', 'GET bare>A A:1>ok GET A:2>Z,USER_UNAUTHORIZED', false],
    ['keeps the challenge then', 'GET bare>A A:1>Z,NOT_IN_GROUP GET A:2>ok', false],
    ['returns a 401 without a challenge', 'GET bare>A A:1>401', false],
    ['returns a first 401 without a challenge', 'POST bare>401', false],
    ['returns the first response, too', 'POST bare>503', false],
  ])('%s: %s', async (_, script, isProvenAtlas) => {
    const { play, requests } = createAuth()
    const results = await play(script)
    const [lastRequest, word = ''] = script.split(' ').at(-1)?.split('>') ?? []
    const request = requests.at(-1)
    const exchange = { request, response: toAnswer(word), credential: 'apiKey', isProvenAtlas }
    expect(results.at(-1)).toStrictEqual(exchange)
    expect(request?.authenticated ?? false).toBe(lastRequest !== 'bare')
  })

  it('gives up after too many challenges, and continues with the next request', async () => {
    const { play } = createAuth()
    const script = 'POST bare>A A:1>B,stale B:1>C,stale C:1>D,stale POST D:1>ok'
    expect(await play(script)).toMatchObject([
      {
        ...{ meaning: 'notExecuted', help: { title: TITLES.noValidResponse }, mayHaveExecuted: false },
        message: mentioning(post.purpose),
      },
      { response: { status: 200 } },
    ])
  })
})
