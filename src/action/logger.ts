import * as core from '@actions/core'
import { bugStack } from '../action-error.js'
import { truncateMiddle } from '../format.js'
import type { Logger } from '../ports.js'

/** More than any message of this action needs. A server could send megabytes. */
const MAX_LINE_LENGTH = 4_000
/** Control characters and Unicode line separators. Each would start a new line or be invisible. */
const LINE_BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
/** Unicode format characters are invisible, and some reverse the direction of the text that follows. */
const INVISIBLE = /\p{Cf}/gu
/** Title of notices and warnings. */
const TITLE = 'Snapshot for MongoDB Atlas'

/**
 * Converts text, which can include a server's, to one line without workflow commands. The runner reads `::name::` at the
 * start of a line and `##[name]` anywhere in it. A long line loses its middle, because the end of an error message contains
 * what to do.
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
    notice: (message) => core.notice(sanitizeLine(message), { title: TITLE }),
    warning: (message) => core.warning(sanitizeLine(message), { title: TITLE }),
  }
}

/** Writes an error annotation. A bug's stack trace follows, because a debug run might not reproduce the bug. */
export function reportError(title: string, message: string, thrown?: unknown): void {
  core.error(sanitizeLine(message), { title: sanitizeLine(title) })
  const stack = bugStack(thrown)
  if (stack !== undefined) core.info(sanitizeLine(stack))
}
