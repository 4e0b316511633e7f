import { httpDate } from './http-date.js'

const DELAY_SECONDS = /^\d+$/
/** Beyond any deadline; more digits would only overflow. */
const MAX_SECONDS = 2 ** 31

/**
 * Milliseconds to wait by a `Retry-After` header (RFC 9110 section 10.2.3), never negative; `undefined` where it is
 * missing or nonsense. A date counts from the answer's own `Date`, so the runner's clock may be wrong.
 */
export function parseRetryAfter(
  retryAfter: string | undefined,
  date: string | undefined,
): number | undefined {
  const value = retryAfter?.trim() ?? ''
  if (DELAY_SECONDS.test(value)) return Math.min(Number(value), MAX_SECONDS) * 1000
  const until = httpDate(value)
  const from = httpDate(date)
  return until === undefined || from === undefined ? undefined : Math.max(0, until - from)
}
