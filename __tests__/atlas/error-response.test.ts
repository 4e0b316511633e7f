import { describe, expect, it } from '@jest/globals'
import { formatErrorResponse, isAtlas, parseErrorResponse } from '../../src/atlas/error-response.js'
import { recordedErrors } from '../support/emulator-client.js'
import { createResponse } from '../support/http-responses.js'

const parse = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  parseErrorResponse(createResponse(400, body, headers), true)

describe('an error response', () => {
  it('of Atlas has a code, a detail, and parameters', () => {
    const { status, headers, body } = recordedErrors.clusterNotFound
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

  const longestCode = `C${'_'.repeat(99)}`

  it.each<[unknown, string | undefined]>([
    [{ error: 'invalid_client' }, 'invalid_client'],
    [{ error: 'invalid_client', errorCode: 7 }, 'invalid_client'],
    [{ error: 'invalid_client', errorCode: 'OF_ATLAS' }, 'OF_ATLAS'],
    [{ errorCode: longestCode }, longestCode],
    [{ errorCode: `${longestCode}X` }, '…'],
    // Other servers send these in the field of OAuth 2.0.
    ...[401, 'Unauthorized', 'Internal Server Error', '', '_', 'a_', null, ['invalid_client']].map(
      (error): [unknown, undefined] => [{ error }, undefined],
    ),
  ])('with the body %j has the code %s', (body, errorCode) => {
    expect(parse(body).errorCode).toBe(errorCode)
  })

  it('has no code of megabytes, from a header, or of OAuth 2.0 if it is not for a token request', () => {
    expect(parse({ error: 'a'.repeat(8_000_000) }).errorCode).toBeUndefined()
    expect(parse('<html>', { 'x-error-code': 'OF_HEADER' }).errorCode).toBeUndefined()
    expect(parseErrorResponse(createResponse(404, { error: 'not_found' })).errorCode).toBeUndefined()
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
    [{ badRequestDetail }, invalidFields],
    [{ detail: 'x'.repeat(1000) }, 'x'.repeat(1000)],
    [{ detail: 'x'.repeat(1001) }, '…'],
    [{ detail: 'x '.repeat(501) }, `${'x '.repeat(250)}…${' x'.repeat(249)} `],
    [{ error_description: 'x '.repeat(501) }, `${'x '.repeat(250)}…${' x'.repeat(249)} `],
  ])('with the body %j has the detail %s', (body, detail) => {
    expect(parse(body).detail).toBe(detail)
  })

  it('has only a status if its format is unknown', () => {
    const nothing = { errorCode: undefined, detail: undefined, parameters: [] }
    const empty = { errorCode: '', detail: '', parameters: null }
    const odd = { detail: 1, badRequestDetail: { fields: 'none' } }
    for (const body of ['<html>', 'null', '[]', '"text"', '{}', empty, odd])
      expect(parse(body)).toStrictEqual({ status: 400, ...nothing })
    expect(formatErrorResponse({ status: 799, ...nothing })).toBe('HTTP 799')
  })

  it('has only parameters that are strings, even if others are deeply nested', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"errorCode":"X","parameters":[${nested},"a",1,null,true,["b"],{"c":"d"},"","e"]}`
    expect(parse(body)).toMatchObject({ errorCode: 'X', parameters: ['a', '', 'e'] })
  })
})

describe('isAtlas', () => {
  const shaped = { error: 404, reason: 'Not Found', detail: 'No such thing.' }

  it.each<[unknown, boolean]>([
    [{ errorCode: 'CLUSTER_NOT_FOUND' }, true],
    [{ ...shaped, errorCode: null, parameters: null }, true],
    [{ ...shaped, error: 400 }, false],
    [{ ...shaped, error: '404' }, false],
    [{ ...shaped, reason: undefined }, false],
    [{ ...shaped, detail: undefined }, false],
    [{ errorCode: '' }, false],
    [{ errorCode: 7 }, false],
    ['<html>', false],
  ])('for a 404 with the body %j is %s, whatever its headers', (body, expected) => {
    expect(isAtlas(createResponse(404, body, { 'x-error-code': 'OF_HEADER' }))).toBe(expected)
  })

  it('is true for each recorded error', () => {
    const errors = Object.values(recordedErrors)
    expect(errors.length).toBeGreaterThan(4)
    for (const { status, body } of errors) expect(isAtlas(createResponse(status, body))).toBe(true)
  })
})
