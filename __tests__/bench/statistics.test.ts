import { describe, expect, it } from '@jest/globals'
import { mean, pairedRatios, percentile, toQuartiles } from '../../bench/statistics.js'

describe('quartiles', () => {
  it('are the values at 25%, 50% and 75% in sorted order', () => {
    expect(toQuartiles([5, 1, 4, 2, 3])).toEqual({ lower: 2, median: 3, upper: 4 })
  })

  it('are interpolated between two values', () => {
    expect(toQuartiles([10, 20])).toEqual({ lower: 12.5, median: 15, upper: 17.5 })
  })

  it('of one value are all that value', () => {
    expect(toQuartiles([7])).toEqual({ lower: 7, median: 7, upper: 7 })
  })

  it('of no values throw a RangeError', () => {
    expect(() => toQuartiles([])).toThrow(RangeError)
  })
})

it('paired ratios cancel out a slow round', () => {
  expect(pairedRatios([20, 200, 20], [10, 100, 10])).toEqual({ lower: 2, median: 2, upper: 2 })
})

it('a mean is the sum divided by the count', () => {
  expect(mean([1, 2, 6])).toBe(3)
  expect(mean([])).toBeNaN()
})

describe('a percentile', () => {
  it.each([
    [0.5, 3],
    [0.8, 4],
    [0.81, 5],
    [1, 5],
    [0, 1],
  ])('at %d is the smallest value that this share of the values does not exceed', (share, value) => {
    expect(percentile([5, 1, 4, 2, 3], share)).toBe(value)
  })

  it('of no values is NaN', () => {
    expect(percentile([], 0.5)).toBeNaN()
  })
})
