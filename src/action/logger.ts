import * as core from '@actions/core'
import type { Logger } from '../ports.js'

/** Far more than any message of ours needs; a server could send megabytes. */
const LONGEST_LINE = 4_000

/** Control characters and Unicode's line ends: each would start a line of its own, or hide in one. */
const LINE_BREAKING = /[\p{Cc}\u2028\u2029]+/gu
/** Characters that cannot be seen, and some that turn the direction of what follows. */
const INVISIBLE = /\p{Cf}/gu

/**
 * A text, part of which may come from a server, as one line that the runner reads as nothing but text: the runner
 * takes `::name::` at a line's start and `##[name]` anywhere in a line for commands.
 */
export function plainLine(text: string): string {
  const line = text
    .replace(LINE_BREAKING, ' ')
    .replace(INVISIBLE, '')
    .trim()
    .replace(/^::/, ': :')
    .replaceAll('##[', '# #[')
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
}

/** The runner's log and annotations. */
export function createLogger(): Logger {
  return {
    debug: (message) => core.debug(plainLine(message)),
    info: (message) => core.info(plainLine(message)),
    notice: (message) => core.notice(plainLine(message), { title: 'Atlas snapshot' }),
    warning: (message) => core.warning(plainLine(message), { title: 'Atlas snapshot' }),
  }
}

/** An annotation that fails the step. */
export function reportError(title: string, message: string): void {
  core.error(plainLine(message), { title: plainLine(title) })
}
