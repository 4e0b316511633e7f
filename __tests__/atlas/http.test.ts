import { describe, expect, it } from '@jest/globals'
import { parseRetryAfter } from '../../src/atlas/http.js'
import { createResponse } from '../support/http-responses.js'

const date = 'Mon, 10 Aug 2026 03:00:00 GMT'

describe('Retry-After', () => {
  const retryAfter = (headers: Readonly<Record<string, string>>) =>
    parseRetryAfter(createResponse(429, '', headers))

  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['999999999', 999_999_999_000],
    ...['9999999999', 'soon', '-1', '1.5', '1e3', '0x10', '5 seconds'].map(
      (value) => [value, undefined] as const,
    ),
  ])('of %j means %p ms, with or without a Date', (value, ms) => {
    expect(retryAfter({ 'retry-after': value })).toBe(ms)
    expect(retryAfter({ 'retry-after': value, date })).toBe(ms)
  })

  it.each([
    [' Mon, 10 Aug 2026 03:01:30 GMT ', ` ${date} `, 90_000],
    ['Monday, 10-Aug-26 03:01:30 GMT', date, 90_000],
    ['Mon, 10 Aug 2026 02:59:59 GMT', date, 0],
    // The runner's clock can be wrong, so it does not count.
    ['Mon, 10 Aug 2026 03:01:30 GMT', 'Mon, 99 Aug 2026 03:00:00 GMT', undefined],
    ['Mon, 10 Aug 2026 03:01:30 GMT', '', undefined],
  ])("%s with the response's Date %s means %p ms", (value, date, ms) => {
    expect(retryAfter({ 'retry-after': value, date })).toBe(ms)
  })
})
