import { errorMessage } from '../failure.js'
import { TITLES } from '../titles.js'
import { reportError } from './logger.js'

const CHECK_LOG_HINT =
  'Before running this again, look in the log above for a snapshot id, or for the tag [as-…] of a snapshot that Atlas may have taken.'

/** How long the process may linger when it is over, for connections that do not close. */
const EXIT_GRACE_MS = 200

/**
 * Runs the step so that the process cannot exit with 0 unless the step said that it succeeded: not after a thrown
 * value of any kind, an unhandled rejection, a broken standard output, or an event loop that ran empty.
 *
 * @param step resolves to whether it succeeded, having reported why not
 */
export function failClosed(step: () => Promise<boolean>): void {
  let isOver = false
  let hasFailed = false
  let stdoutBroken = false
  process.exitCode = 1

  const end = (succeeded: boolean) => {
    isOver = true
    process.exitCode = succeeded && !hasFailed && !stdoutBroken ? 0 : 1
    setTimeout(() => process.exit(), EXIT_GRACE_MS).unref()
  }
  const fail = (title: string, thrown: unknown) => {
    if (hasFailed) return
    hasFailed = true
    reportError(title, `${errorMessage(thrown)}. ${CHECK_LOG_HINT}`, thrown)
    end(false)
    process.stdout.write('', () => process.exit())
  }
  // stdout is broken. Only the exit code can still report the failure.
  process.stdout.on('error', () => {
    stdoutBroken = true
    process.exitCode = 1
  })
  process.on('uncaughtException', (error) => fail(TITLES.unexpected, error))
  process.on('unhandledRejection', (reason) => fail(TITLES.unexpected, reason))
  process.on('beforeExit', () => {
    if (!isOver) fail(TITLES.endedEarly, 'Nothing was left to wait for')
  })
  step().then(end, (thrown: unknown) => fail(TITLES.unexpected, thrown))
}
