import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Random } from '../../src/ports.js'
import { backoff, createPollInterval } from '../../src/snapshot/schedule.js'
import { assertProperty } from '../support/property.js'

const always = (fraction: number): Random => ({ fraction: () => fraction, hex: () => '' })
const fractions = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the adaptive schedule', () => {
  // A real clock never gives 0 for the time waited so far.
  it.each([0, 0.003, 1, 1_999.999])('looks first after 2 s exactly, %d ms into the wait', (waitedMs) => {
    for (const fraction of [0, 0.5, 0.999])
      expect(createPollInterval(undefined, always(fraction))(waitedMs)).toBe(2_000)
  })

  it.each([
    [2_000, 2_000],
    [40_000, 2_000],
    [60_000, 3_000],
    [100_000, 5_000],
    [599_980, 29_999],
    [600_000, 30_000],
    [3_600_000, 30_000],
  ])('after %d ms looks again in 5 %% of them, clamped: %d ms', (waitedMs, intervalMs) => {
    expect(createPollInterval(undefined, always(0.5))(waitedMs)).toBe(intervalMs)
  })

  it('varies every interval but the first by 10 % at most, either way, and none goes beyond 30 s', () => {
    expect(createPollInterval(undefined, always(0))(2_000)).toBe(1_800)
    expect(createPollInterval(undefined, always(0))(100_000)).toBe(4_500)
    expect(createPollInterval(undefined, always(1))(100_000)).toBeCloseTo(5_500)
    expect(createPollInterval(undefined, always(0))(3_600_000)).toBe(27_000)
    expect(createPollInterval(undefined, always(1))(3_600_000)).toBe(30_000)
    assertProperty(
      fc.property(fractions, fc.integer({ min: 0, max: 432_000_000 }), (fraction, waitedMs) => {
        const interval = createPollInterval(undefined, always(fraction))(waitedMs)
        expect(interval).toBeGreaterThanOrEqual(1_800)
        expect(interval).toBeLessThanOrEqual(30_000)
      }),
    )
  })
})

describe('the adaptive schedule where the rate limit runs short', () => {
  const intervalAt = (waitedMs: number, limitLeft: number, fraction = 0.5) =>
    createPollInterval(undefined, always(fraction))(waitedMs, limitLeft)

  it.each([1, 0.75, 0.5])('is as ever while half of it is left: %d', (limitLeft) => {
    for (const waitedMs of [0, 2_000, 100_000, 3_600_000])
      expect(intervalAt(waitedMs, limitLeft)).toBe(createPollInterval(undefined, always(0.5))(waitedMs))
  })

  it.each([
    [0.4, 24_000],
    [0.25, 60_000],
    [0.1, 96_000],
    [0, 120_000],
  ])('with %d of it left looks again after %d ms, give or take 10 %%', (limitLeft, intervalMs) => {
    for (const waitedMs of [2_000, 100_000]) {
      expect(intervalAt(waitedMs, limitLeft)).toBeCloseTo(intervalMs)
      expect(intervalAt(waitedMs, limitLeft, 0)).toBeCloseTo(intervalMs * 0.9)
      expect(intervalAt(waitedMs, limitLeft, 1)).toBeCloseTo(intervalMs * 1.1)
    }
  })

  it('never looks more often for it', () => {
    expect(intervalAt(3_600_000, 0.49)).toBe(30_000)
  })

  it('looks first after 2 s all the same', () => {
    expect(intervalAt(0, 0)).toBe(2_000)
  })
})

describe('a fixed interval', () => {
  it.each([0, 1, 60_000, 7_200_000])('is kept to the millisecond after %d ms, without jitter', (waitedMs) => {
    const noChance: Random = {
      fraction: () => {
        throw new Error('asked for jitter')
      },
      hex: () => '',
    }
    expect(createPollInterval(12_345, noChance)(waitedMs)).toBe(12_345)
    expect(createPollInterval(12_345, noChance)(waitedMs, 0)).toBe(12_345)
  })
})

describe('backoff', () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 16_000],
    [5, 30_000],
    [6, 30_000],
    [5_000, 30_000],
  ])('of attempt %d lies anywhere below %d ms', (attempt, longest) => {
    expect(backoff(attempt, always(0))).toBe(0)
    expect(backoff(attempt, always(0.5))).toBe(longest / 2)
    assertProperty(fc.property(fractions, (fraction) => backoff(attempt, always(fraction)) < longest))
  })

  it.each([
    [5, 32_000],
    [7, 128_000],
    [8, 240_000],
    [5_000, 240_000],
  ])('grows as far as the caller says: attempt %d to %d ms', (attempt, longest) => {
    expect(backoff(attempt, always(0.5), 240_000)).toBe(longest / 2)
  })
})
