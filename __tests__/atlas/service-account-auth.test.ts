import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { OutcomeUnknownError, TokenRequestError, UntrustedResponseError } from '../../src/atlas/errors.js'
import type { HttpRequest, HttpResponse, Send } from '../../src/atlas/http.js'
import { ServiceAccountAuth } from '../../src/atlas/service-account-auth.js'
import { createResponse, type Step, scripted, thrownBy } from '../support/answers.js'
import { LogLines } from '../support/captured-output.js'

const account = {
  kind: 'serviceAccount',
  clientId: 'mdb_sa_id_1f2e3d4c5b6a49788899aabb',
  clientSecret: 'mdb_sa_sk_s3cr:t',
} as const
const basic = 'bWRiX3NhX2lkXzFmMmUzZDRjNWI2YTQ5Nzg4ODk5YWFiYjptZGJfc2Ffc2tfczNjcjp0'
const url = new URL('https://cloud.example/api/atlas/v2/groups/1/clusters/c/backup/snapshots')
const headers = { accept: 'application/json' }
const get: HttpRequest = { purpose: 'Reading snapshot 1', method: 'GET', url, headers }
const post: HttpRequest = { purpose: 'Taking a snapshot', method: 'POST', url, headers, body: '{}' }
const signal = new AbortController().signal
const report = { title: 'Title', message: 'Message.', remedy: 'Remedy.' }
const lost = new OutcomeUnknownError(report)
const ok = createResponse(200, { id: 1 })
const denied = createResponse(401, { errorCode: 'UNEXPECTED_ERROR' })
const HOUR_S = 3_600

/** The response with the token of that number. */
function token(number: number, more: Readonly<Record<string, unknown>> = {}): HttpResponse {
  return createResponse(200, {
    access_token: `t${number}`,
    expires_in: HOUR_S,
    token_type: 'Bearer',
    ...more,
  })
}

/**
 * The authentication in front of two scripts.
 *
 * @param tokens what the token endpoints respond. Without it they give `t1`, `t2` and so on.
 */
function rig(steps: readonly Step[], tokens?: readonly Step[] | Send) {
  const clock = new VirtualClock()
  const log = new LogLines()
  const masked: string[] = []
  const snapshots = scripted(...steps)
  const given = Array.from({ length: 10 }, (_, index) => token(index + 1))
  const endpoint = scripted(...(typeof tokens === 'function' || tokens === undefined ? given : tokens))
  const auth = new ServiceAccountAuth({
    baseUrl: 'https://cloud.example',
    account,
    send: snapshots.send,
    sendTokenRequest: typeof tokens === 'function' ? tokens : endpoint.send,
    clock,
    logger: log,
    setSecret: (secret) => masked.push(secret),
  })
  return {
    auth,
    clock,
    log,
    masked,
    send: (request: HttpRequest = get) => clock.run(auth.send(request, signal)),
    requests: snapshots.requests,
    tokenRequests: endpoint.requests,
    bearers: () => snapshots.requests.map(({ headers }) => headers['authorization']),
  }
}

const authenticated = (response: HttpResponse) => ({
  response,
  authenticated: true,
  credential: 'serviceAccount',
})

describe.each([
  ['a read', get],
  ['the POST', post],
])('%s', (_, request) => {
  it('carries the token from the start, and is otherwise unchanged', async () => {
    const { send, requests } = rig([ok])
    expect(await send(request)).toEqual(authenticated(ok))
    expect(requests).toEqual([{ ...request, headers: { ...headers, authorization: 'Bearer t1' } }])
  })

  it.each(['USER_UNAUTHORIZED', 'NOT_IN_GROUP'])(
    'is not repeated if the role is missing (%s), because another token has the same',
    async (errorCode) => {
      const rejected = createResponse(401, { errorCode })
      const { send, tokenRequests } = rig([rejected])
      expect(await send(request)).toEqual(authenticated(rejected))
      expect(tokenRequests).toHaveLength(1)
    },
  )

  it('is repeated once with a new token after a 401', async () => {
    const { send, bearers } = rig([denied, denied])
    expect(await send(request)).toEqual(authenticated(denied))
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t2'])
  })

  it.each([400, 403, 404, 429, 503])('is not repeated after a %i', async (status) => {
    const { send, tokenRequests } = rig([createResponse(status)])
    expect(await send(request)).toEqual(authenticated(createResponse(status)))
    expect(tokenRequests).toHaveLength(1)
  })

  it('might have been executed if its response is lost', async () => {
    expect(await thrownBy(() => rig([lost]).send(request))).toBe(lost)
    expect(await thrownBy(() => rig([denied, lost]).send(request))).toBe(lost)
  })

  it('is not sent without a token', async () => {
    const { send, requests } = rig([], [createResponse(403)])
    expect(await thrownBy(() => send(request))).toBeInstanceOf(TokenRequestError)
    expect(requests).toEqual([])
  })

  it('was not executed if its token was rejected and there is no new one', async () => {
    const { send, bearers } = rig([denied], [token(1), createResponse(503)])
    expect(await thrownBy(() => send(request))).toMatchObject({ mayHaveExecuted: false })
    expect(bearers()).toEqual(['Bearer t1'])
  })
})

