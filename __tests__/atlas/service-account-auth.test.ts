import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { HttpRequest, HttpResponse } from '../../src/atlas/http.js'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { ServiceAccountAuth } from '../../src/atlas/service-account-auth.js'
import { TITLES } from '../../src/titles.js'
import { LogLines } from '../support/captured-output.js'
import {
  createResponse,
  get,
  never,
  post,
  type ScriptedResponse,
  scripted,
  thrownBy,
} from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { lost, untrusted } from '../support/scripted-client.js'

const account = {
  kind: 'serviceAccount',
  clientId: 'mdb_sa_id_1f2e3d4c5b6a49788899aabb',
  clientSecret: 'mdb_sa_sk_s3cr:t',
} as const
const basic = 'bWRiX3NhX2lkXzFmMmUzZDRjNWI2YTQ5Nzg4ODk5YWFiYjptZGJfc2Ffc2tfczNjcjp0'
const ok = createResponse(200, { id: 1 })
const denied = createResponse(401, { error: 401, reason: 'Unauthorized', detail: 'You are not authorized.' })
const HOUR_S = 3_600

/** A response with the token `t1`, `t2` … */
function token(number: number, more: Readonly<Record<string, unknown>> = {}): HttpResponse {
  const fields = { access_token: `t${number}`, expires_in: HOUR_S, token_type: 'Bearer' }
  return createResponse(200, { ...fields, ...more })
}

const TOKENS = Array.from({ length: 10 }, (_, index) => token(index + 1))

/** The authentication with two scripts: responses to requests, and responses to token requests after `latencyMs`. */
function createAuth(
  responses: readonly ScriptedResponse[],
  tokens: readonly ScriptedResponse[] = TOKENS,
  latencyMs = 0,
) {
  const clock = new VirtualClock()
  const log = new LogLines()
  const snapshots = scripted(...responses)
  const endpoint = scripted(...tokens)
  const auth = new ServiceAccountAuth({
    baseUrl: 'https://cloud.example',
    account,
    send: snapshots.send,
    sendTokenRequest: async (...args) => {
      if (latencyMs > 0) await clock.sleep(latencyMs)
      return endpoint.send(...args)
    },
    clock,
    wallClock: () => clock.now(),
    logger: log,
    setSecret: () => undefined,
  })
  return {
    auth,
    clock,
    log,
    send: (request: HttpRequest = get) => clock.run(auth.send(request, never)),
    requests: snapshots.requests,
    tokenRequests: endpoint.requests,
    /** The token of each request. */
    tokens: () =>
      snapshots.requests.map((request) => request.headers['authorization']?.replace('Bearer ', '')),
  }
}

const credential = 'serviceAccount'
const authenticated = (response: HttpResponse) => ({ response, authenticated: true, credential })

describe.each([get, post])('a request ($method)', (request) => {
  it('has a token and is otherwise unchanged', async () => {
    const { send, requests } = createAuth([ok])
    expect(await send(request)).toStrictEqual(authenticated(ok))
    expect(requests).toStrictEqual([
      { ...request, headers: { ...request.headers, authorization: 'Bearer t1' } },
    ])
  })

  it('is repeated once with a new token after a 401', async () => {
    const { send, tokens } = createAuth([denied, denied])
    expect(await send(request)).toStrictEqual(authenticated(denied))
    expect(tokens()).toStrictEqual(['t1', 't2'])
  })

  it.each([
    // A new token has the same roles.
    createResponse(401, { errorCode: 'USER_UNAUTHORIZED' }),
    createResponse(401, { errorCode: 'NOT_IN_GROUP' }),
    ...[400, 403, 404, 429, 503].map((status) => createResponse(status)),
  ])('is not repeated after $status $body', async (response) => {
    const { send, tokenRequests } = createAuth([response])
    expect(await send(request)).toStrictEqual(authenticated(response))
    expect(tokenRequests).toHaveLength(1)
  })

  it('has an unknown outcome if its response is lost', async () => {
    const error = lost()
    expect(await thrownBy(() => createAuth([() => error]).send(request))).toBe(error)
    expect(await thrownBy(() => createAuth([denied, () => error]).send(request))).toBe(error)
  })

  it('is not sent without a token', async () => {
    const { send, tokens } = createAuth([denied], [createResponse(403), token(1), createResponse(503)])
    expect(await thrownBy(() => send(request))).toMatchObject({ name: 'TokenRequestError' })
    expect(tokens()).toStrictEqual([])
    expect(await thrownBy(() => send(request))).toMatchObject({ mayHaveExecuted: false })
    expect(tokens()).toStrictEqual(['t1'])
  })
})

