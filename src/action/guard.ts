import { errorMessage } from '../failure.js'
import { reportError } from './logger.js'

const LOOK =
  'Before running this again, look in the log above for a snapshot id, or for the tag [as-…] of a snapshot that Atlas may have taken.'

/** How long the process may linger when it is over, for connections that do not close. */
const LINGER_MS = 200

/**
 * Runs the step so that the process cannot exit with 0 unless the step said that it succeeded: not after a thrown
 * value of any kind, a promise that nobody awaited, a broken standard output, or an event loop that ran empty.
 *
 * @param step resolves to whether it succeeded, having reported why not
 */
export function failClosed(step: () => Promise<boolean>): void {
  let isOver = false
  let hasFailed = false
  let isMute = false
  process.exitCode = 1

  const end = (succeeded: boolean) => {
    isOver = true
    process.exitCode = succeeded && !hasFailed && !isMute ? 0 : 1
    setTimeout(leave, LINGER_MS).unref()
  }
  const fail = (title: string, thrown: unknown) => {
    if (hasFailed) return
    hasFailed = true
    reportError(title, `${errorMessage(thrown)}. ${LOOK}`, thrown)
    end(false)
    process.stdout.write('', leave)
  }
  // Nobody reads what is written from here on, so that only the exit code can tell.
  process.stdout.on('error', () => {
    isMute = true
    process.exitCode = 1
  })
  process.on('uncaughtException', (error) => fail('Unexpected error', error))
  process.on('unhandledRejection', (reason) => fail('Unexpected error', reason))
  process.on('beforeExit', () => {
    if (!isOver) fail('The step ended before its work was done', 'Nothing was left to wait for')
  })
  step().then(end, (thrown: unknown) => fail('Unexpected error', thrown))
}

/**
 * Ends the process now. A look-up of a name cannot be stopped, and `process.exit` waits for it: a failure need not, since
 * a signal ends the process with a failure, too; a success has to.
 */
function leave(): void {
  const looksUp = process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')
  if (process.exitCode !== 0 && looksUp) process.kill(process.pid, 'SIGKILL')
  else process.exit()
}