describe('a token', () => {
  it('is fetched when it is first needed, and used until it is rejected', async () => {
    const { send, bearers, tokenRequests } = rig([ok, ok, denied, ok, ok])
    expect(tokenRequests).toHaveLength(0)
    for (const request of [post, get, get, get]) await send(request)
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t2'])
  })

  it('can be replaced once for each request, however many were replaced before', async () => {
    const { send, tokenRequests } = rig([denied, ok, denied, ok, denied, ok])
    for (const request of [post, get, get]) expect(await send(request)).toEqual(authenticated(ok))
    expect(tokenRequests).toHaveLength(4)
  })

  it.each([
    ['an hour is renewed a minute before its end', HOUR_S, 3_540_000],
    ['10 minutes is renewed a minute before its end', 600, 540_000],
    ['one minute is renewed when a tenth of it is left', 60, 54_000],
    ['one second is renewed when a tenth of it is left', 1, 900],
  ])('that lives for %s', async (_, seconds, refreshAt) => {
    const given = [1, 2].map((number) => token(number, { expires_in: seconds }))
    const { send, clock, bearers } = rig([ok, ok, ok], given)
    await send()
    await clock.advance(refreshAt - 1)
    await send()
    await clock.advance(1)
    await send()
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2'])
  })

  it('ages from the moment it is requested', async () => {
    let fetched = 0
    const { send, clock, bearers } = rig([ok, ok, ok], async () => {
      await clock.sleep(20_000)
      fetched += 1
      return token(fetched, { expires_in: 100 })
    })
    await send()
    await clock.advance(69_999)
    await send()
    await clock.advance(1)
    await send()
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2'])
  })

  it.each([undefined, null, 0, -1, '3600'])('lives on if its life is unknown: %j', async (seconds) => {
    const { send, clock, bearers } = rig([ok, ok], [token(1, { expires_in: seconds })])
    await send()
    await clock.advance(1_000 * HOUR_S * 1_000)
    await send()
    expect(bearers()).toEqual(['Bearer t1', 'Bearer t1'])
  })

  it('that was not given is requested again by the next request', async () => {
    const { send, bearers } = rig([ok], [createResponse(503), token(2)])
    expect(await thrownBy(() => send())).toMatchObject({ name: 'NotExecutedError' })
    await send()
    expect(bearers()).toEqual(['Bearer t2'])
  })
})

