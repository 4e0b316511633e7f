import { describe, expect, it } from '@jest/globals'
import { AtlasError } from '../../src/atlas/errors.js'
import type { AtlasResponse, HttpResponse } from '../../src/atlas/http.js'
import { asNotExecuted, toAtlasError } from '../../src/atlas/meanings.js'
import { TITLES } from '../../src/titles.js'
import { createResponse } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

const action = 'create a snapshot of cluster shop-prod'
/** The titles of rejections are in remedies.test.ts. */
const anyTitle = expect.any(String)

/** The error for a response, by default to a request with an API key. */
function toError(response: HttpResponse, how: Partial<AtlasResponse> = {}) {
  const request = { authenticated: true, credential: 'apiKey', isAtlas: false, ...how } as const
  return toAtlasError({ response, ...request }, { purpose: action })
}

describe('a response', () => {
  it.each([
    [[100, 199, 408, 500, 503, 599], 'a page', 'unknown', TITLES.invalidResponse],
    [[400, 401, 403, 405, 421, 425, 499], 'a page', 'notAtlas', TITLES.notAtlas],
    [[403], { error: 'access_denied', error_description: 'Token limit' }, 'notAtlas', TITLES.notAtlas],
    [[429], 'a page', 'unknown', TITLES.rateLimited],
    [[300, 399], '', 'untrusted', TITLES.redirect],
  ])('of %j with the body %j might come after an execution: %s', (statuses, body, meaning, title) => {
    for (const status of statuses) {
      const error = { title, message: mentioning(action, `HTTP ${status}`) }
      const response = createResponse(status, body)
      expect(toError(response)).toMatchObject({ ...error, meaning, mayHaveExecuted: true })
      // A request without credentials was not executed.
      expect(toError(response, { authenticated: false })).toMatchObject({
        ...error,
        meaning: meaning === 'unknown' ? 'notExecuted' : meaning,
        mayHaveExecuted: false,
      })
    }
  })

  it.each([
    [400, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'conflict', TITLES.conflict],
    [422, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'conflict', TITLES.conflict],
    [429, 'RATE_LIMITED', 'throttled', TITLES.rateLimited],
    [405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 'throttled', TITLES.maintenance],
    [405, 'METHOD_NOT_ALLOWED', 'rejected', anyTitle],
    [499, 'SOME_CODE', 'rejected', anyTitle],
    [407, 'SOME_CODE', 'rejected', TITLES.proxyRefused],
  ])('of %i %s means that nothing was executed and becomes a %s', (status, errorCode, meaning, title) => {
    const error = toError(createResponse(status, { errorCode, detail: 'Atlas says why.' }))
    const sender = status === 407 ? 'a proxy' : 'Atlas'
    expect(error).toMatchObject({
      meaning,
      title,
      message: mentioning(action, `${sender} responded with HTTP ${status}`, errorCode, 'Atlas says why'),
      remedy: expect.stringMatching(/./),
      mayHaveExecuted: false,
    })
    if (meaning === 'rejected') expect(error).toMatchObject({ response: { status, errorCode } })
  })

  it('of 401 without a body is a rejection if the authentication says so', () => {
    const response = createResponse(401, '')
    expect(toError(response, { isAtlas: true })).toMatchObject({
      meaning: 'rejected',
      mayHaveExecuted: false,
    })
  })

  it('has a Retry-After, whatever its status', () => {
    for (const status of [405, 429, 500, 503]) {
      const error = toError(createResponse(status, '', { 'retry-after': '7' }))
      expect(error).toMatchObject({ retryAfterMs: 7_000 })
      expect(asNotExecuted(error.with('More.'))).toMatchObject({ retryAfterMs: 7_000 })
    }
  })

  it.each([
    ['https://login.example/saml?SAMLRequest=5ec2e7', 'https://login.example/saml'],
    ['https://login.example/#access_token=5ec2e7', 'https://login.example/'],
    ['/login;jsessionid=5ec2e7?a=b', ' /login'],
    ['http://me:5ec2e7@login.example:81/a', 'http://login.example:81/a'],
    ['?code=5ec2e7', ''],
  ])('with a redirect to %s does not leak secrets', (location, shown) => {
    const { message } = toError(createResponse(302, '', { location }))
    expect(message).toStrictEqual(mentioning(`${shown}.`))
    expect(message).not.toMatch(/5ec2e7|[?#;@]| \./)
  })
})

describe('asNotExecuted', () => {
  it('keeps the report and its cause', () => {
    const report = { title: 'Lost', message: 'Lost.', remedy: 'Wait.', cause: new Error('canceled') }
    const error = asNotExecuted(new AtlasError('unknown', report))
    expect(error).toMatchObject({ ...report, meaning: 'notExecuted', mayHaveExecuted: false })
  })

  it('returns any other error unchanged', () => {
    const notExecuted = [
      toError(createResponse(404, { errorCode: 'CLUSTER_NOT_FOUND' })),
      toError(createResponse(407)),
      toError(createResponse(503), { authenticated: false }),
    ]
    for (const error of [...notExecuted, new TypeError('no'), 'a string'])
      expect(asNotExecuted(error)).toBe(error)
  })
})
