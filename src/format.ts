export const DAY_MS = 86_400_000
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Milliseconds in at most two units: `7 s`, `2 min 42 s`, `1 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return ms < 1000 && ms >= 50 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return join(minutes, 'min', seconds % 60, 's')
  return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

/** A size in binary units with three significant digits: `1.47 GiB`. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toPrecision(3)} ${UNITS[unit]}`
}

/** The sentences that are not empty, as one text. */
export function joinSentences(...sentences: readonly (string | undefined)[]): string {
  return sentences.filter(Boolean).join(' ')
}

/** `1 day`, `7 days`. */
export function formatDays(days: number): string {
  return `${days} ${days === 1 ? 'day' : 'days'}`
}

/**
 * Shortens a text to `maxLength` characters by leaving out its middle, because its end can matter as much as its start.
 * Words are left out whole, because a mask does not hide a part of a secret.
 */
export function truncateMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const end = Math.floor((maxLength - 1) / 2)
  // The look-behind keeps the time linear.
  const head = text.slice(0, maxLength - 1 - end).replace(/(?<!\S)\S+$/, '')
  const tail = text.slice(-end).replace(/^\S+/, '')
  return `${head}…${tail}`
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
