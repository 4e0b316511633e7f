const DELAY_SECONDS = /^\d+$/
/** Beyond any deadline; more digits would only overflow. */
const MOST_SECONDS = 2 ** 31

/** The three forms of a date in RFC 9110 section 5.6.7, each always in UTC. */
const IMF_FIXDATE =
  /^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/
const RFC_850 =
  /^[A-Z][a-z]+day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/
const ASCTIME =
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/

/**
 * Milliseconds to wait by a `Retry-After` header (RFC 9110 section 10.2.3), never negative; `undefined` where it is
 * missing or nonsense. A date counts from the answer's own `Date`, so the runner's clock may be wrong.
 */
export function retryAfterMs(retryAfter: string | undefined, date: string | undefined): number | undefined {
  const value = retryAfter?.trim() ?? ''
  if (DELAY_SECONDS.test(value)) return Math.min(Number(value), MOST_SECONDS) * 1000
  const until = httpDate(value)
  const from = httpDate(date?.trim() ?? '')
  return until === undefined || from === undefined ? undefined : Math.max(0, until - from)
}

function httpDate(value: string): number | undefined {
  const groups = [IMF_FIXDATE, RFC_850, ASCTIME]
    .map((form) => form.exec(value)?.groups)
    .find((found) => found)
  if (groups === undefined) return undefined
  const { day = '', month = '', year = '', time = '' } = groups
  const parsed = Date.parse(`${day.trim()} ${month} ${year.length === 2 ? `20${year}` : year} ${time} GMT`)
  return Number.isNaN(parsed) ? undefined : parsed
}
