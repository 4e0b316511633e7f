import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseRetryAfter } from '../../src/atlas/retry-after.js'
import { assertProperty } from '../support/property.js'

const date = 'Mon, 10 Aug 2026 03:00:00 GMT'

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1000],
    [' 120 ', 120_000],
    ['007', 7000],
  ])('of %j seconds is %i ms, with or without a Date', (value, ms) => {
    expect(parseRetryAfter(value, undefined)).toBe(ms)
    expect(parseRetryAfter(value, date)).toBe(ms)
  })

  it.each(['Mon, 10 Aug 2026 03:01:30 GMT', 'Monday, 10-Aug-26 03:01:30 GMT'])(
    "%s is counted from the answer's own Date",
    (value) => {
      expect(parseRetryAfter(value, date)).toBe(90_000)
      expect(parseRetryAfter(` ${value} `, ` ${date} `)).toBe(90_000)
    },
  )

  it.each([
    ['Mon Aug 10 03:01:30 2026', 'Mon Aug 10 03:00:00 2026'],
    ['Mon Aug 10 03:01:30 2026', date],
    ['Mon, 10 Aug 2026 03:01:30 GMT', 'Mon Aug 10 03:00:00 2026'],
    ['Mon Aug  3 03:01:30 2026', 'Monday, 03-Aug-26 03:00:00 GMT'],
  ])("counts the third form of a date, asctime's, too: %s from %s", (value, own) => {
    expect(parseRetryAfter(value, own)).toBe(90_000)
  })

  it('of more seconds than there is time for is capped, however many digits it has', () => {
    const most = 2 ** 31 * 1000
    expect(parseRetryAfter('2147483647', undefined)).toBe(most - 1000)
    for (const digits of ['2147483648', '2147483649', '9'.repeat(400)])
      expect(parseRetryAfter(digits, date)).toBe(most)
  })

  it("does not look at the runner's clock", () => {
    const skewed = 'Sat, 01 Jan 2000 00:00:00 GMT'
    expect(parseRetryAfter('Sat, 01 Jan 2000 00:00:05 GMT', skewed)).toBe(5000)
    expect(parseRetryAfter('Tue, 01 Jan 2080 00:00:05 GMT', 'Tue, 01 Jan 2080 00:00:00 GMT')).toBe(5000)
  })

  it('is never negative', () => {
    expect(parseRetryAfter('Mon, 10 Aug 2026 02:59:59 GMT', date)).toBe(0)
    expect(parseRetryAfter(date, date)).toBe(0)
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
    'Mon, 10 Aug 2026 3:01:30 GMT',
    'Mon, 1 Aug 2026 03:01:30 GMT',
    'mon, 10 aug 2026 03:01:30 gmt',
    'Mon Aug 10 03:01:30 GMT 2026',
    'Mon Aug 3 03:01:30 2026',
    '2026-08-10T03:01:30Z',
    'Mon, 10 Aug 2026 03:01:30 GMT, 5',
  ])('that is missing or nonsense says nothing: %j', (value) => {
    expect(parseRetryAfter(value, date)).toBeUndefined()
  })

  it.each([undefined, '', 'nonsense', '2026-08-10', 'Mon, nonsense 5', 'Mon, 10 Foo 2026 03:00:00 GMT'])(
    'as a date says nothing without a Date: %j',
    (own) => {
      expect(parseRetryAfter('Mon, 10 Aug 2026 03:01:30 GMT', own)).toBeUndefined()
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
        const ms = parseRetryAfter(value, own) ?? 0
        expect(Number.isFinite(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
