import { describe, expect, it } from '@jest/globals'
import { demoAccount } from '../../simulation/access.js'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { HttpResponse } from '../../src/atlas/http.js'
import { ServiceAccountAuth } from '../../src/atlas/service-account-auth.js'
import { LogLines } from '../support/captured-output.js'
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
import { TITLES } from '../support/titles.js'

const basic = Buffer.from(`${demoAccount.clientId}:${demoAccount.clientSecret}`).toString('base64')
const page = (challenge: string) => createResponse(401, 'a page', { 'www-authenticate': challenge })

/** A response with a token. */
function token(value: string, more: Readonly<Record<string, unknown>> = {}): HttpResponse {
  return createResponse(200, { access_token: value, expires_in: 3_600, token_type: 'Bearer', ...more })
}

const RESPONSES: Readonly<Record<string, HttpResponse>> = {
  denied: createResponse(401, { error: 401, reason: 'Unauthorized', detail: 'You are not authorized.' }),
  conflict: createResponse(400, { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }),
  scopePage: { ...page('Bearer error="insufficient_scope"'), status: 403 },
  page: page('Basic realm="gateway"'),
  bearerPage: page('Bearer error="invalid_token"'),
  bothPage: page('Basic realm="gateway", bearer'),
  t1: token('t1'),
  t2: token('t2'),
}

/**
 * The authentication with a server. A script calls a request by its token, and those of the authentication `token` and
 * `revoke`. Its actions are requests, `CLOSE`, and a number of milliseconds to wait.
 *
 * @param more replaces responses
 * @param latencyMs of each token request
 */
function createAuth(more: Readonly<Record<string, HttpResponse>> = {}, latencyMs = 0) {
  const clock = new VirtualClock()
  const log = new LogLines()
  const server = new ScriptedServer((word) => more[word] ?? RESPONSES[word] ?? toResponse(word))
  const send = server.createSend(({ url, headers: { authorization = 'bare' } }) =>
    url.pathname.startsWith('/api/oauth/')
      ? url.pathname.replace('/api/oauth/', '')
      : authorization.replace('Bearer ', ''),
  )
  const auth = new ServiceAccountAuth({
    baseUrl: 'https://cloud.example',
    account: demoAccount,
    send: async (request, signal) => {
      if (request.url.pathname.endsWith('/token')) await clock.sleep(latencyMs)
      return send(request, signal)
    },
    clock,
    logger: log,
    setSecret: () => undefined,
  })
  const act = (action: string): Promise<unknown> => {
    if (/^\d/.test(action)) return clock.advance(Number(action))
    if (action === 'CLOSE') return clock.run(auth.close(never))
    return clock.run(auth.send(action === 'GET' ? get : post, never))
  }
  return { log, requests: server.requests, play: (script: string) => server.play(script, act) }
}

