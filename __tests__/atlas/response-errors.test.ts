import { describe, expect, it } from '@jest/globals'
import {
  asNotExecuted,
  formatErrorResponse,
  parseErrorResponse,
  parseHttpDate,
  parseRetryAfter,
  provesRejection,
  THROTTLING,
  toAtlasError,
} from '../../src/atlas/response-errors.js'
import { TITLES } from '../../src/titles.js'
import { fixture, recorded } from '../support/emulator-client.js'
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
  return toAtlasError(
    { response, authenticated, credential: 'apiKey' },
    { method: 'GET', purpose: action },
    NOW,
  )
}

describe('a response', () => {
  it.each([100, 101, 199, 408, 500, 501, 502, 503, 504, 599])(
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
    [400, 'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT', 'RejectedError', anyTitle],
    [409, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'RejectedError', anyTitle],
    [429, 'RATE_LIMITED', 'ThrottledError', TITLES.rateLimited],
    [405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 'ThrottledError', TITLES.maintenance],
    [405, 'METHOD_NOT_ALLOWED', 'RejectedError', anyTitle],
    [403, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 'RejectedError', anyTitle],
    ...[401, 404, 499].map((status) => [status, 'SOME_CODE', 'RejectedError', anyTitle] as const),
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

  it.each([400, 402, 403, 404, 405, 406, 409, 410, 413, 418, 421, 422, 425, 451, 499])(
    'with status %i and no Atlas code leaves the outcome unknown if the request had credentials',
    (status) => {
      const error = { name: 'NonAtlasResponseError', message: mentioning(action, `HTTP ${status}`) }
      expect(toError(status)).toMatchObject({ ...error, mayHaveExecuted: true })
      expect(toError(status, '', {}, false)).toMatchObject({ ...error, mayHaveExecuted: false })
    },
  )

  it.each([421, 425])('with status %i is not from Atlas, even with a code', (status) => {
    expect(toError(status, { errorCode: 'SOME_CODE' }).name).toBe('NonAtlasResponseError')
  })

  // With an API key, the authentication has checked the challenge to a GET.
  it.each([
    ['apiKey', 'GET', undefined, 'RejectedError'],
    ['apiKey', 'POST', undefined, 'NonAtlasResponseError'],
    ['apiKey', 'POST', 'Digest realm="MMS Public API", nonce="n", qop="auth"', 'NonAtlasResponseError'],
    ['serviceAccount', 'GET', undefined, 'NonAtlasResponseError'],
    ['serviceAccount', 'GET', 'Basic realm="gateway"', 'NonAtlasResponseError'],
    ['serviceAccount', 'GET', 'Basic realm="a \\", bearer badge"', 'NonAtlasResponseError'],
    ['serviceAccount', 'GET', 'Bearer error="invalid_token"', 'RejectedError'],
    ['serviceAccount', 'GET', 'Basic realm="gateway", bearer', 'RejectedError'],
    ['serviceAccount', 'POST', 'Basic realm="gateway"', 'NonAtlasResponseError'],
    ['serviceAccount', 'POST', 'Bearer error="invalid_token"', 'OutcomeUnknownError'],
  ] as const)(
    'with status 401 and no code, with %s to a %s and the challenge %s: %s',
    (credential, method, challenge, name) => {
      const headers = challenge === undefined ? {} : { 'www-authenticate': challenge }
      const answer = { response: createResponse(401, 'a page', headers), authenticated: true, credential }
      const request = { method, purpose: action }
      const isRejected = name === 'RejectedError'
      expect(provesRejection(answer, request)).toBe(isRejected)
      expect(toAtlasError(answer, request, NOW)).toMatchObject({ name, mayHaveExecuted: !isRejected })
    },
  )

  it('with status 429 leaves the outcome unknown if it has no code and the request had credentials', () => {
    const error = { name: 'ThrottledError', title: TITLES.rateLimited }
    expect(toError(429)).toMatchObject({ ...error, mayHaveExecuted: true })
    expect(toError(429, '', {}, false)).toMatchObject({ ...error, mayHaveExecuted: false })
    expect(toError(429, { errorCode: 'SOME_CODE' })).toMatchObject({ ...error, mayHaveExecuted: false })
  })

  it('is throttling without an Atlas error code only if its status is 429', () => {
    expect(THROTTLING.flatMap(({ code, status }) => (code === undefined ? status : []))).toStrictEqual([429])
  })

  it('with status 429 or 503 can have a Retry-After, unlike any other 5xx', () => {
    const headers = { 'retry-after': '7' }
    expect(toError(503, '', headers)).toMatchObject({ retryAfterMs: 7_000 })
    expect(asNotExecuted(toError(503, '', headers))).toMatchObject({ retryAfterMs: 7_000 })
    expect(toError(429, '', headers)).toMatchObject({ retryAfterMs: 7_000 })
    expect(toError(503).retryAfterMs).toBeUndefined()
    expect(toError(500, '', headers).retryAfterMs).toBeUndefined()
  })

  it.each([300, 301, 302, 303, 304, 307, 308, 399])('with status %i is an unexpected redirect', (status) => {
    const error = { name: 'UntrustedResponseError', title: TITLES.redirect }
    const location = 'https://elsewhere.example/'
    expect(toError(status, '', { location })).toMatchObject({
      ...error,
      message: mentioning(action, `HTTP ${status}`, location),
      mayHaveExecuted: true,
    })
    expect(toError(status, '', {}, false)).toMatchObject({ ...error, mayHaveExecuted: false })
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

  it('with status 407 names the proxy variables, and nothing was executed', () => {
    const error = toError(407)
    expect(error).toMatchObject({
      name: 'UntrustedResponseError',
      title: TITLES.proxyAuthentication,
      message: mentioning(action, 'HTTP 407'),
      remedy: mentioning('https_proxy', 'http_proxy', 'no_proxy'),
      mayHaveExecuted: false,
    })
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

const parse = (body: unknown, headers: Readonly<Record<string, string>> = {}, status = 400) =>
  parseErrorResponse(createResponse(status, body, headers), true)

describe('an error response', () => {
  it('of Atlas has a code, a detail, and parameters', () => {
    const errors = fixture('errors')
    if (typeof errors !== 'object' || errors === null || !('clusterNotFound' in errors))
      throw new TypeError('the fixture lacks clusterNotFound')
    const { status, headers, body } = recorded(errors.clusterNotFound)
    const error = parseErrorResponse(createResponse(status, body, headers))
    const detail = 'No cluster named cluster-209 exists in group b0123456789abcdef012345b.'
    expect(error).toStrictEqual({
      status: 404,
      errorCode: 'CLUSTER_NOT_FOUND',
      detail,
      parameters: ['cluster-209', 'b0123456789abcdef012345b'],
    })
    expect(formatErrorResponse(error)).toBe(`HTTP 404 Not Found, CLUSTER_NOT_FOUND: ${detail.slice(0, -1)}`)
  })

  it('of OAuth 2.0 has a code and a description', () => {
    const error = parse({ error: 'invalid_client', error_description: 'Client unknown.' }, {}, 401)
    expect(error).toStrictEqual({
      status: 401,
      errorCode: 'invalid_client',
      detail: 'Client unknown.',
      parameters: [],
    })
    expect(formatErrorResponse(error)).toBe('HTTP 401 Unauthorized, invalid_client: Client unknown')
    expect(parse({ error: 'invalid_grant' })).toMatchObject({ errorCode: 'invalid_grant', detail: undefined })
  })

  it('has no code if the only one is empty or is of OAuth 2.0 but not for a token request', () => {
    const read = (body: object, headers = {}) => parseErrorResponse(createResponse(404, body, headers))
    expect(read({ error: 'not_found' }).errorCode).toBeUndefined()
    expect(read({ errorCode: '' }, { 'x-error-code': '' }).errorCode).toBeUndefined()
    expect(toError(404, { error: 'not_found' }).name).toBe('NonAtlasResponseError')
  })

  it('has no code if the OAuth 2.0 code has megabytes', () => {
    expect(parse({ error: 'a'.repeat(8_000_000) }).errorCode).toBeUndefined()
  })

  it('has its code from the body, then from the header, then from OAuth 2.0', () => {
    const headers = { 'x-error-code': 'FROM_HEADER' }
    const oauth = { error: 'invalid_client', error_description: 'o' }
    expect(parse({ ...oauth, errorCode: 'FROM_BODY', detail: 'a' }, headers)).toMatchObject({
      errorCode: 'FROM_BODY',
      detail: 'a',
    })
    for (const body of [oauth, { ...oauth, errorCode: 7 }, '<html>'])
      expect(parse(body, headers).errorCode).toBe('FROM_HEADER')
  })

  it.each([401, 'Unauthorized', 'Internal Server Error', '', '_', 'a_', null, ['invalid_client']])(
    'has no OAuth 2.0 code if error is %j',
    (error) => {
      expect(parse({ error }).errorCode).toBeUndefined()
    },
  )

  it('contains the invalid fields in its detail', () => {
    const fields = [
      { field: 'retentionInDays', description: 'must be 1 or more' },
      { description: 'nameless' },
      { field: 'without description' },
      null,
    ]
    const badRequestDetail = { fields }
    expect(parse({ detail: 'Invalid.', badRequestDetail }).detail).toBe(
      'Invalid.; retentionInDays: must be 1 or more; field: nameless',
    )
    for (const detail of [undefined, ''])
      expect(parse({ detail, badRequestDetail }).detail).toBe(
        'retentionInDays: must be 1 or more; field: nameless',
      )
  })

  it('has only a status if its format is unknown', () => {
    const nothing = { errorCode: undefined, detail: undefined, parameters: [] }
    const odd = { detail: 1, badRequestDetail: { fields: 'none' } }
    for (const body of ['<html>', 'null', '[]', '"text"', '{}', { detail: '', parameters: null }, odd])
      expect(parse(body)).toStrictEqual({ status: 400, ...nothing })
    expect(formatErrorResponse({ status: 799, ...nothing })).toBe('HTTP 799')
  })

  it('has a detail of at most 1000 characters and a code of at most 100', () => {
    expect(parse({ detail: 'x'.repeat(1000) }).detail).toHaveLength(1000)
    for (const name of ['detail', 'error_description'])
      expect(parse({ [name]: 'x '.repeat(501) }).detail).toHaveLength(1000)
    const code = `C${'_'.repeat(99)}`
    expect(parse({ errorCode: code }).errorCode).toBe(code)
    expect(parse({ errorCode: `${code}X` }).errorCode).toBe('…')
    expect(parse({}, { 'x-error-code': `${code}X` }).errorCode).toBe('…')
  })

  it('is formatted without a final period', () => {
    const error = { status: 400, errorCode: undefined, detail: 'So it is. ..', parameters: [] }
    expect(formatErrorResponse(error)).toBe('HTTP 400 Bad Request: So it is')
  })

  it('has only parameters that are strings, even if others are deeply nested', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"errorCode":"X","parameters":[${nested},"a",1,null,true,["b"],{"c":"d"},"","e"]}`
    expect(parse(body)).toMatchObject({ errorCode: 'X', parameters: ['a', '', 'e'] })
  })
})

const date = 'Mon, 10 Aug 2026 03:00:00 GMT'
describe('an HTTP date', () => {
  it.each(['Mon, 10 Aug 2026 03:01:30 GMT', 'Monday, 10-Aug-26 03:01:30 GMT'])('is in UTC: %s', (value) => {
    for (const text of [value, `  ${value} `])
      expect(parseHttpDate(text)).toBe(Date.UTC(2026, 7, 10, 3, 1, 30))
  })

  it.each([
    undefined,
    'soon',
    'Mon, 99 Aug 2026 03:01:30 GMT',
    'Mon, 10 Aug 2026 03:01:30',
    'Mon, 10 Aug 2026 03:01:30 PST',
    'Mon, 10 Aug 2026 03:01:30 GMT, 5',
  ])('is not %j', (value) => {
    expect(parseHttpDate(value)).toBeUndefined()
  })
})

/** `Retry-After` in a response with this `Date`. */
function retryAfter(value: string | undefined, own: string | undefined) {
  const toHeader = (text: string | undefined) => (text === undefined ? undefined : [text])
  const headers = { 'retry-after': toHeader(value), date: toHeader(own) }
  return parseRetryAfter({ status: 429, headers, body: '' }, NOW)
}

describe('Retry-After', () => {
  const MAX = 2 ** 31 * 1000

  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['2147483647', MAX - 1000],
    ['2147483649', MAX],
    ['9'.repeat(400), MAX],
  ])('of %s seconds means %i ms, with or without a Date', (value, ms) => {
    expect(retryAfter(value, undefined)).toBe(ms)
    expect(retryAfter(value, date)).toBe(ms)
  })

  it.each([
    [' Mon, 10 Aug 2026 03:01:30 GMT ', ` ${date} `, 90_000],
    ['Mon, 10 Aug 2026 02:59:59 GMT', date, 0],
    ['Sat, 01 Jan 2000 00:00:05 GMT', 'Sat, 01 Jan 2000 00:00:00 GMT', 5000],
    ['Tue, 01 Jan 2080 00:00:05 GMT', 'Tue, 01 Jan 2080 00:00:00 GMT', 5000],
  ])("%s with the response's Date %s means %i ms", (value, own, ms) => {
    expect(retryAfter(value, own)).toBe(ms)
  })

  it.each(['soon', '-1', '1.5', '1e3', '0x10', '5 seconds'])('is ignored if it is %j', (value) => {
    expect(retryAfter(value, date)).toBeUndefined()
  })

  it("is relative to the runner's clock if Date is missing or invalid", () => {
    for (const own of [undefined, 'soon'])
      expect(retryAfter('Mon, 10 Aug 2026 03:01:30 GMT', own)).toBe(30_000)
  })
})
