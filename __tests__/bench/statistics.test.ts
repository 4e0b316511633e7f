import { describe, expect, it } from '@jest/globals'
import { mean, pairedRatios, percentile, toQuartiles } from '../../bench/statistics.js'

describe('quartiles', () => {
  it('are the values at a quarter, a half and three quarters, whatever their order', () => {
    expect(toQuartiles([5, 1, 4, 2, 3])).toEqual({ lower: 2, median: 3, upper: 4 })
  })

  it('lie between two values where none is there', () => {
    expect(toQuartiles([10, 20])).toEqual({ lower: 12.5, median: 15, upper: 17.5 })
  })

  it('of one value are that value', () => {
    expect(toQuartiles([7])).toEqual({ lower: 7, median: 7, upper: 7 })
  })

  it('of no values are an error', () => {
    expect(() => toQuartiles([])).toThrow(RangeError)
  })
})

it('paired ratios see past what slows down one round for all', () => {
  expect(pairedRatios([20, 200, 20], [10, 100, 10])).toEqual({ lower: 2, median: 2, upper: 2 })
})

it('a mean is what each would be if all were the same', () => {
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
  ])('at %d is the smallest value that so many do not exceed', (share, value) => {
    expect(percentile([5, 1, 4, 2, 3], share)).toBe(value)
  })

  it('of nothing is no number', () => {
    expect(percentile([], 0.5)).toBeNaN()
  })
})
