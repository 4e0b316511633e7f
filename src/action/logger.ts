import * as core from '@actions/core'
import { unexpectedStack } from '../failure.js'
import { truncateMiddle } from '../format.js'
import type { Logger } from '../runtime.js'

/** Far more than any message of this action needs. A server could send megabytes. */
const MAX_LINE_LENGTH = 4_000
/** Control characters and Unicode's line ends. Each would start a line of its own, or hide in one. */
const LINE_BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
/** Unicode's format characters. They are invisible, and some reverse the direction of what follows. */
const INVISIBLE = /\p{Cf}/gu
/** Of annotations that are no errors. */
const TITLE = 'Atlas snapshot'

/**
 * A text, part of which can come from a server, as one line without workflow commands. A long line keeps its end, where
 * an error says what exists in Atlas and what to do.
 */
export function sanitizeLine(text: string): string {
  return truncateMiddle(toPlainLine(text), MAX_LINE_LENGTH)
}

/** The same in full. The runner reads `::name::` at the start of a line and `##[name]` anywhere in it. */
export function toPlainLine(text: string): string {
  return text
    .replace(LINE_BREAKING, ' ')
    .replace(INVISIBLE, '')
    .trim()
    .replace(/^::/, ': :')
    .replaceAll('##[', '# #[')
}

/** The runner's log and annotations. */
export function createLogger(): Logger {
  return {
    debug: (message) => core.debug(sanitizeLine(message)),
    info: (message) => core.info(sanitizeLine(message)),
    notice: (message) => core.notice(sanitizeLine(message), { title: TITLE }),
    warning: (message) => core.warning(sanitizeLine(message), { title: TITLE }),
  }
}

/** An error annotation. A bug's stack trace follows, because the bug might not come back for a debug run. */
export function reportError(title: string, message: string, thrown?: unknown): void {
  core.error(sanitizeLine(message), { title: sanitizeLine(title) })
  const stack = unexpectedStack(thrown)
  if (stack !== undefined) core.info(sanitizeLine(stack))
}
