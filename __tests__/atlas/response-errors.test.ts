import { describe, expect, it } from '@jest/globals'
import { asNotExecuted, toAtlasError } from '../../src/atlas/response-errors.js'
import { TITLES } from '../../src/titles.js'
import { createResponse } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

/** The runner's clock, one minute ahead of Atlas. */
const NOW = Date.parse('2026-08-10T03:01:00Z')

const action = 'create a snapshot of cluster shop-prod'
/** The titles of rejections are in remedies.test.ts. */
const anyTitle = expect.any(String)

/** The error for a response, by default one that is not from Atlas. */
function toError(
  status: number,
  body: unknown = 'a page',
  headers: Readonly<Record<string, string>> = {},
  authenticated = true,
) {
  const response = createResponse(status, body, headers)
  return toAtlasError({ response, authenticated, credential: 'apiKey' }, { purpose: action }, NOW)
}

describe('a response', () => {
  it.each([100, 199, 408, 500, 503, 599])(
    'with status %i leaves the outcome unknown if the request had credentials',
    (status) => {
      const error = { title: TITLES.invalidResponse, message: mentioning(action, `HTTP ${status}`) }
      expect(toError(status)).toMatchObject({ ...error, name: 'OutcomeUnknownError', mayHaveExecuted: true })
      expect(toError(status, '', {}, false)).toMatchObject({
        ...error,
        name: 'NotExecutedError',
        mayHaveExecuted: false,
      })
    },
  )

  it.each([
    [400, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'ConflictError', TITLES.conflict],
    [409, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'RejectedError', anyTitle],
    [429, 'RATE_LIMITED', 'ThrottledError', TITLES.rateLimited],
    [405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 'ThrottledError', TITLES.maintenance],
    [405, 'METHOD_NOT_ALLOWED', 'RejectedError', anyTitle],
    [401, 'SOME_CODE', 'RejectedError', anyTitle],
    [499, 'SOME_CODE', 'RejectedError', anyTitle],
  ])('%i %s means that nothing was executed and becomes a %s', (status, errorCode, name, title) => {
    const error = toError(status, { errorCode, detail: 'Atlas says why.' })
    expect(error).toMatchObject({
      name,
      title,
      message: mentioning(action, `HTTP ${status}`, errorCode, 'Atlas says why'),
      remedy: expect.stringMatching(/./),
      mayHaveExecuted: false,
    })
    if (name === 'RejectedError') expect(error).toMatchObject({ response: { status, errorCode } })
  })

  it.each([400, 403, 405, 499])(
    'with status %i in another format leaves the outcome unknown if the request had credentials',
    (status) => {
      const error = { name: 'NonAtlasResponseError', message: mentioning(action, `HTTP ${status}`) }
      expect(toError(status)).toMatchObject({ ...error, mayHaveExecuted: true })
      expect(toError(status, '', {}, false)).toMatchObject({ ...error, mayHaveExecuted: false })
    },
  )

  it.each([421, 425])(
    'with status %i, which Atlas does not send, is not from Atlas, even with a code',
    (status) => {
      expect(toError(status, { errorCode: 'SOME_CODE' }).name).toBe('NonAtlasResponseError')
    },
  )

  it.each([
    // `DigestAuth` throws for any other 401.
    ['apiKey', 'a page', 'RejectedError'],
    ['serviceAccount', { errorCode: 'SOME_CODE' }, 'RejectedError'],
    ['serviceAccount', { error: 401, reason: 'Unauthorized', detail: 'No.' }, 'RejectedError'],
    ['serviceAccount', 'a page', 'NonAtlasResponseError'],
  ] as const)('with status 401 to a request with %s and the body %j is a %s', (credential, body, name) => {
    const response = createResponse(401, body, { 'www-authenticate': 'Bearer error="invalid_token"' })
    const error = toAtlasError({ response, authenticated: true, credential }, { purpose: action }, NOW)
    expect(error).toMatchObject({ name, mayHaveExecuted: name !== 'RejectedError' })
  })

  it('with status 429 leaves the outcome unknown if it is not from Atlas and the request had credentials', () => {
    const error = { name: 'ThrottledError', title: TITLES.rateLimited }
    expect(toError(429)).toMatchObject({ ...error, mayHaveExecuted: true })
    expect(toError(429, '', {}, false)).toMatchObject({ ...error, mayHaveExecuted: false })
    expect(toError(429, { errorCode: 'SOME_CODE' })).toMatchObject({ ...error, mayHaveExecuted: false })
  })

  it('with status 429 or 503, or in maintenance, can have a Retry-After, unlike any other 5xx', () => {
    const headers = { 'retry-after': '7' }
    const maintenance = { errorCode: 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES' }
    expect(toError(405, maintenance, headers)).toMatchObject({ retryAfterMs: 7_000 })
    expect(toError(503, '', headers)).toMatchObject({ retryAfterMs: 7_000 })
    expect(asNotExecuted(toError(503, '', headers))).toMatchObject({ retryAfterMs: 7_000 })
    expect(toError(429, '', headers)).toMatchObject({ retryAfterMs: 7_000 })
    expect(toError(500, '', headers).retryAfterMs).toBeUndefined()
  })

  it.each([
    [300, TITLES.redirect, 'https://elsewhere.example/', true],
    [399, TITLES.redirect, 'https://elsewhere.example/', true],
    [407, TITLES.proxyAuthentication, 'proxy', false],
  ])('with status %i is not trusted: %s', (status, title, fact, mayHaveExecuted) => {
    const headers = { location: 'https://elsewhere.example/' }
    const message = mentioning(action, `HTTP ${status}`, fact)
    const error = { name: 'UntrustedResponseError', title, message }
    expect(toError(status, '', headers)).toMatchObject({ ...error, mayHaveExecuted })
    expect(toError(status, '', headers, false)).toMatchObject({ ...error, mayHaveExecuted: false })
  })

  it.each([
    ['https://login.example/saml?SAMLRequest=5ec2e7', 'https://login.example/saml'],
    ['https://login.example/#access_token=5ec2e7', 'https://login.example/'],
    ['/login;jsessionid=5ec2e7?a=b', ' /login'],
    ['http://me:5ec2e7@login.example:81/a', 'http://login.example:81/a'],
    ['?code=5ec2e7', ''],
    [`https://login.example/${'5ec2e7'.repeat(700)}/b`, 'https://login.example …'],
  ])('with a redirect to %s does not leak secrets', (location, shown) => {
    const { message } = toError(302, '', { location })
    expect(message).toStrictEqual(mentioning(`${shown}.`))
    expect(message).not.toMatch(/5ec2e7|[?#;@]| \./)
    expect(message.length).toBeLessThan(400)
  })
})

describe('asNotExecuted', () => {
  it('returns any other error unchanged', () => {
    for (const other of [
      toError(404, { errorCode: 'CLUSTER_NOT_FOUND' }),
      toError(407),
      toError(503, '', {}, false),
      new TypeError('no'),
      'a string',
    ])
      expect(asNotExecuted(other)).toBe(other)
  })
})
