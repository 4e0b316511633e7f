import { describe, expect, it } from '@jest/globals'
import { formatErrorResponse, parseErrorResponse, toRequestError } from '../../src/atlas/error-response.js'
import { FAILURES } from '../../src/atlas/responses.js'
import { recordedErrors } from '../support/emulator-client.js'
import { createResponse, post, toError } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

const parse = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  parseErrorResponse(createResponse(404, body, headers))

describe('an error response', () => {
  it('of Atlas has a code and a detail', () => {
    const { headers, body } = recordedErrors.clusterNotFound
    expect(parse(body, headers)).toStrictEqual({
      status: 404,
      errorCode: 'CLUSTER_NOT_FOUND',
      detail: 'No cluster named cluster-209 exists in group b0123456789abcdef012345b.',
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
    const nothing = { errorCode: undefined, detail: undefined, isAtlas: false }
    const empty = { errorCode: '', detail: '', parameters: null }
    const odd = { errorCode: 7, detail: 1, badRequestDetail: { fields: 'none' } }
    for (const body of ['<html>', 'null', '[]', '"text"', '{}', empty, odd])
      expect(parse(body, { 'x-error-code': 'OF_HEADER' })).toStrictEqual({ status: 404, ...nothing })
    expect(formatErrorResponse({ status: 799, ...nothing })).toBe('HTTP 799')
  })

  it('names an address in its parameters once', () => {
    const detailOf = (detail: string, parameters: unknown) => parse({ detail, parameters }).detail
    expect(detailOf('No list.', ['203.0.113.9'])).toBe('No list. IP address: 203.0.113.9')
    expect(detailOf('', ['2001:db8::9'])).toBe('IP address: 2001:db8::9')
    expect(detailOf('Not 203.0.113.9.', ['203.0.113.9'])).toBe('Not 203.0.113.9.')
    for (const other of [undefined, null, [], ['demo', '203.0.113.9'], [7], '203.0.113.9'])
      expect(detailOf('No list.', other)).toBe('No list.')
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

  it('keeps everything else with another reason or failure', () => {
    const error = toError(403, { errorCode: 'X' }, { 'retry-after': '7' })
    const { message, rejection, failure } = error
    const same = { retryAfterMs: 7_000, rejection, cause: error }
    const reason = `${error.reason}. M`
    expect(error.with({ reason })).toMatchObject({ ...same, failure, message: `${message} M.` })
    const changed = error.with({ failure: FAILURES.conflict })
    expect(changed).toMatchObject({ ...same, help: { title: TITLES.conflict }, meaning: 'conflict', message })
  })

  it('keeps no header of its request, because they contain secrets', () => {
    expect(Object.values(toError(403))).not.toContainEqual(
      expect.objectContaining({ headers: expect.anything() }),
    )
  })

  it.each([503, 403, 302, 407])(
    '%i to a POST without credentials means the same, but nothing was executed',
    (status) => {
      const response = createResponse(status)
      const error = toRequestError({ request: post, response, credential: 'apiKey', isProvenAtlas: false })
      expect(error).toMatchObject({
        meaning: toError(status).meaning,
        mayHaveExecuted: false,
        rejection: undefined,
      })
    },
  )
})