it('requests get a token, have it, and are otherwise unchanged, until it is revoked', async () => {
  const { play, requests } = createAuth()
  await play('GET token>t1 t1>ok POST t1>ok CLOSE revoke>200')
  const withToken = { authorization: 'Bearer t1' }
  const tokenRequest = {
    purpose: expect.any(String),
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${basic}`,
    },
  }
  expect(requests).toStrictEqual([
    {
      ...tokenRequest,
      url: new URL('https://cloud.example/api/oauth/token'),
      body: 'grant_type=client_credentials',
    },
    { ...get, headers: { ...get.headers, ...withToken }, authenticated: true },
    { ...post, headers: { ...post.headers, ...withToken }, authenticated: true },
    {
      ...tokenRequest,
      url: new URL('https://cloud.example/api/oauth/revoke'),
      body: 'token=t1&token_type_hint=access_token',
    },
  ])
})

describe('requests', () => {
  it.each([
    ['are repeated once with a new token after a 401', 'POST token>t1 t1>denied token>t2 t2>denied'],
    // A new token has the same roles.
    ['are not repeated after a 401 for a missing role', 'GET token>t1 t1>USER_UNAUTHORIZED'],
    ['are not repeated after another status', 'POST token>t1 t1>conflict POST t1>scopePage'],
    ['are repeated once after a page with Bearer', 'GET token>t1 t1>bearerPage token>t2 t2>bearerPage'],
    ['are repeated once after a page with Bearer', 'POST token>t1 t1>bothPage token>t2 t2>bothPage'],
    ['are not repeated after a page without Bearer, and keep the token', 'POST token>t1 t1>page GET t1>ok'],
  ])('%s: %s', async (_, script) => {
    const { play, requests } = createAuth()
    const results = await play(script)
    const word = script.replace(/.*>/, '')
    expect(results.at(-1)).toStrictEqual({
      request: requests.at(-1),
      response: RESPONSES[word] ?? toResponse(word),
      credential: 'serviceAccount',
      isProvenAtlas: /^b.*Page$/.test(word),
    })
  })

  it('have an unknown outcome if the response is lost', async () => {
    const results = await createAuth().play('GET token>t1 t1>lost POST t1>denied token>t2 t2>lost')
    for (const result of results) expect(result).toBe(lostResponse)
  })

  it('are not sent without a token', async () => {
    const results = await createAuth().play('GET token>403 POST token>t1 t1>denied token>503')
    expect(results).toMatchObject([
      { meaning: 'notAtlas', mayHaveExecuted: false },
      { meaning: 'unknown', mayHaveExecuted: false },
    ])
  })
})

describe('a token', () => {
  it.each([
    [3_600, 0, 3_240_000],
    [1, 0, 900],
    // Its time starts with the request.
    [100, 20_000, 70_000],
  ])('that is valid for %i s is renewed before it expires', async (expires_in, latencyMs, renewedAfterMs) => {
    const { play } = createAuth(
      { t1: token('t1', { expires_in }), t2: token('t2', { expires_in }) },
      latencyMs,
    )
    await play(`GET token>t1 t1>ok ${renewedAfterMs - 1} GET t1>ok 1 GET token>t2 t2>ok`)
  })

  it.each([undefined, null, 0, -1, '3600'])('is not renewed if expires_in is %j', async (expires_in) => {
    const { play } = createAuth({ t1: token('t1', { expires_in }) })
    await play(`GET token>t1 t1>ok ${1_000 * 3_600_000} GET t1>ok`)
  })
})

/** The error of a POST if the token endpoint sends this response. */
async function refusal(response: HttpResponse): Promise<unknown> {
  const [error] = await createAuth({ refused: response }).play('POST token>refused')
  return error
}

describe('a token request', () => {
  it('is successful with any status from 200 to 299', async () => {
    const issued = token('t1')
    await createAuth({ t1: { ...issued, status: 299 } }).play('GET token>t1 t1>ok')
    expect(await refusal({ ...issued, status: 199 })).toMatchObject({ meaning: 'unknown' })
    expect(await refusal({ ...issued, status: 300 })).toMatchObject({ meaning: 'untrusted' })
  })

  it.each<unknown>([
    '<html>',
    '',
    'null',
    '[{"access_token": "t"}]',
    {},
    ...['', 1234, 'a b', 'a\r\nx-evil: b', 'ü'].map((token) => ({ access_token: token })),
  ])('fails with a retryable error if the response is %j', async (body) => {
    expect(await refusal(createResponse(200, body))).toMatchObject({
      meaning: 'unknown',
      mayHaveExecuted: false,
      help: { title: TITLES.noValidResponse },
      message: mentioning('HTTP 200', 'get an access token'),
    })
  })

  const oauth = (error: string) => ({ error, error_description: 'No.' })

  it.each<[number, unknown, string, string]>([
    [503, {}, 'unknown', TITLES.noValidResponse],
    [400, oauth('unauthorized_client'), 'rejected', TITLES.invalidClientSecret],
    [400, oauth('invalid_request'), 'rejected', TITLES.badRequest],
    [401, { errorCode: 'UNEXPECTED_ERROR' }, 'rejected', TITLES.invalidServiceAccount],
    // The server has no token endpoint.
    [404, '<html>', 'notAtlas', TITLES.notAtlas],
  ])('with status %i and %j is %s, "%s", and nothing was executed', async (status, body, meaning, title) => {
    expect(await refusal(createResponse(status, body))).toMatchObject({
      ...{ meaning, help: { title }, message: mentioning(`HTTP ${status}`), mayHaveExecuted: false },
      // With it, a 404 would mean that a snapshot does not exist, and the cluster would be read.
      rejection: undefined,
    })
  })

  it.each([
    ['Access Token limit reached.', 'throttled', TITLES.tokenLimit],
    ['Access is limited to other addresses.', 'rejected', TITLES.forbidden],
  ])('is retried until a token is free, but not after another denial: %s', async (reason, meaning, title) => {
    const denied = createResponse(403, { error: 'access_denied', error_description: reason })
    expect(await refusal(denied)).toMatchObject({ meaning, help: { title }, mayHaveExecuted: false })
  })
})

describe('close', () => {
  it('sends nothing to a server that has refused to renew the token', async () => {
    await createAuth().play('GET token>t1 t1>ok 3240000 GET token>untrusted CLOSE')
  })

  it('revokes only the last token, and only once', async () => {
    await createAuth().play('CLOSE GET token>t1 t1>denied token>t2 t2>ok CLOSE revoke>200 CLOSE')
  })

  it.each([
    ['200', 'Revoked'],
    ['503', 'HTTP 503'],
    ['lost', 'lost'],
  ])('never fails and logs the result of the revocation: %s', async (word, reason) => {
    const { play, log } = createAuth()
    expect((await play(`GET token>t1 t1>ok CLOSE revoke>${word}`)).at(-1)).toBeUndefined()
    expect(log.lines).toStrictEqual([mentioning('debug: ', reason)])
  })
})
