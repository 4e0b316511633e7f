import { describe, expect, it } from '@jest/globals'
import { type CredentialKind, credentialLabel } from '../../src/atlas/credentials.js'
import { toAtlasError } from '../../src/atlas/error-response.js'
import { AtlasError, asNotExecuted } from '../../src/atlas/errors.js'
import type { AtlasResponse, HttpResponse } from '../../src/atlas/http.js'
import { RESPONSES, type ResponseRow } from '../../src/atlas/responses.js'
import { createResponse } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

const purpose = 'create a snapshot of cluster shop-prod'
const kinds: readonly CredentialKind[] = ['apiKey', 'serviceAccount']

/** The error for a response, by default to a request with an API key. */
function toError(response: HttpResponse, how: Partial<AtlasResponse> = {}): AtlasError {
  const request = { authenticated: true, credential: 'apiKey', isAtlas: false, ...how } as const
  return toAtlasError({ response, ...request }, { purpose })
}

/** A response for each status and each code of each row. */
const cases = Object.entries<ResponseRow>(RESPONSES).flatMap(([name, row]) => {
  const { statuses = ['4xx'], codes = ['NEVER_HEARD_OF'], fromAnyone } = row
  return statuses.flatMap((status) =>
    codes.map((errorCode) => ({
      name,
      row,
      status: Number(status.replace('xx', '99')),
      body: fromAnyone ? '<html>' : { errorCode, detail: 'Token limit' },
    })),
  )
})

describe('a row of the table', () => {
  it.each(cases)('$name applies to $status $body', ({ row, status, body }) => {
    const { meaning = 'rejected', title } = row
    const response = createResponse(status, body)
    // A rejection, a conflict, and throttling mean that nothing was executed.
    const mayHaveExecuted = ['unknown', 'notAtlas', 'untrusted'].includes(meaning)
    for (const credential of row.credential === undefined ? kinds : [row.credential]) {
      const error = toError(response, { credential })
      expect(error).toMatchObject({
        title,
        meaning,
        mayHaveExecuted,
        message: mentioning(purpose, `HTTP ${status}`),
      })
      // Whether a re-run helps depends on the state of the step.
      expect(error.remedy).not.toMatch(/[{}]|re-?run|retry/i)
      const labels = kinds.map(credentialLabel).filter((label) => error.remedy.includes(label))
      if (row.remedy.includes('{credential}')) expect(labels).toStrictEqual([credentialLabel(credential)])
      // A request without credentials was not executed.
      expect(toError(response, { credential, authenticated: false })).toMatchObject({
        title,
        meaning: meaning === 'unknown' ? 'notExecuted' : meaning,
        mayHaveExecuted: false,
      })
    }
  })

  const denied = { error: 'access_denied', error_description: 'Token limit' }

  it.each<[number, unknown, string, string]>([
    [199, 'a page', 'unknown', TITLES.invalidResponse],
    [599, 'a page', 'unknown', TITLES.invalidResponse],
    [500, { errorCode: 'CLUSTER_NOT_FOUND' }, 'unknown', TITLES.invalidResponse],
    [408, { errorCode: 'CLUSTER_NOT_FOUND' }, 'unknown', TITLES.invalidResponse],
    [407, { errorCode: 'CLUSTER_NOT_FOUND' }, 'rejected', TITLES.proxyRefused],
    [429, { errorCode: 'CLUSTER_NOT_FOUND' }, 'throttled', TITLES.rateLimited],
    [429, 'a page', 'unknown', TITLES.rateLimited],
    [422, { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }, 'conflict', TITLES.conflict],
    [405, { errorCode: 'METHOD_NOT_ALLOWED' }, 'rejected', TITLES.requestRejected],
    [404, { error: 404, reason: 'Not Found', detail: 'No.' }, 'rejected', TITLES.notFound],
    [403, denied, 'notAtlas', TITLES.notAtlas],
    [403, { ...denied, errorCode: 'SOME_CODE' }, 'rejected', TITLES.forbidden],
  ])('comes before another one for %i %j, which is %s, "%s"', (status, body, meaning, title) => {
    expect(toError(createResponse(status, body))).toMatchObject({ meaning, title })
  })
})

describe('the error of a response', () => {
  it.each([
    [502, 'a page', 'HTTP 502 Bad Gateway from Atlas or a proxy'],
    [502, { detail: 'No.' }, 'HTTP 502 Bad Gateway from Atlas or a proxy: No'],
    [502, { errorCode: 'X' }, 'Atlas responded with HTTP 502 Bad Gateway, X'],
    [400, { errorCode: 'X', detail: 'No. ..' }, 'Atlas responded with HTTP 400 Bad Request, X: No'],
    [400, 'a page', '(HTTP 400 Bad Request) is not in the format of Atlas'],
    [407, 'a page', 'a proxy responded with HTTP 407 Proxy Authentication Required'],
  ])('of %i %j says who sent it', (status, body, words) => {
    expect(toError(createResponse(status, body)).message).toStrictEqual(mentioning(`${words}.`))
  })

  it('has a Retry-After, also if nothing was executed', () => {
    const error = toError(createResponse(503, '', { 'retry-after': '7' }))
    for (const each of [error, asNotExecuted(error.with('More.'))])
      expect(each).toMatchObject({ retryAfterMs: 7_000 })
  })

  it("names the runner's address, and no other parameter", () => {
    const remedyFor = (...parameters: string[]) =>
      toError(createResponse(403, { errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', parameters })).remedy
    for (const address of ['203.0.113.7', '2001:db8::7'])
      expect(remedyFor('abcdef', '12:30', address)).toStrictEqual(mentioning(` ${address} `))
    for (const text of ['not an address', '::error::x', 'cafe', '1.2.3', '203.0.113.777', ':::'])
      expect(remedyFor(text)).toBe(remedyFor())
    expect(remedyFor()).not.toContain('undefined')
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
    for (const error of [toError(createResponse(407)), new TypeError('no'), 'a string'])
      expect(asNotExecuted(error)).toBe(error)
  })
})
