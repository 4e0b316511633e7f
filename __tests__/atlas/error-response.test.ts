import { describe, expect, it } from '@jest/globals'
import { formatErrorResponse, parseErrorResponse } from '../../src/atlas/error-response.js'
import { recordedErrors } from '../support/emulator-client.js'
import { createResponse } from '../support/http-responses.js'

const parse = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  parseErrorResponse(createResponse(404, body, headers))

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
      isAtlas: true,
    })
    expect(formatErrorResponse(error)).toBe(`HTTP 404 Not Found, CLUSTER_NOT_FOUND: ${detail.slice(0, -1)}`)
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
    [{ badRequestDetail }, invalidFields],
  ])('with the body %j has the detail %s', (body, detail) => {
    expect(parse(body).detail).toBe(detail)
  })

  it('has only a status if its format is unknown', () => {
    const nothing = { errorCode: undefined, detail: undefined, parameters: [], isAtlas: false }
    const empty = { errorCode: '', detail: '', parameters: null }
    const odd = { detail: 1, badRequestDetail: { fields: 'none' } }
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
    [{ errorCode: '' }, false],
    [{ errorCode: 7 }, false],
    [{ error: 'not_found' }, false],
    ['<html>', false],
  ])('with the body %j is from Atlas: %s', (body, expected) => {
    expect(parse(body).isAtlas).toBe(expected)
  })

  it('is from Atlas if Atlas was recorded to send it', () => {
    const errors = Object.values(recordedErrors)
    expect(errors.length).toBeGreaterThan(4)
    for (const { status, body } of errors)
      expect(parseErrorResponse(createResponse(status, body)).isAtlas).toBe(true)
  })
})
