const DELAY_SECONDS = /^\d+$/
/** The three date forms of RFC 9110 section 5.6.7 all begin with a day's name; `Date.parse` alone takes nearly anything. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /

/**
 * Milliseconds to wait by a `Retry-After` header (RFC 9110 section 10.2.3), never negative; `undefined` where it is
 * missing or nonsense. A date counts from the answer's own `Date`, so the runner's clock may be wrong.
 */
export function retryAfterMs(retryAfter: string | undefined, date: string | undefined): number | undefined {
  const value = retryAfter?.trim() ?? ''
  if (DELAY_SECONDS.test(value)) return Number(value) * 1000
  const until = httpDate(value)
  const from = httpDate(date?.trim() ?? '')
  return until === undefined || from === undefined ? undefined : Math.max(0, until - from)
}

function httpDate(value: string): number | undefined {
  const time = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
