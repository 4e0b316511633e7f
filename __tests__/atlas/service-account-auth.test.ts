import { describe, expect, it } from '@jest/globals'
import {
  NotExecutedError,
  OutcomeUnknownError,
  TokenRequestError,
  UntrustedResponseError,
} from '../../src/atlas/errors.js'
import type { HttpRequest, Send } from '../../src/atlas/http.js'
import {
  type AccessToken,
  bearerAuthenticator,
  createTokenEndpoint,
  type TokenEndpoint,
  TokenSession,
} from '../../src/atlas/service-account-auth.js'
import { answerOf, type Step, scripted, thrownBy } from '../support/answers.js'
import { LogLines } from '../support/log-lines.js'
import { VirtualClock } from '../support/virtual-clock.js'

const url = new URL('https://cloud.example/api/atlas/v2/groups/1/clusters/c/backup/snapshots')
const headers = { accept: 'application/json' }
const get: HttpRequest = { purpose: 'Reading snapshot 1', method: 'GET', url, headers }
const post: HttpRequest = { purpose: 'Taking a snapshot', method: 'POST', url, headers, body: '{}' }
const ok = answerOf(200, { id: 1 })
const denied = answerOf(401, { errorCode: 'UNEXPECTED_ERROR' })
const report = { title: 'Title', message: 'Message.', remedy: 'Remedy.' }
const lost = new OutcomeUnknownError(report)
const signal = new AbortController().signal

/** An authenticator in front of a script, where the mints of these numbers (from 1) fail. */
function rig(steps: readonly Step[], failing: Readonly<Record<number, Error>> = {}) {
  const { send, requests } = scripted(...steps)
  let minted = 0
  const endpoint = {
    fetchToken: async () => {
      minted += 1
      const failure = failing[minted]
      if (failure !== undefined) throw failure
      return { value: `t${minted}`, lifetimeMs: undefined }
    },
    revoke: async () => {},
  }
  const session = new TokenSession(endpoint, { clock: new VirtualClock(), logger: new LogLines() })
  const authenticate = bearerAuthenticator(send, session)
  return {
    authenticate: (request: HttpRequest) => authenticate(request, signal),
    requests,
    bore: () => requests.map(({ headers }) => headers['authorization']),
    minted: () => minted,
  }
}

const bearing = (answer: typeof ok) => ({
  response: answer,
  authenticated: true,
  credential: 'service account',
})

describe.each([
  ['a read', get],
  ['the POST', post],
])('%s', (_, request) => {
  it('bears the token from the start, and is otherwise as it was', async () => {
    const { authenticate, requests } = rig([ok])
    expect(await authenticate(request)).toEqual(bearing(ok))
    expect(requests).toEqual([{ ...request, headers: { ...headers, authorization: 'Bearer t1' } }])
  })

  it.each(['USER_UNAUTHORIZED', 'NOT_IN_GROUP'])(
    'that is refused for its role (%s) is not repeated: another token has the same',
    async (errorCode) => {
      const refused = answerOf(401, { errorCode })
      const { authenticate, minted } = rig([refused])
      expect(await authenticate(request)).toEqual(bearing(refused))
      expect(minted()).toBe(1)
    },
  )

  it('that is refused for its token is repeated with a new one', async () => {
    const { authenticate, bore } = rig([denied, ok])
    expect(await authenticate(request)).toEqual(bearing(ok))
    expect(bore()).toEqual(['Bearer t1', 'Bearer t2'])
  })

  it('is repeated once: a second 401 stands', async () => {
    const { authenticate, bore } = rig([denied, denied])
    expect(await authenticate(request)).toEqual(bearing(denied))
    expect(bore()).toEqual(['Bearer t1', 'Bearer t2'])
  })

  it.each([400, 403, 404, 429, 503])('that is answered by %i is not repeated', async (status) => {
    const { authenticate, minted } = rig([answerOf(status)])
    expect(await authenticate(request)).toEqual(bearing(answerOf(status)))
    expect(minted()).toBe(1)
  })

  it('that is lost may have been executed', async () => {
    expect(await thrownBy(() => rig([lost]).authenticate(request))).toBe(lost)
    expect(await thrownBy(() => rig([denied, lost]).authenticate(request))).toBe(lost)
  })

  it('is not sent without a token', async () => {
    const refused = new TokenRequestError(report)
    const { authenticate, requests } = rig([], { 1: refused })
    expect(await thrownBy(() => authenticate(request))).toBe(refused)
    expect(requests).toEqual([])
  })

  it('that was refused for its token was not executed, though no new one comes', async () => {
    const unsent = new NotExecutedError(report)
    const { authenticate, bore } = rig([denied], { 2: unsent })
    expect(await thrownBy(() => authenticate(request))).toBe(unsent)
    expect(bore()).toEqual(['Bearer t1'])
  })
})

