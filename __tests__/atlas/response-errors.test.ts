import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  ConflictError,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
  UntrustedResponseError,
} from '../../src/atlas/errors.js'
import {
  asNotExecuted,
  formatErrorResponse,
  noUsableResponse,
  parseErrorResponse,
  parseHttpDate,
  parseRetryAfter,
  proxyAuthError,
  toAtlasError,
} from '../../src/atlas/response-errors.js'
import { fixture, recorded } from '../emulator/client.js'
import { createResponse } from '../support/answers.js'
import { assertProperty } from '../support/assertions.js'

const credential = 'apiKey'
const asked = 'Taking a snapshot of cluster shop-prod'

function error(status: number, errorCode?: string, authenticated = true) {
  const body = errorCode === undefined ? 'a page' : { errorCode, detail: 'Atlas says why.' }
  return toAtlasError({ response: createResponse(status, body), authenticated, credential }, asked)
}

describe('an answer that leaves open whether the request was executed', () => {
  it.each([100, 101, 199, 408, 500, 501, 502, 503, 504, 599])(
    '%i is a lost answer to a request with credentials',
    (status) => {
      const lost = error(status)
      expect(lost).toBeInstanceOf(OutcomeUnknownError)
      expect(lost.mayHaveExecuted).toBe(true)
      expect(lost.message).toMatch(`${asked}: Atlas answered HTTP ${status}`)
    },
  )

  it.each([100, 408, 500, 503])(
    '%i to a request without credentials says that nothing was executed',
    (status) => {
      const notSent = error(status, undefined, false)
      expect(notSent).toBeInstanceOf(NotExecutedError)
      expect(notSent.mayHaveExecuted).toBe(false)
    },
  )

  it('may be none at all, with its cause', () => {
    const cause = new Error('from the network')
    expect(noUsableResponse('Lost.', true, cause)).toMatchObject({
      name: 'OutcomeUnknownError',
      title: 'Atlas gave no usable answer',
      message: 'Lost.',
      cause,
    })
    expect(noUsableResponse('Lost.', false)).toBeInstanceOf(NotExecutedError)
  })
})

describe('a conflict', () => {
  it('is 400 UNFINISHED_ON_DEMAND_SNAPSHOT, and nothing was executed', () => {
    const conflict = error(400, 'UNFINISHED_ON_DEMAND_SNAPSHOT')
    expect(conflict).toBeInstanceOf(ConflictError)
    expect(conflict.mayHaveExecuted).toBe(false)
    expect(conflict.message).toContain('UNFINISHED_ON_DEMAND_SNAPSHOT: Atlas says why')
    expect(conflict.remedy).toContain('on-conflict')
  })

  it.each([
    [400, 'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT'],
    [409, 'UNFINISHED_ON_DEMAND_SNAPSHOT'],
    [404, 'UNFINISHED_ON_DEMAND_SNAPSHOT'],
  ])('is not %i %s', (status, errorCode) => {
    expect(error(status, errorCode)).toBeInstanceOf(RejectedError)
  })
})

