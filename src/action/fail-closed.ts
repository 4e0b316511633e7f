import { errorMessage, INTERNAL_ERROR } from '../action-error.js'
import { joinSentences } from '../format.js'
import { adviseOnDeployment } from './deployment-advice.js'
import { reportError } from './logger.js'
import { describeHelp } from './troubleshooting.js'

const CHECK_LOG = 'A snapshot might exist. Check the log above for a snapshot ID or a tag [as-…].'

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
export function failClosed(step: () => Promise<boolean>): void {
  let isReported = false
  let canSucceed = true
  process.exitCode = 1

  const end = (succeeded: boolean) => {
    process.off('beforeExit', onEmptyLoop)
    process.exitCode = succeeded && canSucceed ? 0 : 1
    setTimeout(() => process.exit(), EXIT_GRACE_MS).unref()
  }
  const fail = (title: string, thrown: unknown) => {
    if (isReported) return
    isReported = true
    canSucceed = false
    const remedy = joinSentences(adviseOnDeployment(CHECK_LOG), describeHelp({ title }))
    reportError(title, `${errorMessage(thrown)}. ${remedy}`, thrown)
    end(false)
    process.stdout.write('', () => process.exit())
  }
  const onEmptyLoop = () => fail(ENDED_EARLY, 'The event loop is empty')
  // stdout is broken, so only the exit code can still report a failure.
  process.stdout.on('error', () => {
    canSucceed = false
    process.exitCode = 1
  })
  process.on('uncaughtException', (error) => fail(INTERNAL_ERROR, error))
  process.on('unhandledRejection', (reason) => fail(INTERNAL_ERROR, reason))
  process.on('beforeExit', onEmptyLoop)
  step().then(end, (thrown: unknown) => fail(INTERNAL_ERROR, thrown))
}