describe('after a page with status 401,', () => {
  const page = (challenge: string) => createResponse(401, 'a page', { 'www-authenticate': challenge })

  it.each(['Bearer error="invalid_token"', 'Basic realm="gateway", bearer'])(
    'a GET is repeated once with a new token if the challenge is %s',
    async (challenge) => {
      const { send, tokens } = createAuth([page(challenge), page(challenge)])
      expect(await send(get)).toStrictEqual(authenticated(page(challenge)))
      expect(tokens()).toStrictEqual(['t1', 't2'])
    },
  )

  // A gateway can send it after Atlas executed the POST.
  it.each([
    [get, page('Basic realm="gateway"')],
    [post, page('Basic realm="gateway"')],
    [post, page('Bearer error="invalid_token"')],
  ])('another request is not repeated, and its token is kept: %#', async (request, response) => {
    const { send, tokens } = createAuth([response, ok])
    expect(await send(request)).toStrictEqual(authenticated(response))
    expect(await send(request)).toStrictEqual(authenticated(ok))
    expect(tokens()).toStrictEqual(['t1', 't1'])
  })
})

describe('a token', () => {
  it.each([
    ['an hour', HOUR_S, 0, 3_540_000],
    ['10 minutes', 600, 0, 540_000],
    ['one second', 1, 0, 900],
    ['100 seconds after its request', 100, 20_000, 70_000],
  ])(
    'that is valid for %s is renewed before it expires',
    async (_, expires_in, latencyMs, refreshAfterMs) => {
      const fetched = [token(1, { expires_in }), token(2, { expires_in })]
      const { send, clock, tokens } = createAuth([ok, ok, ok], fetched, latencyMs)
      await send()
      await clock.advance(refreshAfterMs - 1)
      await send()
      await clock.advance(1)
      await send()
      expect(tokens()).toStrictEqual(['t1', 't1', 't2'])
    },
  )

  it.each([undefined, null, 0, -1, '3600'])('is not renewed if expires_in is %j', async (expires_in) => {
    const { send, clock, tokens } = createAuth([ok, ok], [token(1, { expires_in })])
    await send()
    await clock.advance(1_000 * HOUR_S * 1_000)
    await send()
    expect(tokens()).toStrictEqual(['t1', 't1'])
  })
})

