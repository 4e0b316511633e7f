import { describe, expect, it } from '@jest/globals'
import { rateLimitRemaining } from '../../src/atlas/rate-limit.js'
import { answerOf } from '../support/answers.js'

const leftOf = (headers: Readonly<Record<string, string | readonly string[]>>) =>
  rateLimitRemaining(answerOf(200, {}, headers))

describe('the share of the rate limit that is left', () => {
  it.each([
    ['1200', '1200', 1],
    ['300', '1200', 0.25],
    ['0', '1200', 0],
    [' 7 ', ' 10 ', 0.7],
  ])('is %j of %j: %d', (remaining, limit, share) => {
    expect(leftOf({ 'ratelimit-remaining': remaining, 'ratelimit-limit': limit })).toBe(share)
  })

  it.each([
    {},
    { 'ratelimit-remaining': '5' },
    { 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '-1', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': 'some', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '0', 'ratelimit-limit': '0' },
    { 'ratelimit-remaining': '6', 'ratelimit-limit': '5' },
    { 'ratelimit-remaining': '1', 'ratelimit-limit': '1200;w=60' },
  ])('is not known by %j', (headers) => {
    expect(leftOf(headers)).toBeUndefined()
  })
})
