import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { formatErrorResponse, parseErrorResponse } from '../../src/atlas/refusal.js'
import { fixture, recorded } from '../emulator/client.js'
import { answerOf } from '../support/answers.js'
import { assertProperty } from '../support/property.js'

describe('reading an error answer', () => {
  it('finds the code, the detail and the parameters of a recorded one', () => {
    const errors = fixture('errors')
    if (typeof errors !== 'object' || errors === null || !('clusterNotFound' in errors))
      throw new TypeError('the fixture lacks clusterNotFound')
    const { status, headers, body } = recorded(errors.clusterNotFound)
    const refusal = parseErrorResponse(answerOf(status, body, headers))
    expect(refusal).toEqual({
      status: 404,
      errorCode: 'CLUSTER_NOT_FOUND',
      detail: 'No cluster named cluster-209 exists in group b0123456789abcdef012345b.',
      parameters: ['cluster-209', 'b0123456789abcdef012345b'],
    })
    expect(formatErrorResponse(refusal)).toBe(
      'HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named cluster-209 exists in group b0123456789abcdef012345b',
    )
  })

  it('finds the code and the description in the shape of OAuth 2.0, too', () => {
    const body = { error: 'invalid_client', error_description: 'Client authentication failed.' }
    const refusal = parseErrorResponse(answerOf(401, body))
    expect(refusal).toEqual({
      status: 401,
      errorCode: 'invalid_client',
      detail: 'Client authentication failed.',
      parameters: [],
    })
    expect(formatErrorResponse(refusal)).toBe(
      'HTTP 401 Unauthorized, invalid_client: Client authentication failed',
    )
    expect(parseErrorResponse(answerOf(400, { error: 'invalid_grant' }))).toMatchObject({
      errorCode: 'invalid_grant',
      detail: undefined,
    })
  })

  it('prefers the shape of Atlas to that of OAuth 2.0', () => {
    const body = { error: 'invalid_client', errorCode: 'ITS_OWN', error_description: 'o', detail: 'a' }
    expect(parseErrorResponse(answerOf(401, body))).toMatchObject({ errorCode: 'ITS_OWN', detail: 'a' })
    const headers = { 'x-error-code': 'FROM_HEADER' }
    expect(parseErrorResponse(answerOf(401, { error: 'invalid_client' }, headers)).errorCode).toBe(
      'FROM_HEADER',
    )
  })

  it.each([401, 'Unauthorized', 'Internal Server Error', '', '_', 'a_', null, ['invalid_client']])(
    'takes no code from an error that is none of OAuth 2.0: %j',
    (error) => {
      expect(parseErrorResponse(answerOf(401, { error })).errorCode).toBeUndefined()
    },
  )

  it('cuts what OAuth 2.0 says like all else', () => {
    const refusal = parseErrorResponse(
      answerOf(401, { error: 'e'.repeat(101), error_description: 'd '.repeat(501) }),
    )
    expect(refusal.errorCode).toBe('…')
    expect(refusal.detail).toHaveLength(1000)
  })

  it('takes the code from the header where the body has none', () => {
    const headers = { 'x-error-code': 'FROM_HEADER' }
    expect(parseErrorResponse(answerOf(400, '<html>', headers)).errorCode).toBe('FROM_HEADER')
    expect(parseErrorResponse(answerOf(400, { errorCode: 'FROM_BODY' }, headers)).errorCode).toBe('FROM_BODY')
    expect(parseErrorResponse(answerOf(400, { errorCode: 7 }, headers)).errorCode).toBe('FROM_HEADER')
  })

  it('adds the fields that Atlas found wrong to the detail', () => {
    const fields = [
      { field: 'retentionInDays', description: 'must be 1 or more' },
      { description: 'nameless' },
      { field: 'without description' },
      'no object',
    ]
    const body = { detail: 'Validation failed.', badRequestDetail: { fields } }
    expect(parseErrorResponse(answerOf(400, body)).detail).toBe(
      'Validation failed.; retentionInDays: must be 1 or more; field: nameless',
    )
    for (const detail of [undefined, '']) {
      expect(parseErrorResponse(answerOf(400, { detail, badRequestDetail: { fields } })).detail).toBe(
        'retentionInDays: must be 1 or more; field: nameless',
      )
    }
  })

  it('leaves only the status of what is not in the shape of Atlas', () => {
    const nothing = { errorCode: undefined, detail: undefined, parameters: [] }
    for (const body of ['<html>', 'null', '[]', '"text"', '{}', { detail: '', parameters: null }]) {
      expect(parseErrorResponse(answerOf(502, body))).toEqual({ status: 502, ...nothing })
    }
    expect(
      parseErrorResponse(answerOf(400, { detail: 1, badRequestDetail: { fields: 'none' } })),
    ).toMatchObject(nothing)
    expect(formatErrorResponse({ status: 799, ...nothing })).toBe('HTTP 799')
  })

  it('keeps 1000 characters of a detail without the full stop at its end', () => {
    expect(parseErrorResponse(answerOf(400, { detail: 'x'.repeat(1000) })).detail).toHaveLength(1000)
    expect(parseErrorResponse(answerOf(400, { detail: 'x '.repeat(501) })).detail).toHaveLength(1000)
    const described = formatErrorResponse({
      status: 400,
      errorCode: undefined,
      detail: 'So it is. ..',
      parameters: [],
    })
    expect(described).toBe('HTTP 400 Bad Request: So it is')
  })

  it('keeps a code of 100 characters and none of a longer one, from the body or the header', () => {
    const code = `C${'_'.repeat(99)}`
    const cut = '…'
    expect(parseErrorResponse(answerOf(400, { errorCode: code })).errorCode).toBe(code)
    expect(parseErrorResponse(answerOf(400, { errorCode: `${code}X` })).errorCode).toBe(cut)
    expect(parseErrorResponse(answerOf(400, {}, { 'x-error-code': `${code}X` })).errorCode).toBe(cut)
  })

  it('keeps of the parameters those that are strings', () => {
    const parameters = ['a', 1, null, true, ['b'], { c: 'd' }, '', 'e']
    expect(parseErrorResponse(answerOf(400, { parameters })).parameters).toEqual(['a', '', 'e'])
  })

  it('copes with parameters that are nested without end', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"errorCode":"X","parameters":[${nested},"a"]}`
    expect(parseErrorResponse(answerOf(400, body))).toEqual({
      status: 400,
      errorCode: 'X',
      detail: undefined,
      parameters: ['a'],
    })
  })

  it('reads any bytes as a refusal', () => {
    const body = fc.record(
      {
        errorCode: fc.jsonValue(),
        detail: fc.jsonValue(),
        error: fc.jsonValue(),
        error_description: fc.jsonValue(),
        parameters: fc.oneof(fc.array(fc.oneof(fc.string(), fc.jsonValue())), fc.jsonValue()),
        badRequestDetail: fc.oneof(fc.jsonValue(), fc.record({ fields: fc.jsonValue() })),
      },
      { requiredKeys: [] },
    )
    const bytes = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      body.map((value) => JSON.stringify(value)),
    )
    assertProperty(
      fc.property(bytes, (text) => {
        const refusal = parseErrorResponse(answerOf(400, text))
        expect(refusal.status).toBe(400)
        expect(['string', 'undefined']).toContain(typeof refusal.errorCode)
        expect(refusal.errorCode?.length ?? 0).toBeLessThanOrEqual(100)
        expect(refusal.detail?.length ?? 1).toBeGreaterThan(0)
        expect(refusal.detail?.length ?? 1).toBeLessThanOrEqual(1000)
        for (const parameter of refusal.parameters) expect(typeof parameter).toBe('string')
        expect(formatErrorResponse(refusal)).toMatch(/^HTTP 400 Bad Request/)
      }),
    )
  })
})
