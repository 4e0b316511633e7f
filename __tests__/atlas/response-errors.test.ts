import { describe, expect, it } from '@jest/globals'
import { AtlasError } from '../../src/atlas/errors.js'
import type { AtlasResponse, HttpResponse } from '../../src/atlas/http.js'
import { asNotExecuted, toAtlasError } from '../../src/atlas/response-errors.js'
import { TITLES } from '../../src/titles.js'
import { createResponse } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

const action = 'create a snapshot of cluster shop-prod'
/** The titles of rejections are in remedies.test.ts. */
const anyTitle = expect.any(String)

/** The error for a response, by default to a request with an API key. */
function toError(response: HttpResponse, how: Partial<AtlasResponse> = {}) {
  const request = { authenticated: true, credential: 'apiKey', ...how } as const
  return toAtlasError({ response, ...request }, { purpose: action }, 0)
}

describe('a response', () => {
  it.each([
    [[100, 199, 408, 500, 503, 599], 'a page', 'unknown', TITLES.invalidResponse],
    [[400, 403, 405, 499], 'a page', 'notAtlas', anyTitle],
    // Atlas does not send these.
    [[421, 425], { errorCode: 'SOME_CODE' }, 'notAtlas', anyTitle],
    [[429], 'a page', 'unknown', TITLES.rateLimited],
    [[300, 399], '', 'untrusted', TITLES.redirect],
  ])(
    'of %j with the body %j to a request with credentials has an unknown outcome: %s',
    (statuses, body, meaning, title) => {
      for (const status of statuses) {
        const error = { title, message: mentioning(action, `HTTP ${status}`) }
        const response = createResponse(status, body)
        expect(toError(response)).toMatchObject({ ...error, meaning, mayHaveExecuted: true })
        expect(toError(response, { authenticated: false })).toMatchObject({
          ...error,
          meaning: meaning === 'unknown' ? 'notExecuted' : meaning,
          mayHaveExecuted: false,
        })
      }
    },
  )

  it.each([
    [400, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'conflict', TITLES.conflict],
    [409, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'rejected', anyTitle],
    [429, 'RATE_LIMITED', 'throttled', TITLES.rateLimited],
    [405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', 'throttled', TITLES.maintenance],
    [405, 'METHOD_NOT_ALLOWED', 'rejected', anyTitle],
    [499, 'SOME_CODE', 'rejected', anyTitle],
    [407, 'SOME_CODE', 'untrusted', TITLES.proxyAuthentication],
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

  it.each([
    // `DigestAuth` throws for any other 401.
    ['apiKey', 'a page', 'rejected'],
    ['serviceAccount', { errorCode: 'SOME_CODE' }, 'rejected'],
    ['serviceAccount', { error: 401, reason: 'Unauthorized', detail: 'No.' }, 'rejected'],
    ['serviceAccount', 'a page', 'notAtlas'],
  ] as const)('of 401 to a request with %s and the body %j is a %s', (credential, body, meaning) => {
    const response = createResponse(401, body, { 'www-authenticate': 'Bearer error="invalid_token"' })
    const mayHaveExecuted = meaning !== 'rejected'
    expect(toError(response, { credential })).toMatchObject({ meaning, mayHaveExecuted })
  })

  it.each([
    [405, { errorCode: 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES' }, 7_000],
    [429, '', 7_000],
    [503, '', 7_000],
    [500, '', undefined],
  ])('of %i with the body %j has a Retry-After of %p', (status, body, retryAfterMs) => {
    const error = toError(createResponse(status, body, { 'retry-after': '7' }))
    expect(error).toMatchObject({ retryAfterMs })
    expect(asNotExecuted(error)).toMatchObject({ retryAfterMs })
  })

  it.each([
    ['https://login.example/saml?SAMLRequest=5ec2e7', 'https://login.example/saml'],
    ['https://login.example/#access_token=5ec2e7', 'https://login.example/'],
    ['/login;jsessionid=5ec2e7?a=b', ' /login'],
    ['http://me:5ec2e7@login.example:81/a', 'http://login.example:81/a'],
    ['?code=5ec2e7', ''],
    [`https://login.example/${'5ec2e7'.repeat(700)}/b`, 'https://login.example …'],
    // The limit is 200 characters.
    [`https://login.example/${'a'.repeat(178)}`, `https://login.example/${'a'.repeat(178)}`],
    [`https://login.example/${'a'.repeat(179)}`, 'https://login.example …'],
  ])('with a redirect to %s does not leak secrets', (location, shown) => {
    const { message } = toError(createResponse(302, '', { location }))
    expect(message).toStrictEqual(mentioning(`${shown}.`))
    expect(message).not.toMatch(/5ec2e7|[?#;@]| \./)
    expect(message.length).toBeLessThan(400)
  })
})

it('asNotExecuted keeps the cause', () => {
  const report = { title: 'Lost', message: 'Lost.', remedy: 'Wait.', cause: new Error('canceled') }
  expect(asNotExecuted(new AtlasError('unknown', report))).toMatchObject({ cause: report.cause })
})

it('asNotExecuted returns any other error unchanged', () => {
  const notExecuted = [
    toError(createResponse(404, { errorCode: 'CLUSTER_NOT_FOUND' })),
    toError(createResponse(407)),
    toError(createResponse(503), { authenticated: false }),
  ]
  for (const error of [...notExecuted, new TypeError('no'), 'a string'])
    expect(asNotExecuted(error)).toBe(error)
})
