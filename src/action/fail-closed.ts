import { errorMessage, INTERNAL_ERROR, RE_RUN } from '../action-error.js'
import { reportError } from './logger.js'
import { describeHelp } from './troubleshooting.js'

const CHECK_LOG_HINT = `Do not deploy yet. A snapshot might exist. Check the log above for a snapshot ID or a tag [as-…]. ${RE_RUN}`

/** A heading of docs/troubleshooting.md. */
export const ENDED_EARLY = `${INTERNAL_ERROR}: the step ended early`

/** How long the process can stay after its end, for connections that do not close. */
const EXIT_GRACE_MS = 200

/**
 * Runs the step so that the process exits with 0 only if the step reported success. A thrown value of any kind, an
 * unhandled rejection, a broken stdout, or an empty event loop make it exit with 1.
 *
 * @param step resolves to whether it succeeded. If not, it has reported why.
 */
export function failClosed(step: () => Promise<boolean>, env: NodeJS.ProcessEnv): void {
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
    reportError(title, `${errorMessage(thrown)}. ${CHECK_LOG_HINT}${describeHelp({ title }, env)}`, thrown)
    end(false)
    process.stdout.write('', () => process.exit())
  }
  // stdout is broken. Only the exit code can still report the failure.
  process.stdout.on('error', () => {
    stdoutBroken = true
    process.exitCode = 1
  })
  process.on('uncaughtException', (error) => fail(INTERNAL_ERROR, error))
  process.on('unhandledRejection', (reason) => fail(INTERNAL_ERROR, reason))
  process.on('beforeExit', () => {
    if (!isOver) fail(ENDED_EARLY, 'The event loop is empty')
  })
  step().then(end, (thrown: unknown) => fail(INTERNAL_ERROR, thrown))
}
