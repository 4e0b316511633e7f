import { describe, expect, it } from '@jest/globals'
import { formatErrorResponse, parseErrorResponse } from '../../src/atlas/error-response.js'
import { AtlasError, asNotExecuted } from '../../src/atlas/errors.js'
import { recordedErrors } from '../support/emulator-client.js'
import { createResponse, post, toError } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

const parse = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  parseErrorResponse(createResponse(404, body, headers))

describe('an error response', () => {
  it('of Atlas has a code, a detail, and parameters', () => {
    const { headers, body } = recordedErrors.clusterNotFound
    expect(parse(body, headers)).toStrictEqual({
      status: 404,
      errorCode: 'CLUSTER_NOT_FOUND',
      detail: 'No cluster named cluster-209 exists in group b0123456789abcdef012345b.',
      parameters: ['cluster-209', 'b0123456789abcdef012345b'],
      isAtlas: true,
    })
  })

  it.each<[unknown, string | undefined]>([
    [{ error: 'invalid_client' }, 'invalid_client'],
    [{ error: 'invalid_client', errorCode: 7 }, 'invalid_client'],
    [{ error: 'invalid_client', errorCode: 'OF_ATLAS' }, 'OF_ATLAS'],
    // Other servers send these in the field of OAuth 2.0.
    ...[401, 'Unauthorized', 'Internal Server Error', '', null, ['invalid_client'], 'a'.repeat(1_000)].map(
      (error): [unknown, undefined] => [{ error }, undefined],
    ),
  ])('with the body %j has the code %s', (body, errorCode) => {
    expect(parse(body).errorCode).toBe(errorCode)
  })

  const badRequestDetail = {
    fields: [
      { field: 'retentionInDays', description: 'must be 1 or more' },
      { description: 'nameless' },
      { field: 'without description' },
      null,
    ],
  }
  const invalidFields = 'retentionInDays: must be 1 or more; field: nameless'

  it.each<[object, string]>([
    [{ error_description: 'Client unknown.' }, 'Client unknown.'],
    [{ error_description: 'Client unknown.', detail: 'a' }, 'a'],
    [{ detail: 'Invalid.', badRequestDetail }, `Invalid.; ${invalidFields}`],
    [{ detail: '', badRequestDetail }, invalidFields],
  ])('with the body %j has the detail %s', (body, detail) => {
    expect(parse(body).detail).toBe(detail)
  })

  it('has only a status if its format is unknown', () => {
    const nothing = { errorCode: undefined, detail: undefined, parameters: [], isAtlas: false }
    const empty = { errorCode: '', detail: '', parameters: null }
    const odd = { errorCode: 7, detail: 1, badRequestDetail: { fields: 'none' } }
    for (const body of ['<html>', 'null', '[]', '"text"', '{}', empty, odd])
      expect(parse(body, { 'x-error-code': 'OF_HEADER' })).toStrictEqual({ status: 404, ...nothing })
    expect(formatErrorResponse({ status: 799, ...nothing })).toBe('HTTP 799')
  })

  it('has only parameters that are strings', () => {
    const parameters = [{ a: 1 }, 'a', 1, null, true, ['b'], '', 'e']
    expect(parse({ errorCode: 'X', parameters })).toMatchObject({ parameters: ['a', '', 'e'] })
  })

  const shaped = { error: 404, reason: 'Not Found', detail: 'No such thing.' }

  it.each<[unknown, boolean]>([
    [{ errorCode: 'CLUSTER_NOT_FOUND' }, true],
    [{ ...shaped, errorCode: null, parameters: null }, true],
    [{ ...shaped, error: 400 }, false],
    [{ ...shaped, error: '404' }, false],
    [{ ...shaped, reason: undefined }, false],
    [{ ...shaped, detail: undefined }, false],
    [{ error: 'not_found' }, false],
  ])('with the body %j is from Atlas: %s', (body, expected) => {
    expect(parse(body).isAtlas).toBe(expected)
  })

  it.each(Object.entries(recordedErrors))('that Atlas sent is from Atlas: %s', (_, { status, body }) => {
    expect(parseErrorResponse(createResponse(status, body)).isAtlas).toBe(true)
  })
})

// responses.test.ts has the meaning and the title of each response.
describe('the error of a response', () => {
  it.each([
    [500, 'a page', 'HTTP 500 Internal Server Error from Atlas or a proxy'],
    [502, { detail: 'No.' }, 'HTTP 502 Bad Gateway from Atlas or a proxy: No'],
    [502, { errorCode: 'X' }, 'Atlas responded with HTTP 502 Bad Gateway, X'],
    [400, { errorCode: 'X', detail: 'No. ..' }, 'Atlas responded with HTTP 400 Bad Request, X: No'],
    [400, 'a page', '(HTTP 400 Bad Request) is not in the format of Atlas'],
    [407, 'a page', 'a proxy responded with HTTP 407 Proxy Authentication Required'],
  ])('of %i %j says what failed, and who sent it', (status, body, words) => {
    expect(toError(status, body).message).toStrictEqual(mentioning(post.purpose, `${words}.`))
  })

  it("names the runner's address, and no other parameter", () => {
    const remedyFor = (...parameters: string[]) =>
      toError(403, { errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST', parameters }).remedy
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
    const { message } = toError(302, '', { location })
    expect(message).toStrictEqual(mentioning(`${shown}.`))
    expect(message).not.toMatch(/5ec2e7|[?#;@]| \./)
  })

  it('of a request without credentials only loses the doubt whether Atlas executed it', () => {
    const row = { meaning: 'unknown', title: 'Lost', remedy: 'Wait.', page: 'page.md' } as const
    const report = { message: 'Lost.', retryAfterMs: 7_000, cause: new Error('canceled') }
    const known = { meaning: 'notExecuted', mayHaveExecuted: false, row }
    expect(asNotExecuted(new AtlasError(row, report))).toMatchObject({ ...row, ...report, ...known })
    const explanation = { title: 'T', remedy: 'R.' }
    const copy = new AtlasError(row, report, false).with({ explanation })
    expect(copy).toMatchObject({ ...explanation, page: undefined, ...known })
    const changed = asNotExecuted(new AtlasError(row, report).with({ remedy: 'R.' }))
    expect(changed).toMatchObject({ remedy: 'R.', page: 'page.md', retryAfterMs: 7_000, ...known })
    for (const error of [toError(407), new TypeError('no'), 'a string'])
      expect(asNotExecuted(error)).toBe(error)
  })
})
