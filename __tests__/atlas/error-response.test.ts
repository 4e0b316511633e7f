import { describe, expect, it } from '@jest/globals'
import { formatErrorResponse, isAtlas, parseErrorResponse } from '../../src/atlas/error-response.js'
import { fixture, recorded } from '../support/emulator-client.js'
import { createResponse } from '../support/http-responses.js'

const parse = (body: unknown, headers: Readonly<Record<string, string>> = {}, status = 400) =>
  parseErrorResponse(createResponse(status, body, headers), true)

describe('an error response', () => {
  it('of Atlas has a code, a detail, and parameters', () => {
    const { status, headers, body } = recorded(Object(fixture('errors')).clusterNotFound)
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
    expect(error).toMatchObject({ status: 401, errorCode: 'invalid_client', detail: 'Client unknown.' })
    expect(parse({ error: 'invalid_grant' })).toMatchObject({ errorCode: 'invalid_grant', detail: undefined })
  })

  it('has no code if the only one is empty or is of OAuth 2.0 but not for a token request', () => {
    const read = (body: object) => parseErrorResponse(createResponse(404, body))
    expect(read({ error: 'not_found' }).errorCode).toBeUndefined()
    expect(read({ errorCode: '' }).errorCode).toBeUndefined()
  })

  it('has its code from Atlas rather than from OAuth 2.0, and never from a header', () => {
    const oauth = { error: 'invalid_client', error_description: 'o' }
    expect(parse({ ...oauth, errorCode: 'OF_ATLAS', detail: 'a' })).toMatchObject({
      errorCode: 'OF_ATLAS',
      detail: 'a',
    })
    expect(parse({ ...oauth, errorCode: 7 }).errorCode).toBe('invalid_client')
    expect(parse('<html>', { 'x-error-code': 'OF_HEADER' }).errorCode).toBeUndefined()
  })

  it('has no OAuth 2.0 code if error is something else, or has megabytes', () => {
    const odd = [401, 'Unauthorized', 'Internal Server Error', '', '_', 'a_', null, ['invalid_client']]
    for (const error of [...odd, 'a'.repeat(8_000_000)]) expect(parse({ error }).errorCode).toBeUndefined()
  })

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
    const errors = Object.values(Object(fixture('errors'))).map(recorded)
    expect(errors.length).toBeGreaterThan(4)
    for (const { status, body } of errors) expect(isAtlas(createResponse(status, body))).toBe(true)
  })
})