describe('the request for a token', () => {
  it('posts the grant with client ID and secret in a Basic header', async () => {
    const { send, tokenRequests } = rig([ok])
    await send()
    expect(tokenRequests).toEqual([
      {
        purpose: 'Getting an access token',
        method: 'POST',
        url: new URL('https://cloud.example/api/oauth/token'),
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${basic}`,
        },
        body: 'grant_type=client_credentials',
      },
    ])
  })

  it('has its Basic header masked before it is sent, and the token before it is used', async () => {
    const { auth, masked } = rig([ok])
    expect(masked).toEqual([basic])
    await auth.send(get, signal)
    expect(masked).toEqual([basic, 't1'])
  })

  it('is not sent once the step has to stop', async () => {
    const { auth, tokenRequests } = rig([])
    const stopped = AbortSignal.abort(new Error('the step was cancelled'))
    expect(await thrownBy(() => auth.send(get, stopped))).toMatchObject({
      name: 'NotExecutedError',
      message: 'Getting an access token: nothing was sent, since the step was cancelled.',
    })
    expect(tokenRequests).toHaveLength(0)
  })

  it.each<Record<string, unknown>>([
    { token_type: 'bearer' },
    { token_type: 'BEARER' },
    { token_type: undefined },
    { access_token: 't'.repeat(8192) },
  ])('accepts %j', async (more) => {
    const { send, requests } = rig([ok], [token(1, more)])
    await send()
    expect(requests).toHaveLength(1)
  })

  it.each<[string, unknown]>([
    ['no JSON', '<html>'],
    ['an empty body', ''],
    ['null', 'null'],
    ['a list', '[{"access_token": "t"}]'],
    ...[undefined, '', 1234, 'a b', 'a\r\nx-evil: b', 'ü', 't'.repeat(8193)].map(
      (value): [string, unknown] => [`the token ${value}`.slice(0, 30), { access_token: value }],
    ),
    ...['mac', 'bearer2', 1].map((type): [string, unknown] => [
      `the type ${type}`,
      { access_token: 't', token_type: type },
    ]),
  ])('leaves the request unsent, to be retried, after %s', async (_, body) => {
    const { send } = rig([], [createResponse(200, body)])
    expect(await thrownBy(() => send())).toMatchObject({
      name: 'NotExecutedError',
      message: 'Getting an access token: the answer (HTTP 200) holds no token.',
    })
  })

  it.each<[string, Step, object]>([
    ...[500, 502, 503, 504, 408, 199].map((status): [string, Step, object] => [
      `a ${status}`,
      createResponse(status),
      { name: 'NotExecutedError', title: 'Atlas gave no usable answer' },
    ]),
    [
      'a 429',
      createResponse(429, {}, { 'retry-after': '7' }),
      { name: 'ThrottledError', retryAfterMs: 7_000 },
    ],
    ['a lost response', lost, { ...report, name: 'NotExecutedError' }],
    ...[301, 302, 307, 407].map((status): [string, Step, object] => [
      `a ${status}`,
      createResponse(status),
      { name: 'UntrustedResponseError' },
    ]),
    [
      'a responder that is not trusted',
      new UntrustedResponseError(report, true),
      { ...report, name: 'UntrustedResponseError' },
    ],
  ])('executes nothing if it brings %s', async (_, step, expected) => {
    const { send } = rig([], [step])
    expect(await thrownBy(() => send())).toMatchObject({ ...expected, mayHaveExecuted: false })
  })

  it.each([401, 400])('says that the secret is wrong (%i)', async (status) => {
    const body = { error: 'invalid_client', error_description: 'Client authentication failed.' }
    const error = await thrownBy(() => rig([], [createResponse(status, body)]).send())
    expect(error).toMatchObject({
      name: 'TokenRequestError',
      title: 'Atlas does not accept the client secret',
    })
    expect(error).toHaveProperty('cause.response.status', status)
    expect(String(error)).toContain('invalid_client: Client authentication failed')
  })

  // A 400 or 404 to a list means that there is no such list, a 404 to a snapshot that there is no such snapshot.
  it.each([
    [400, 'Atlas refused the request'],
    [401, 'Atlas does not accept the service account'],
    [402, 'Atlas wants its billing settled'],
    [403, 'Atlas forbids this'],
    [404, 'Atlas gives no access token'],
    [405, 'Atlas gives no access token'],
    [410, 'Atlas gives no access token'],
    [418, 'Atlas gives no access token'],
  ])('never passes for a response about snapshots: %i', async (status, title) => {
    expect(await thrownBy(() => rig([], [createResponse(status)]).send())).toMatchObject({
      name: 'TokenRequestError',
      title,
      message: expect.stringMatching(/^Getting an access token was refused \(HTTP \d+ .+\)\.$/),
    })
  })

  it('never passes for a conflict', async () => {
    const { send } = rig([], [createResponse(400, { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' })])
    expect(await thrownBy(() => send())).toMatchObject({
      name: 'TokenRequestError',
      title: 'Atlas gives no access token',
      remedy: 'Check base-url: Atlas has to answer at /api/oauth/token there.',
    })
  })
})

describe('closing', () => {
  it('revokes the current token, and says so in a debug line', async () => {
    const { send, auth, log, tokenRequests } = rig(
      [denied, ok],
      [token(1), token(2), createResponse(200, '')],
    )
    await send()
    await auth.close(signal)
    expect(tokenRequests.at(-1)).toMatchObject({
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: 'token=t2&token_type_hint=access_token',
    })
    expect(tokenRequests.at(-1)?.url.href).toBe('https://cloud.example/api/oauth/revoke')
    expect(log.lines).toEqual(['debug: The access token is revoked.'])
  })

  it('sends nothing without a token, or a second time', async () => {
    const { send, auth, log, tokenRequests } = rig([ok])
    await auth.close(signal)
    expect(tokenRequests).toEqual([])
    await send()
    await auth.close(signal)
    await auth.close(signal)
    expect(tokenRequests).toHaveLength(2)
    expect(log.lines).toHaveLength(1)
  })

  it.each<Step>([
    createResponse(302),
    createResponse(401),
    createResponse(404),
    createResponse(429),
    createResponse(503),
    lost,
  ])('never fails: that the token lives on is a debug line', async (step) => {
    const { send, auth, log } = rig([ok], [token(1), step])
    await send()
    await auth.close(signal)
    expect(log.lines).toEqual([
      expect.stringMatching(/^debug: The access token is not revoked, and runs out by itself\. \S/),
    ])
  })

  it('ends when its signal says so', async () => {
    const { auth, log } = rig([ok], (request, sent) =>
      request.url.pathname.endsWith('token')
        ? Promise.resolve(token(1))
        : new Promise((_, reject) => sent.addEventListener('abort', () => reject(sent.reason))),
    )
    await auth.send(get, signal)
    const over = new AbortController()
    const closing = auth.close(over.signal)
    over.abort(new Error('no whole answer within 0.5 s'))
    await closing
    expect(log.lines).toEqual([expect.stringContaining('no whole answer within 0.5 s')])
  })
})
