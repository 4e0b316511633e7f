/** The three forms of a date in RFC 9110 section 5.6.7, each always in UTC. */
const IMF_FIXDATE =
  /^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/
const RFC_850 =
  /^[A-Z][a-z]+day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/
const ASCTIME =
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/

/** Milliseconds since 1970 of a date as HTTP writes it, `undefined` where it is missing or none. */
export function httpDate(value = ''): number | undefined {
  const groups = [IMF_FIXDATE, RFC_850, ASCTIME]
    .map((form) => form.exec(value.trim())?.groups)
    .find((found) => found)
  if (groups === undefined) return undefined
  const { day = '', month = '', year = '', time = '' } = groups
  const parsed = Date.parse(`${day.trim()} ${month} ${year.length === 2 ? `20${year}` : year} ${time} GMT`)
  return Number.isNaN(parsed) ? undefined : parsed
}
