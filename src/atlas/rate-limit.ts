import { type HttpResponse, header } from './http.js'

const WHOLE_NUMBER = /^\d+$/

/**
 * The share of the rate limit that is left, from 0 to 1, by `RateLimit-Remaining` and `RateLimit-Limit`; `undefined`
 * where an answer lacks one of them, or what they say makes no sense.
 */
export function rateLimitRemaining(answer: HttpResponse): number | undefined {
  const [remaining, limit] = ['ratelimit-remaining', 'ratelimit-limit'].map((name) => {
    const value = header(answer, name)?.trim() ?? ''
    return WHOLE_NUMBER.test(value) ? Number(value) : Number.NaN
  })
  const share = (remaining ?? Number.NaN) / (limit ?? Number.NaN)
  return share <= 1 ? share : undefined
}
