import { describe, expect, it } from '@jest/globals'
import { bearerAuthenticator } from '../../src/atlas/bearer-authenticator.js'
import { NotExecutedError, OutcomeUnknownError, TokenRequestError } from '../../src/atlas/errors.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { TokenSession } from '../../src/atlas/token-session.js'
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