it('a token is used for one request after the other', async () => {
  const { authenticate, bore } = rig([ok, ok, denied, ok, ok])
  for (const request of [post, get, get, get]) await authenticate(request)
  expect(bore()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t2'])
})

it('each request may have a new token once, however many had one before', async () => {
  const { authenticate, minted } = rig([denied, ok, denied, ok, denied, ok])
  for (const request of [post, get, get]) expect(await authenticate(request)).toEqual(bearing(ok))
  expect(minted()).toBe(4)
})

describe('TokenSession', () => {
  const signal = new AbortController().signal
  const HOUR_MS = 3_600_000
  const unsent = new NotExecutedError({ title: 'Title', message: 'Message.', remedy: 'Remedy.' })

  interface Endpoint {
    /** Of every token, `undefined` where it does not say. */
    readonly lifetimeMs?: number | undefined
    /** How long it takes to give one. */
    readonly mintMs?: number
    /** Which mints fail, from 1. */
    readonly failing?: readonly number[]
    readonly revoke?: TokenEndpoint['revoke']
  }

  /** A session in front of an endpoint that gives `token 1`, `token 2` and so on. */
  function rig({ lifetimeMs, mintMs = 0, failing = [], revoke }: Endpoint = {}) {
    const clock = new VirtualClock()
    const log = new LogLines()
    const revoked: string[] = []
    let minted = 0
    const endpoint: TokenEndpoint = {
      fetchToken: async (): Promise<AccessToken> => {
        minted += 1
        const number = minted
        await clock.sleep(mintMs)
        if (failing.includes(number)) throw unsent
        return { value: `token ${number}`, lifetimeMs }
      },
      revoke: async (token, within) => {
        revoked.push(token)
        await revoke?.(token, within)
      },
    }
    const session = new TokenSession(endpoint, { clock, logger: log })
    const token = () => clock.run(session.token(signal))
    return { session, token, clock, log, revoked, minted: () => minted }
  }

  describe('a token', () => {
    it('is got once, when it is first needed, and then used again', async () => {
      const { token, minted } = rig({ lifetimeMs: HOUR_MS })
      expect(minted()).toBe(0)
      expect([await token(), await token(), await token()]).toEqual(['token 1', 'token 1', 'token 1'])
      expect(minted()).toBe(1)
    })

    it.each([
      ['an hour is renewed a minute before it is over', HOUR_MS, HOUR_MS - 60_000],
      ['10 minutes, likewise', 600_000, 540_000],
      ['one minute is renewed when a tenth of it is left', 60_000, 54_000],
      ['one second, likewise', 1_000, 900],
    ])('that lives for %s', async (_, lifetimeMs, renewAt) => {
      const { token, clock } = rig({ lifetimeMs })
      await token()
      await clock.advance(renewAt - 1)
      expect(await token()).toBe('token 1')
      await clock.advance(1)
      expect(await token()).toBe('token 2')
      await clock.advance(renewAt - 1)
      expect(await token()).toBe('token 2')
    })

    it('ages from the moment it is asked for', async () => {
      const { token, clock } = rig({ lifetimeMs: 100_000, mintMs: 20_000 })
      await token()
      expect(clock.now()).toBe(20_000)
      await clock.advance(69_999)
      expect(await token()).toBe('token 1')
      await clock.advance(1)
      expect(await token()).toBe('token 2')
    })

    it('that is too old when it comes is used for the request that it was got for', async () => {
      const { token, minted } = rig({ lifetimeMs: 1_000, mintMs: 5_000 })
      expect(await token()).toBe('token 1')
      expect(minted()).toBe(1)
    })

    it('whose life is unknown is used until it is refused', async () => {
      const { session, token, clock } = rig()
      await token()
      await clock.advance(1_000 * HOUR_MS)
      expect(await token()).toBe('token 1')
      session.invalidate('token 1')
      expect(await token()).toBe('token 2')
    })

    it('that was replaced already is not forgotten twice', async () => {
      const { session, token } = rig()
      await token()
      session.invalidate('token 1')
      await token()
      session.invalidate('token 1')
      expect(await token()).toBe('token 2')
    })

    it('that was not given is asked for again by the next request', async () => {
      const { session, clock, token } = rig({ lifetimeMs: HOUR_MS, mintMs: 10, failing: [1] })
      expect(await clock.run(thrownBy(() => session.token(signal)))).toBe(unsent)
      expect(await token()).toBe('token 2')
    })
  })

  describe('the end of a session', () => {
    it('revokes the token that is held, and says so in a debug line', async () => {
      const { session, token, log, revoked } = rig()
      await token()
      session.invalidate('token 1')
      await token()
      await session.close(signal)
      expect(revoked).toEqual(['token 2'])
      expect(log.lines).toEqual(['debug: The access token is revoked.'])
    })

    it('asks for nothing where there is no token, or none any more', async () => {
      const { session, token, log, revoked } = rig()
      await session.close(signal)
      expect(revoked).toEqual([])
      await token()
      await session.close(signal)
      await session.close(signal)
      expect(revoked).toHaveLength(1)
      expect(log.lines).toHaveLength(1)
    })

    it('never fails: that the token lives on is a debug line', async () => {
      const { session, token, log } = rig({ revoke: () => Promise.reject(unsent) })
      await token()
      await session.close(signal)
      expect(log.lines).toEqual(['debug: The access token is not revoked, and runs out by itself. Message.'])
    })
  })
})

describe('createTokenEndpoint', () => {
  const account = {
    kind: 'service account',
    clientId: 'mdb_sa_id_1f2e3d4c5b6a49788899aabb',
    clientSecret: 'mdb_sa_sk_s3cr:t',
  } as const
  const basic = 'bWRiX3NhX2lkXzFmMmUzZDRjNWI2YTQ5Nzg4ODk5YWFiYjptZGJfc2Ffc2tfczNjcjp0'
  const signal = new AbortController().signal
  const minted = { access_token: 'eyJ.abc-_~+/=', expires_in: 3600, token_type: 'Bearer' }
  const report = { title: 'Title', message: 'Message.', remedy: 'Remedy.' }

  /** An endpoint in front of a script, and everything that it had masked. */
  function rig(...steps: readonly Step[]) {
    const { send, requests } = scripted(...steps)
    return { requests, ...rigOf(send) }
  }

  function rigOf(send: Send) {
    const masked: string[] = []
    const setSecret = (secret: string) => masked.push(secret)
    const endpoint = createTokenEndpoint('https://cloud.example', account, { send, setSecret })
    return { endpoint, masked }
  }

  describe('getting a token', () => {
    it('posts the grant with client id and secret in a Basic header', async () => {
      const { endpoint, requests } = rig(answerOf(200, minted))
      expect(await endpoint.fetchToken(signal)).toEqual({ value: minted.access_token, lifetimeMs: 3_600_000 })
      expect(requests).toHaveLength(1)
      expect(requests[0]).toMatchObject({
        purpose: 'Getting an access token',
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${basic}`,
        },
        body: 'grant_type=client_credentials',
      })
      expect(requests[0]?.url.href).toBe('https://cloud.example/api/oauth/token')
    })

    it('has the Basic header masked before it is sent, and the token before it is handed on', async () => {
      const { endpoint, masked } = rig(answerOf(200, minted))
      expect(masked).toEqual([basic])
      const getting = endpoint.fetchToken(signal).then(() => [...masked])
      expect(await getting).toEqual([basic, minted.access_token])
    })

    it('sends nothing once the step has to stop', async () => {
      const { endpoint, requests } = rig()
      const stopped = AbortSignal.abort(new Error('the step was cancelled'))
      expect(await thrownBy(() => endpoint.fetchToken(stopped))).toMatchObject({
        name: 'NotExecutedError',
        message: 'Getting an access token: nothing was sent, since the step was cancelled.',
      })
      expect(requests).toHaveLength(0)
    })

    it.each<[string, unknown, number | undefined]>([
      ['seconds', 10, 10_000],
      ['parts of a second', 0.5, 500],
      ['nothing', undefined, undefined],
      ['null', null, undefined],
      ['zero', 0, undefined],
      ['less than nothing', -1, undefined],
      ['a text', '3600', undefined],
    ])('takes a lifetime of %s for what it is', async (_, seconds, lifetimeMs) => {
      const { endpoint } = rig(answerOf(200, { ...minted, expires_in: seconds }))
      expect(await endpoint.fetchToken(signal)).toEqual({ value: minted.access_token, lifetimeMs })
    })

    it.each(['Bearer', 'bearer', 'BEARER', undefined])('takes a token of type %s', async (type) => {
      const { endpoint } = rig(answerOf(200, { ...minted, token_type: type }))
      expect(await endpoint.fetchToken(signal)).toMatchObject({ value: minted.access_token })
    })

    it.each([1, 8192])('takes a token of %i characters', async (length) => {
      const { endpoint } = rig(answerOf(200, { ...minted, access_token: 't'.repeat(length) }))
      expect((await endpoint.fetchToken(signal)).value).toHaveLength(length)
    })
  })

  describe('an answer without a token that can be used', () => {
    it.each<[string, unknown]>([
      ['no JSON', '<html>'],
      ['an empty body', ''],
      ['null', 'null'],
      ['a list', [minted]],
      ['no token', { ...minted, access_token: undefined }],
      ['an empty token', { ...minted, access_token: '' }],
      ['a number', { ...minted, access_token: 1234 }],
      ['a token of two words', { ...minted, access_token: 'a b' }],
      ['a token of two lines', { ...minted, access_token: 'a\r\nx-evil: b' }],
      ['a token with a letter beyond ASCII', { ...minted, access_token: 'ü' }],
      ['a token longer than a header may be', { ...minted, access_token: 't'.repeat(8193) }],
      ['another type', { ...minted, token_type: 'mac' }],
      ['a type that only begins like it', { ...minted, token_type: 'bearer2' }],
      ['a type that is none', { ...minted, token_type: 1 }],
    ])('leaves the request unsent, so that it is tried again: %s', async (_, body) => {
      const { endpoint } = rig(answerOf(200, body))
      expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
        name: 'NotExecutedError',
        mayHaveExecuted: false,
        message: 'Getting an access token: the answer (HTTP 200) holds no token.',
      })
    })
  })

  describe('a token that is not given', () => {
    it.each([500, 502, 503, 504, 408, 199])('with a %i may be given to the next try', async (status) => {
      const { endpoint } = rig(answerOf(status))
      expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
        name: 'NotExecutedError',
        title: 'Atlas gave no usable answer',
      })
    })

    it('with a 429 may be given later, when Atlas says', async () => {
      const { endpoint } = rig(answerOf(429, { errorCode: 'RATE_LIMITED' }, { 'retry-after': '7' }))
      expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
        name: 'ThrottledError',
        retryAfterMs: 7_000,
        message: 'Getting an access token was put off (HTTP 429 Too Many Requests, RATE_LIMITED).',
      })
    })

    it('since the exchange broke may be given to the next try: nothing else was asked', async () => {
      const { endpoint } = rig(new OutcomeUnknownError(report))
      expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
        ...report,
        name: 'NotExecutedError',
        mayHaveExecuted: false,
      })
    })

    it.each([301, 302, 307, 407])('with a %i ends the step, with nothing executed', async (status) => {
      const { endpoint } = rig(answerOf(status))
      expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
        name: 'UntrustedResponseError',
        mayHaveExecuted: false,
      })
    })

    it('by what must not be talked to ends the step, with nothing executed', async () => {
      const { endpoint } = rig(new UntrustedResponseError(report, true))
      expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
        ...report,
        name: 'UntrustedResponseError',
        mayHaveExecuted: false,
      })
    })

    it.each([401, 400])('since the secret is wrong says so (%i)', async (status) => {
      const body = { error: 'invalid_client', error_description: 'Client authentication failed.' }
      const { endpoint } = rig(answerOf(status, body))
      const error = await thrownBy(() => endpoint.fetchToken(signal))
      expect(error).toBeInstanceOf(TokenRequestError)
      expect(error).toMatchObject({
        title: 'Atlas does not accept the client secret',
        mayHaveExecuted: false,
      })
      expect(error).toHaveProperty('cause.response.status', status)
      expect(String(error)).toContain('invalid_client: Client authentication failed')
    })

    // A 400 or 404 to a list means that there is no such list, a 404 to a snapshot that there is no such snapshot.
    it.each([400, 401, 403, 404, 410, 418])(
      'with a %i is no refusal of the request that it was for',
      async (status) => {
        const { endpoint } = rig(answerOf(status))
        expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
          name: 'TokenRequestError',
          message: expect.stringMatching(/^Getting an access token was refused \(HTTP \d+ .+\)\.$/),
        })
      },
    )
  })

  describe('a refusal that is not about the service account', () => {
    it.each([404, 405, 406, 410, 418])(
      'sends the reader to base-url, and to nothing else: %i',
      async (status) => {
        const { endpoint } = rig(answerOf(status))
        expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({
          title: 'Atlas gives no access token',
          message: expect.stringContaining(`Getting an access token was refused (HTTP ${status} `),
          remedy: 'Check base-url: Atlas has to answer at /api/oauth/token there.',
        })
      },
    )

    it('is that of a snapshot that is unfinished, too: there it is nonsense, and no conflict', async () => {
      const { endpoint } = rig(answerOf(400, { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }))
      const error = await thrownBy(() => endpoint.fetchToken(signal))
      expect(error).toBeInstanceOf(TokenRequestError)
      expect(error).toMatchObject({ title: 'Atlas gives no access token' })
    })

    it.each([
      [400, 'Atlas refused the request'],
      [401, 'Atlas does not accept the service account'],
      [402, 'Atlas wants its billing settled'],
      [403, 'Atlas forbids this'],
    ])('is none of these: %i', async (status, title) => {
      const { endpoint } = rig(answerOf(status))
      expect(await thrownBy(() => endpoint.fetchToken(signal))).toMatchObject({ title })
    })
  })

  describe('revoking a token', () => {
    it('posts it with the same Basic header', async () => {
      const { endpoint, requests } = rig(answerOf(200, ''))
      await endpoint.revoke('a+b/c=', signal)
      expect(requests[0]).toMatchObject({
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: 'token=a%2Bb%2Fc%3D&token_type_hint=access_token',
      })
      expect(requests[0]?.url.href).toBe('https://cloud.example/api/oauth/revoke')
    })

    it.each([302, 401, 404, 429, 503])('fails with a %i', async (status) => {
      const { endpoint } = rig(answerOf(status))
      const error = await thrownBy(() => endpoint.revoke('t', signal))
      expect(String(error)).toContain('Revoking the access token')
    })

    it('is given up when its signal says so', async () => {
      const { endpoint } = rigOf(
        (_, sent) =>
          new Promise((_resolve, reject) => sent.addEventListener('abort', () => reject(sent.reason))),
      )
      const over = new AbortController()
      const error = thrownBy(() => endpoint.revoke('t', over.signal))
      over.abort(new Error('no whole answer within 0.5 s'))
      expect(await error).toMatchObject({ message: 'no whole answer within 0.5 s' })
    })
  })
})