describe('an answer that asks to come back later', () => {
  const later = (status: number, errorCode: string, headers: Record<string, string>) =>
    toAtlasError(
      { response: createResponse(status, { errorCode }, headers), authenticated: true, credential },
      asked,
    )

  it('is 429, with the time that Retry-After names', () => {
    const limited = later(429, 'RATE_LIMITED', { 'retry-after': '7' })
    expect(limited).toBeInstanceOf(ThrottledError)
    expect(limited).toMatchObject({
      title: 'Atlas limits the rate of requests',
      mayHaveExecuted: false,
      retryAfterMs: 7000,
    })
  })

  it('is 405 during an upgrade, with the time that a date names by Atlas own clock', () => {
    const date = 'Mon, 10 Aug 2026 03:00:00 GMT'

    const upgrade = later(405, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', {
      'retry-after': 'Mon, 10 Aug 2026 03:00:20 GMT',
      date,
    })
    expect(upgrade).toMatchObject({ title: 'Atlas is being upgraded', retryAfterMs: 20_000 })
  })

  it('names no time where Atlas names none', () => {
    expect(later(429, 'RATE_LIMITED', {})).toMatchObject({ name: 'ThrottledError', retryAfterMs: undefined })
  })

  it('is no other 405, and no other status with the code of an upgrade', () => {
    expect(error(405, 'METHOD_NOT_ALLOWED')).toBeInstanceOf(RejectedError)
    expect(error(403, 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES')).toBeInstanceOf(RejectedError)
  })
})

describe('an answer that must not be talked to', () => {
  it.each([300, 301, 302, 303, 304, 307, 308, 399])('%i is a redirect, which is not followed', (status) => {
    const response = createResponse(status, '', { location: 'https://elsewhere.example/' })
    const redirect = toAtlasError({ response, authenticated: true, credential }, asked)
    expect(redirect).toBeInstanceOf(UntrustedResponseError)
    expect(redirect.message).toContain(`HTTP ${status} to https://elsewhere.example/`)
  })

  it.each([
    ['a query', 'https://login.example/saml?SAMLRequest=5ec2e7', 'https://login.example/saml'],
    ['a fragment', 'https://login.example/#access_token=5ec2e7', 'https://login.example/'],
    ['parameters of its path', '/login;jsessionid=5ec2e7?a=b', '/login'],
    ['a user and a password', 'http://me:5ec2e7@login.example:81/a', 'http://login.example:81/a'],
    ['nothing else', '?code=5ec2e7', 'nowhere'],
  ])('a redirect is told without what may be secret in it: %s', (_, location, told) => {
    const response = createResponse(302, '', { location })
    const { message } = toAtlasError({ response, authenticated: true, credential }, asked)
    expect(message).toContain(`HTTP 302 to ${told}. A redirect is never followed`)
    expect(message).not.toContain('5ec2e7')
  })

  it('a redirect tells where it leads in 200 characters, or the origin alone', () => {
    const response = createResponse(302, '', { location: `https://login.example/${'a'.repeat(4_000)}/b` })
    const { message } = toAtlasError({ response, authenticated: true, credential }, asked)
    expect(message).toMatch(/ to https:\/\/login\.example …\. A redirect/)
    expect(message.length).toBeLessThan(400)
  })

  it.each([true, false])(
    'a redirect may have executed the request exactly if it bore credentials: %s',
    (authenticated) => {
      const redirect = toAtlasError({ response: createResponse(302), authenticated, credential }, asked)
      expect(redirect.mayHaveExecuted).toBe(authenticated)
      expect(redirect.message).toContain('to nowhere')
    },
  )

  it('is 407, which names the proxy variables and executed nothing', () => {
    const proxy = error(407)
    expect(proxy).toBeInstanceOf(UntrustedResponseError)
    expect(proxy.mayHaveExecuted).toBe(false)
    expect(proxy.remedy).toMatch(/https_proxy.*http_proxy.*no_proxy/)
    const cause = new Error('from the tunnel')
    expect(proxyAuthError('CONNECT: 407.', cause)).toMatchObject({ title: proxy.title, cause })
  })
})

describe('a refusal', () => {
  it.each([400, 401, 402, 403, 404, 406, 410, 413, 418, 422, 451, 499])(
    '%i is for good, and nothing was executed',
    (status) => {
      const refused = error(status, 'SOME_CODE')
      expect(refused).toBeInstanceOf(RejectedError)
      expect(refused).toMatchObject({ mayHaveExecuted: false, response: { status, errorCode: 'SOME_CODE' } })
      expect(refused.message).toMatch(
        new RegExp(`^${asked} was refused \\(HTTP ${status}.*, SOME_CODE: Atlas says why\\)\\.$`),
      )
      expect(refused.remedy).not.toBe('')
    },
  )
})

describe('a loss of a request without credentials', () => {
  it('is no loss, since Atlas executes none of those', () => {
    const lost = error(503)
    expect(asNotExecuted(lost)).toMatchObject({
      name: 'NotExecutedError',
      message: lost.message,
      title: lost.title,
      cause: lost,
    })
  })

  it('is not executed either where the answer must not be trusted, which is no less final', () => {
    const cause = new Error('from below')
    for (const redirect of [error(302), new UntrustedResponseError({ ...error(302), cause }, true)]) {
      const bare = asNotExecuted(redirect)
      expect(bare).toBeInstanceOf(UntrustedResponseError)
      expect(bare).toMatchObject({
        message: redirect.message,
        title: redirect.title,
        remedy: redirect.remedy,
        mayHaveExecuted: false,
        cause: redirect.cause ?? redirect,
      })
    }
  })

  it('changes nothing else', () => {
    const bug = new TypeError('no')
    for (const other of [error(404), error(407), error(503, undefined, false), bug, 'a string'])
      expect(asNotExecuted(other)).toBe(other)
  })
})

describe('reading an error answer', () => {
  it('finds the code, the detail and the parameters of a recorded one', () => {
    const errors = fixture('errors')
    if (typeof errors !== 'object' || errors === null || !('clusterNotFound' in errors))
      throw new TypeError('the fixture lacks clusterNotFound')
    const { status, headers, body } = recorded(errors.clusterNotFound)
    const refusal = parseErrorResponse(createResponse(status, body, headers))
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
    const refusal = parseErrorResponse(createResponse(401, body))
    expect(refusal).toEqual({
      status: 401,
      errorCode: 'invalid_client',
      detail: 'Client authentication failed.',
      parameters: [],
    })
    expect(formatErrorResponse(refusal)).toBe(
      'HTTP 401 Unauthorized, invalid_client: Client authentication failed',
    )
    expect(parseErrorResponse(createResponse(400, { error: 'invalid_grant' }))).toMatchObject({
      errorCode: 'invalid_grant',
      detail: undefined,
    })
  })

  it('prefers the shape of Atlas to that of OAuth 2.0', () => {
    const body = { error: 'invalid_client', errorCode: 'ITS_OWN', error_description: 'o', detail: 'a' }
    expect(parseErrorResponse(createResponse(401, body))).toMatchObject({ errorCode: 'ITS_OWN', detail: 'a' })
    const headers = { 'x-error-code': 'FROM_HEADER' }
    expect(parseErrorResponse(createResponse(401, { error: 'invalid_client' }, headers)).errorCode).toBe(
      'FROM_HEADER',
    )
  })

  it.each([401, 'Unauthorized', 'Internal Server Error', '', '_', 'a_', null, ['invalid_client']])(
    'takes no code from an error that is none of OAuth 2.0: %j',
    (error) => {
      expect(parseErrorResponse(createResponse(401, { error })).errorCode).toBeUndefined()
    },
  )

  it('cuts what OAuth 2.0 says like all else', () => {
    const refusal = parseErrorResponse(
      createResponse(401, { error: 'e'.repeat(101), error_description: 'd '.repeat(501) }),
    )
    expect(refusal.errorCode).toBe('…')
    expect(refusal.detail).toHaveLength(1000)
  })

  it('takes the code from the header where the body has none', () => {
    const headers = { 'x-error-code': 'FROM_HEADER' }
    expect(parseErrorResponse(createResponse(400, '<html>', headers)).errorCode).toBe('FROM_HEADER')
    expect(parseErrorResponse(createResponse(400, { errorCode: 'FROM_BODY' }, headers)).errorCode).toBe(
      'FROM_BODY',
    )
    expect(parseErrorResponse(createResponse(400, { errorCode: 7 }, headers)).errorCode).toBe('FROM_HEADER')
  })

  it('adds the fields that Atlas found wrong to the detail', () => {
    const fields = [
      { field: 'retentionInDays', description: 'must be 1 or more' },
      { description: 'nameless' },
      { field: 'without description' },
      'no object',
    ]
    const body = { detail: 'Validation failed.', badRequestDetail: { fields } }
    expect(parseErrorResponse(createResponse(400, body)).detail).toBe(
      'Validation failed.; retentionInDays: must be 1 or more; field: nameless',
    )
    for (const detail of [undefined, '']) {
      expect(parseErrorResponse(createResponse(400, { detail, badRequestDetail: { fields } })).detail).toBe(
        'retentionInDays: must be 1 or more; field: nameless',
      )
    }
  })

  it('leaves only the status of what is not in the shape of Atlas', () => {
    const nothing = { errorCode: undefined, detail: undefined, parameters: [] }
    for (const body of ['<html>', 'null', '[]', '"text"', '{}', { detail: '', parameters: null }]) {
      expect(parseErrorResponse(createResponse(502, body))).toEqual({ status: 502, ...nothing })
    }
    expect(
      parseErrorResponse(createResponse(400, { detail: 1, badRequestDetail: { fields: 'none' } })),
    ).toMatchObject(nothing)
    expect(formatErrorResponse({ status: 799, ...nothing })).toBe('HTTP 799')
  })

  it('keeps 1000 characters of a detail without the full stop at its end', () => {
    expect(parseErrorResponse(createResponse(400, { detail: 'x'.repeat(1000) })).detail).toHaveLength(1000)
    expect(parseErrorResponse(createResponse(400, { detail: 'x '.repeat(501) })).detail).toHaveLength(1000)
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
    expect(parseErrorResponse(createResponse(400, { errorCode: code })).errorCode).toBe(code)
    expect(parseErrorResponse(createResponse(400, { errorCode: `${code}X` })).errorCode).toBe(cut)
    expect(parseErrorResponse(createResponse(400, {}, { 'x-error-code': `${code}X` })).errorCode).toBe(cut)
  })

  it('keeps of the parameters those that are strings', () => {
    const parameters = ['a', 1, null, true, ['b'], { c: 'd' }, '', 'e']
    expect(parseErrorResponse(createResponse(400, { parameters })).parameters).toEqual(['a', '', 'e'])
  })

  it('copes with parameters that are nested without end', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `{"errorCode":"X","parameters":[${nested},"a"]}`
    expect(parseErrorResponse(createResponse(400, body))).toEqual({
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
        const refusal = parseErrorResponse(createResponse(400, text))
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

const date = 'Mon, 10 Aug 2026 03:00:00 GMT'

/** `Retry-After` in a response with that `Date`. */
function retryAfter(value: string | undefined, own: string | undefined) {
  const headers = {
    'retry-after': value === undefined ? undefined : [value],
    date: own === undefined ? undefined : [own],
  }
  return parseRetryAfter({ status: 429, headers, body: '' })
}

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1000],
    [' 120 ', 120_000],
    ['007', 7000],
  ])('of %j seconds is %i ms, with or without a Date', (value, ms) => {
    expect(retryAfter(value, undefined)).toBe(ms)
    expect(retryAfter(value, date)).toBe(ms)
  })

  it.each(['Mon, 10 Aug 2026 03:01:30 GMT', 'Monday, 10-Aug-26 03:01:30 GMT'])(
    "%s is counted from the answer's own Date",
    (value) => {
      expect(retryAfter(value, date)).toBe(90_000)
      expect(retryAfter(` ${value} `, ` ${date} `)).toBe(90_000)
    },
  )

  it('of more seconds than there is time for is capped, however many digits it has', () => {
    const most = 2 ** 31 * 1000
    expect(retryAfter('2147483647', undefined)).toBe(most - 1000)
    for (const digits of ['2147483648', '2147483649', '9'.repeat(400)])
      expect(retryAfter(digits, date)).toBe(most)
  })

  it("does not look at the runner's clock", () => {
    const skewed = 'Sat, 01 Jan 2000 00:00:00 GMT'
    expect(retryAfter('Sat, 01 Jan 2000 00:00:05 GMT', skewed)).toBe(5000)
    expect(retryAfter('Tue, 01 Jan 2080 00:00:05 GMT', 'Tue, 01 Jan 2080 00:00:00 GMT')).toBe(5000)
  })

  it('is never negative', () => {
    expect(retryAfter('Mon, 10 Aug 2026 02:59:59 GMT', date)).toBe(0)
    expect(retryAfter(date, date)).toBe(0)
  })

  it.each([
    undefined,
    '',
    ' ',
    'soon',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '5 seconds',
    '2026-08-10',
    '12:30',
    'Mon, 99 Foo 2026',
    'Mon, nonsense 5',
    'Mon, 5',
    'Mon, 10 Foo 2026 03:01:30 GMT',
    'Monday, 10-Foo-26 03:01:30 GMT',
    'Mon Foo 10 03:01:30 2026',
    'Mon, 99 Aug 2026 03:01:30 GMT',
    'Mon, 10 Aug 2026 25:01:30 GMT',
    'Mon, 10 Aug 2026 03:01:30',
    'Mon, 10 Aug 2026 03:01:30 PST',
    'Mon, 10 Aug 2026 03:01:30 +0200',
    'Mon Aug 10 03:01:30 GMT 2026',
    'Mon Aug 3 03:01:30 2026',
    '2026-08-10T03:01:30Z',
    'Mon, 10 Aug 2026 03:01:30 GMT, 5',
  ])('that is missing or nonsense says nothing: %j', (value) => {
    expect(retryAfter(value, date)).toBeUndefined()
  })

  it.each([undefined, '', 'nonsense', '2026-08-10', 'Mon, nonsense 5', 'Mon, 10 Foo 2026 03:00:00 GMT'])(
    'as a date says nothing without a Date: %j',
    (own) => {
      expect(retryAfter('Mon, 10 Aug 2026 03:01:30 GMT', own)).toBeUndefined()
    },
  )

  it('of any text says nothing, or a time of 0 or more', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[0-9]{1,400}$/),
      fc.date({ noInvalidDate: true }).map((day) => day.toUTCString()),
      fc.string().map((rest) => `Mon, ${rest}`),
    )
    assertProperty(
      fc.property(fc.option(text, { nil: undefined }), fc.option(text, { nil: undefined }), (value, own) => {
        const ms = retryAfter(value, own) ?? 0
        expect(Number.isFinite(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('a date as HTTP writes it', () => {
  it.each([
    'Mon, 10 Aug 2026 03:01:30 GMT',
    'Monday, 10-Aug-26 03:01:30 GMT',
    '  Mon, 10 Aug 2026 03:01:30 GMT ',
  ])('is in UTC: %j', (value) => {
    expect(parseHttpDate(value)).toBe(Date.UTC(2026, 7, 10, 3, 1, 30))
  })

  it.each([
    undefined,
    '',
    'soon',
    '2026-08-10T03:01:30Z',
    'Mon, 10 Aug 2026 03:01:30 CET',
    'Mon, 99 Abc 2026 03:01:30 GMT',
    'Mon Aug 10 03:01:30 2026 CET',
  ])('is not %j', (value) => {
    expect(parseHttpDate(value)).toBeUndefined()
  })
})
