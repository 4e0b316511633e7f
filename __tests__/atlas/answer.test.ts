import { describe, expect, it } from '@jest/globals'
import { asNotExecuted, noUsableResponse, proxyAuthError, toAtlasError } from '../../src/atlas/answer.js'
import {
  ConflictError,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
  UntrustedResponseError,
} from '../../src/atlas/errors.js'
import { answerOf } from '../support/answers.js'

const credential = 'API key'
const asked = 'Taking a snapshot of cluster shop-prod'

function error(status: number, errorCode?: string, authenticated = true) {
  const body = errorCode === undefined ? 'a page' : { errorCode, detail: 'Atlas says why.' }
  return toAtlasError({ response: answerOf(status, body), authenticated, credential }, asked)
}

describe('an answer that leaves open whether the request was executed', () => {
  it.each([100, 101, 199, 408, 500, 501, 502, 503, 504, 599])(
    '%i is a lost answer to a request with credentials',
    (status) => {
      const lost = error(status)
      expect(lost).toBeInstanceOf(OutcomeUnknownError)
      expect(lost.mayHaveExecuted).toBe(true)
      expect(lost.message).toMatch(`${asked}: Atlas answered HTTP ${status}`)
    },
  )

  it.each([100, 408, 500, 503])(
    '%i to a request without credentials says that nothing was executed',
    (status) => {
      const notSent = error(status, undefined, false)
      expect(notSent).toBeInstanceOf(NotExecutedError)
      expect(notSent.mayHaveExecuted).toBe(false)
    },
  )

  it('may be none at all, with its cause', () => {
    const cause = new Error('from the network')
    expect(noUsableResponse('Lost.', true, cause)).toMatchObject({
      name: 'OutcomeUnknownError',
      title: 'Atlas gave no usable answer',
      message: 'Lost.',
      cause,
    })
    expect(noUsableResponse('Lost.', false)).toBeInstanceOf(NotExecutedError)
  })
})

describe('a conflict', () => {
  it('is 400 UNFINISHED_ON_DEMAND_SNAPSHOT, and nothing was executed', () => {
    const conflict = error(400, 'UNFINISHED_ON_DEMAND_SNAPSHOT')
    expect(conflict).toBeInstanceOf(ConflictError)
    expect(conflict.mayHaveExecuted).toBe(false)
    expect(conflict.message).toContain('UNFINISHED_ON_DEMAND_SNAPSHOT: Atlas says why')
    expect(conflict.remedy).toContain('on-conflict')
  })

  it.each([
    [400, 'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT'],
    [409, 'UNFINISHED_ON_DEMAND_SNAPSHOT'],
    [404, 'UNFINISHED_ON_DEMAND_SNAPSHOT'],
  ])('is not %i %s', (status, errorCode) => {
    expect(error(status, errorCode)).toBeInstanceOf(RejectedError)
  })
})

