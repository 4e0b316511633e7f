import { describe, expect, it } from '@jest/globals'
import { parseRetryAfter } from '../../src/atlas/http.js'
import { createResponse } from '../support/http-responses.js'

/** The runner's clock, one minute ahead of Atlas. */
const NOW = Date.parse('2026-08-10T03:01:00Z')

const date = 'Mon, 10 Aug 2026 03:00:00 GMT'

describe('Retry-After', () => {
  const MAX = 2 ** 31 * 1000
  const retryAfter = (headers: Readonly<Record<string, string>>) =>
    parseRetryAfter(createResponse(429, '', headers), NOW)

  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['2147483649', MAX],
    ['9'.repeat(400), MAX],
    ...['soon', '-1', '1.5', '1e3', '0x10', '5 seconds'].map((value) => [value, undefined] as const),
  ])('of %j means %p ms, with or without a Date', (value, ms) => {
    expect(retryAfter({ 'retry-after': value })).toBe(ms)
    expect(retryAfter({ 'retry-after': value, date })).toBe(ms)
  })

  it.each([
    [' Mon, 10 Aug 2026 03:01:30 GMT ', ` ${date} `, 90_000],
    ['Monday, 10-Aug-26 03:01:30 GMT', date, 90_000],
    ['Mon, 10 Aug 2026 02:59:59 GMT', date, 0],
    // If its Date is not valid, the runner's clock counts.
    ['Mon, 10 Aug 2026 03:01:30 GMT', 'Mon, 99 Aug 2026 03:00:00 GMT', 30_000],
    ['Mon, 10 Aug 2026 03:01:30 GMT', 'Mon, 10 Aug 2026 03:00:00', 30_000],
  ])("%s with the response's Date %s means %i ms", (value, date, ms) => {
    expect(retryAfter({ 'retry-after': value, date })).toBe(ms)
  })

  it("is relative to the runner's clock if Date is missing", () => {
    expect(retryAfter({ 'retry-after': 'Mon, 10 Aug 2026 03:01:30 GMT' })).toBe(30_000)
  })
})
