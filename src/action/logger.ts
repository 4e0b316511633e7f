import * as core from '@actions/core'
import { unexpectedStack } from '../failure.js'
import { truncateMiddle } from '../format.js'
import type { Logger } from '../runtime.js'

/** Far more than any message of ours needs; a server could send megabytes. */
const MAX_LINE_LENGTH = 4_000

/** Control characters and Unicode's line ends: each would start a line of its own, or hide in one. */
const LINE_BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
/**
 * Unicode's format characters: they cannot be seen, and some turn the direction of what follows. Spelled out, since
 * `\p{Cf}` makes Node read Unicode's tables, whatever the text.
 */
const INVISIBLE =
  /[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/gu

/**
 * A text, part of which may come from a server, as one line that the runner reads as nothing but text: the runner
 * takes `::name::` at a line's start and `##[name]` anywhere in a line for commands. One that is too long keeps its end,
 * where an error says what may be left in Atlas and what to do.
 */
export function sanitizeLine(text: string): string {
  const line = text
    .replace(LINE_BREAKING, ' ')
    .replace(INVISIBLE, '')
    .trim()
    .replace(/^::/, ': :')
    .replaceAll('##[', '# #[')
  return truncateMiddle(line, MAX_LINE_LENGTH)
}

/** The runner's log and annotations. */
export function createLogger(): Logger {
  return {
    debug: (message) => core.debug(sanitizeLine(message)),
    info: (message) => core.info(sanitizeLine(message)),
    notice: (message) => core.notice(sanitizeLine(message), { title: 'Atlas snapshot' }),
    warning: (message) => core.warning(sanitizeLine(message), { title: 'Atlas snapshot' }),
  }
}

/** An annotation that fails the step and, if a bug was thrown, where it showed: it may not come back for a debug run. */
export function reportError(title: string, message: string, thrown?: unknown): void {
  core.error(sanitizeLine(message), { title: sanitizeLine(title) })
  const trace = unexpectedStack(thrown)
  if (trace !== undefined) core.info(sanitizeLine(trace))
}
