import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { parseCommand } from '../../script/commands.js'
import { adviseOnDeployment } from '../../src/action/deployment-advice.js'
import { failClosed } from '../../src/action/fail-closed.js'
import { describeHelp } from '../../src/action/troubleshooting.js'
import { captureOutput } from '../support/captured-output.js'
import { setEnvironment } from '../support/environment.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

let output: ReturnType<typeof captureOutput>
/** The exit code at each call of `process.exit`. */
let exits: unknown[] = []
let restore: () => void

// This process stands in for the action's. e2e/fail-closed.test.ts tests real processes.
beforeEach(() => {
  setEnvironment({
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_ACTION_REPOSITORY: 'octo-org/atlas-snapshot',
  })
  const own = Object.getOwnPropertyDescriptor(process, 'exit') ?? {}
  exits = []
  Object.defineProperty(process, 'exit', { ...own, value: () => exits.push(process.exitCode) })
  restore = () => {
    Object.defineProperty(process, 'exit', own)
    for (const event of ['uncaughtException', 'unhandledRejection', 'beforeExit'])
      process.removeAllListeners(event)
    process.stdout.removeAllListeners('error')
  }
  output = captureOutput()
  process.exitCode = undefined
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
})

afterEach(() => {
  jest.useRealTimers()
  output.stop()
  restore()
})

type Step = () => Promise<boolean>
const never: Step = () => new Promise(() => undefined)
const succeed: Step = async () => true
const fail = async () => {
  throw new Error('boom')
}
const nothing = () => undefined
const breakStdout = () => process.stdout.emit('error', new Error('EPIPE'))
const throwLate = (message: string) => process.emit('uncaughtException', new Error(message))

/** Guards a step, and triggers an event after its promise has settled. */
async function guard(step: Step, happens: () => unknown = nothing): Promise<void> {
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
  failClosed(step)
  await nextTurn()
  happens()
  await nextTurn()
}

describe('a guarded process', () => {
  it.each<[string, Step, (() => unknown)?]>([
    ['the step still runs', never],
    ['stdout breaks before a success', async () => breakStdout()],
    ['stdout breaks after a success', succeed, breakStdout],
  ])('has exit code 1 if %s, and reports nothing', async (_, step, happens = nothing) => {
    await guard(step, happens)
    expect([process.exitCode, output.text(), exits]).toStrictEqual([1, '', []])
  })

  const over = Promise.resolve()
  it.each<[string, Step, (() => unknown)?]>([
    ['an error is thrown', fail],
    ['a rejection is not handled', never, () => process.emit('unhandledRejection', 'boom', over)],
    ['an exception follows success', succeed, () => throwLate('boom')],
    ['an exception follows another one', fail, () => throwLate('two')],
    ['the step succeeds after an exception', async () => throwLate('boom')],
  ])('reports one error and exits with 1 if %s', async (_, step, happens = nothing) => {
    const title = TITLES.internalError
    await guard(step, happens)
    const commands = output.lines().flatMap((line) => parseCommand(line) ?? [])
    expect(commands.map(({ properties, data }) => [properties['title'], data])).toStrictEqual([
      [title, mentioning('boom', '[as-', ...adviseOnDeployment('|').split('|'), describeHelp({ title }))],
    ])
    expect([process.exitCode, exits]).toStrictEqual([1, [1]])
  })

  it('reports the stack trace', async () => {
    await guard(fail)
    expect(output.lines().at(-1)).toStrictEqual(mentioning('boom', 'fail-closed.test'))
  })
})