describe('an answer that asks to come back later', () => {
  const later = (status: number, errorCode: string, headers: Record<string, string>) =>
    toAtlasError(
      { response: answerOf(status, { errorCode }, headers), authenticated: true, credential },
      asked,
    )

  it('is 429, with the time that Retry-After names', () => {
    const limited = later(429, 'RATE_LIMITED', { 'retry-after': '7' })
    expect(limited).toBeInstanceOf(ThrottledError)
    expect(limited).toMatchObject({
      title: 'Atlas limits the rate of requests',
      mayHaveExecuted: false,
      retryAfterMs: 7000,
    })
  })

  it('is 405 during an upgrade, with the time that a date names by Atlas own clock', () => {
    const date = 'Mon, 10 Aug 2026 03:00:00 GMT'
    const upgrade = later(405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', {
      'retry-after': 'Mon, 10 Aug 2026 03:00:20 GMT',
      date,
    })
    expect(upgrade).toMatchObject({ title: 'Atlas is being upgraded', retryAfterMs: 20_000 })
  })

  it('names no time where Atlas names none', () => {
    expect(later(429, 'RATE_LIMITED', {})).toMatchObject({ name: 'ThrottledError', retryAfterMs: undefined })
  })

  it('is no other 405, and no other status with the code of an upgrade', () => {
    expect(error(405, 'METHOD_NOT_ALLOWED')).toBeInstanceOf(RejectedError)
    expect(error(403, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES')).toBeInstanceOf(RejectedError)
  })
})

describe('an answer that must not be talked to', () => {
  it.each([300, 301, 302, 303, 304, 307, 308, 399])('%i is a redirect, which is not followed', (status) => {
    const response = answerOf(status, '', { location: 'https://elsewhere.example/' })
    const redirect = toAtlasError({ response, authenticated: true, credential }, asked)
    expect(redirect).toBeInstanceOf(UntrustedResponseError)
    expect(redirect.message).toContain(`HTTP ${status} to https://elsewhere.example/`)
  })

  it.each([
    ['a query', 'https://login.example/saml?SAMLRequest=5ec2e7', 'https://login.example/saml'],
    ['a fragment', 'https://login.example/#access_token=5ec2e7', 'https://login.example/'],
    ['parameters of its path', '/login;jsessionid=5ec2e7?a=b', '/login'],
    ['a user and a password', 'http://me:5ec2e7@login.example:81/a', 'http://login.example:81/a'],
    ['nothing else', '?code=5ec2e7', 'nowhere'],
  ])('a redirect is told without what may be secret in it: %s', (_, location, told) => {
    const response = answerOf(302, '', { location })
    const { message } = toAtlasError({ response, authenticated: true, credential }, asked)
    expect(message).toContain(`HTTP 302 to ${told}. A redirect is never followed`)
    expect(message).not.toContain('5ec2e7')
  })

  it('a redirect tells where it leads in 200 characters, or the origin alone', () => {
    const response = answerOf(302, '', { location: `https://login.example/${'a'.repeat(4_000)}/b` })
    const { message } = toAtlasError({ response, authenticated: true, credential }, asked)
    expect(message).toMatch(/ to https:\/\/login\.example …\. A redirect/)
    expect(message.length).toBeLessThan(400)
  })

  it.each([true, false])(
    'a redirect may have executed the request exactly if it bore credentials: %s',
    (authenticated) => {
      const redirect = toAtlasError({ response: answerOf(302), authenticated, credential }, asked)
      expect(redirect.mayHaveExecuted).toBe(authenticated)
      expect(redirect.message).toContain('to nowhere')
    },
  )

  it('is 407, which names the proxy variables and executed nothing', () => {
    const proxy = error(407)
    expect(proxy).toBeInstanceOf(UntrustedResponseError)
    expect(proxy.mayHaveExecuted).toBe(false)
    expect(proxy.remedy).toMatch(/https_proxy.*http_proxy.*no_proxy/)
    const cause = new Error('from the tunnel')
    expect(proxyAuthError('CONNECT: 407.', cause)).toMatchObject({ title: proxy.title, cause })
  })
})

describe('a refusal', () => {
  it.each([400, 401, 402, 403, 404, 406, 410, 413, 418, 422, 451, 499])(
    '%i is for good, and nothing was executed',
    (status) => {
      const refused = error(status, 'SOME_CODE')
      expect(refused).toBeInstanceOf(RejectedError)
      expect(refused).toMatchObject({ mayHaveExecuted: false, response: { status, errorCode: 'SOME_CODE' } })
      expect(refused.message).toMatch(
        new RegExp(`^${asked} was refused \\(HTTP ${status}.*, SOME_CODE: Atlas says why\\)\\.$`),
      )
      expect(refused.remedy).not.toBe('')
    },
  )
})

describe('a loss of a request without credentials', () => {
  it('is no loss, since Atlas executes none of those', () => {
    const lost = error(503)
    expect(asNotExecuted(lost)).toMatchObject({
      name: 'NotExecutedError',
      message: lost.message,
      title: lost.title,
      cause: lost,
    })
  })

  it('is not executed either where the answer must not be trusted, which is no less final', () => {
    const cause = new Error('from below')
    for (const redirect of [error(302), new UntrustedResponseError({ ...error(302), cause }, true)]) {
      const bare = asNotExecuted(redirect)
      expect(bare).toBeInstanceOf(UntrustedResponseError)
      expect(bare).toMatchObject({
        message: redirect.message,
        title: redirect.title,
        remedy: redirect.remedy,
        mayHaveExecuted: false,
        cause: redirect.cause ?? redirect,
      })
    }
  })

  it('changes nothing else', () => {
    const bug = new TypeError('no')
    for (const other of [error(404), error(407), error(503, undefined, false), bug, 'a string'])
      expect(asNotExecuted(other)).toBe(other)
  })
})