describe('a token request', () => {
  it('sends the grant with the client ID and secret in a Basic header', async () => {
    const { send, tokenRequests } = createAuth([ok])
    await send()
    expect(tokenRequests.map((request) => ({ ...request, url: request.url.href }))).toStrictEqual([
      {
        purpose: expect.any(String),
        method: 'POST',
        url: 'https://cloud.example/api/oauth/token',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${basic}`,
        },
        body: 'grant_type=client_credentials',
      },
    ])
  })

  it('is not sent after the signal has aborted', async () => {
    const { auth, tokenRequests } = createAuth([])
    expect(await thrownBy(() => auth.send(get, AbortSignal.abort()))).toMatchObject({
      name: 'NotExecutedError',
      title: TITLES.requestNotSent,
    })
    expect(tokenRequests).toHaveLength(0)
  })

  it.each([
    { token_type: 'bearer' },
    { token_type: 'BEARER' },
    { token_type: undefined },
    { access_token: 't'.repeat(8192) },
  ])('accepts a token with %j', async (more) => {
    const { send, requests } = createAuth([ok], [token(1, more)])
    await send()
    expect(requests).toHaveLength(1)
  })

  it.each<unknown>([
    '<html>',
    '',
    'null',
    '[{"access_token": "t"}]',
    ...[undefined, '', 1234, 'a b', 'a\r\nx-evil: b', 'ü', 't'.repeat(8193)].map((access_token) => ({
      access_token,
    })),
    ...['mac', 'bearer2', 1].map((token_type) => ({ access_token: 't', token_type })),
  ])('fails with a retryable error if the response is %j', async (body) => {
    const { send, tokenRequests } = createAuth([], [createResponse(200, body)])
    expect(await thrownBy(() => send())).toMatchObject({
      name: 'NotExecutedError',
      title: TITLES.invalidResponse,
      message: mentioning('HTTP 200', tokenRequests[0]?.purpose ?? 'no request'),
    })
  })

  const limited = { error: 'access_denied', error_description: 'Access Token limit reached.' }

  it.each([
    [503, {}, 'NotExecutedError', TITLES.invalidResponse],
    [429, {}, 'ThrottledError', TITLES.rateLimited],
    [302, {}, 'UntrustedResponseError', TITLES.redirect],
    // As the response to a snapshot request, a conflict, 400, or 404 would have another meaning.
    [400, {}, 'TokenRequestError', REMEDIES.badRequest.title],
    [400, { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }, 'TokenRequestError', TITLES.noAccessToken],
    [401, {}, 'TokenRequestError', REMEDIES.invalidServiceAccount.title],
    [403, {}, 'TokenRequestError', REMEDIES.forbidden.title],
    [403, limited, 'ThrottledError', TITLES.tokenLimit],
    [403, { ...limited, error_description: 'No.' }, 'TokenRequestError', REMEDIES.forbidden.title],
    [404, {}, 'TokenRequestError', TITLES.noAccessToken],
  ])('with status %i and %j becomes a %s, "%s"', async (status, body, name, title) => {
    const response = createResponse(status, body, { 'retry-after': '7' })
    const error = await thrownBy(() => createAuth([], [response]).send())
    const message = mentioning(`HTTP ${status}`)
    const remedy = expect.stringMatching(/./)
    expect(error).toMatchObject({ name, title, message, remedy, mayHaveExecuted: false })
    if (status === 429) expect(error).toMatchObject({ retryAfterMs: 7_000 })
  })

  it('without a trusted response executes nothing', async () => {
    for (const [error, name] of [
      [lost(), 'NotExecutedError'],
      [untrusted(true), 'UntrustedResponseError'],
    ] as const) {
      const { title, message, remedy } = error
      expect(await thrownBy(() => createAuth([], [() => error]).send())).toMatchObject({
        ...{ name, title, message, remedy },
        mayHaveExecuted: false,
      })
    }
  })
})

describe('close', () => {
  it('revokes the current token', async () => {
    const { send, auth, log, tokenRequests } = createAuth(
      [denied, ok],
      [token(1), token(2), createResponse(200, '')],
    )
    await send()
    await auth.close(never)
    expect(tokenRequests.at(-1)).toMatchObject({
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: 'token=t2&token_type_hint=access_token',
      newConnection: true,
    })
    expect(tokenRequests.at(-1)?.url.href).toBe('https://cloud.example/api/oauth/revoke')
    expect(log.lines).toStrictEqual([expect.stringMatching(/^debug: /)])
  })

  it('sends nothing without a token or when it is called again', async () => {
    const { send, auth, tokenRequests } = createAuth([ok])
    await auth.close(never)
    expect(tokenRequests).toStrictEqual([])
    await send()
    await auth.close(never)
    await auth.close(never)
    expect(tokenRequests).toHaveLength(2)
  })

  it.each<[ScriptedResponse, string]>([
    [createResponse(503), 'HTTP 503'],
    [lost, 'Lost.'],
  ])('never fails and logs why the token was not revoked: %#', async (response, reason) => {
    const { send, auth, log } = createAuth([ok], [token(1), response])
    await send()
    await auth.close(never)
    expect(log.lines).toStrictEqual([mentioning('debug: ', reason)])
  })
})
