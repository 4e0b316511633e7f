import { describe, expect, it } from '@jest/globals'
import { parseHttpDate, parseRetryAfter } from '../../src/atlas/http.js'

/** The runner's clock, one minute ahead of Atlas. */
const NOW = Date.parse('2026-08-10T03:01:00Z')

const date = 'Mon, 10 Aug 2026 03:00:00 GMT'

it.each([
  'soon',
  'Mon, 99 Aug 2026 03:01:30 GMT',
  'Mon, 10 Aug 2026 03:01:30',
  'Mon, 10 Aug 2026 03:01:30 PST',
])('%s is not an HTTP date', (value) => {
  expect(parseHttpDate(value)).toBeUndefined()
})

/** `Retry-After` in a response with this `Date`. */
function retryAfter(value: string | undefined, own: string | undefined) {
  const toHeader = (text: string | undefined) => (text === undefined ? undefined : [text])
  const headers = { 'retry-after': toHeader(value), date: toHeader(own) }
  return parseRetryAfter({ status: 429, headers, body: '' }, NOW)
}

describe('Retry-After', () => {
  const MAX = 2 ** 31 * 1000

  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['2147483649', MAX],
    ['9'.repeat(400), MAX],
  ])('of %s seconds means %i ms, with or without a Date', (value, ms) => {
    expect(retryAfter(value, undefined)).toBe(ms)
    expect(retryAfter(value, date)).toBe(ms)
  })

  it.each([
    [' Mon, 10 Aug 2026 03:01:30 GMT ', ` ${date} `, 90_000],
    ['Monday, 10-Aug-26 03:01:30 GMT', date, 90_000],
    ['Mon, 10 Aug 2026 02:59:59 GMT', date, 0],
    ['Sat, 01 Jan 2000 00:00:05 GMT', 'Sat, 01 Jan 2000 00:00:00 GMT', 5000],
  ])("%s with the response's Date %s means %i ms", (value, own, ms) => {
    expect(retryAfter(value, own)).toBe(ms)
  })

  it.each(['soon', '-1', '1.5', '1e3', '0x10', '5 seconds'])('is ignored if it is %j', (value) => {
    expect(retryAfter(value, date)).toBeUndefined()
  })

  it("is relative to the runner's clock if Date is missing or invalid", () => {
    for (const own of [undefined, 'soon'])
      expect(retryAfter('Mon, 10 Aug 2026 03:01:30 GMT', own)).toBe(30_000)
  })
})
