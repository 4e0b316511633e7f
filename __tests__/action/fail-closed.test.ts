import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { parseCommand } from '../../script/commands.js'
import { failClosed } from '../../src/action/fail-closed.js'
import { findHelp } from '../../src/action/troubleshooting.js'
import { TITLES } from '../../src/titles.js'
import { type CapturedOutput, captureOutput } from '../support/captured-output.js'
import { mentioning } from '../support/played.js'

let output: CapturedOutput
/** The exit code at each call of `process.exit`. */
let exits: unknown[] = []
let restore: () => void

// This process stands in for the action's. e2e/fail-closed.test.ts tests real processes.
beforeEach(() => {
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
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
const never: Step = () => new Promise(() => undefined)
const succeed: Step = async () => true
const succeedAfter = (happens: () => unknown) => async () => {
  happens()
  return true
}
const thrown = (value: unknown) => async () => {
  throw value
}
const nothing = () => undefined
const emptyEventLoop = () => process.emit('beforeExit', 0)
const breakStdout = () => process.stdout.emit('error', new Error('EPIPE'))
const throwLate = (message: string) => process.emit('uncaughtException', new Error(message))

const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_ACTION_REPOSITORY: 'octo-org/atlas-snapshot' }
const { section = '', issues = '' } = findHelp(TITLES.unexpected, env) ?? {}
const unexpected = [TITLES.unexpected, mentioning('boom', '[as-', section, issues)]
const endedEarly = [TITLES.endedEarly, mentioning('[as-')]

/** Guards a step, and triggers an event after its promise has settled. */
async function guard(step: Step, happens: () => unknown): Promise<void> {
  failClosed(step, env)
  await nextTurn()
  happens()
  await nextTurn()
}

describe('a guarded process', () => {
  it.each<[string, number, Step, (() => unknown)?]>([
    ['has exit code 1 while the step runs', 1, never],
    ['has exit code 0 after a success', 0, succeed, emptyEventLoop],
    ['has exit code 1 after a failure', 1, async () => false, emptyEventLoop],
    ['has exit code 1 if stdout breaks before a success', 1, succeedAfter(breakStdout)],
    ['has exit code 1 if stdout breaks after a success', 1, succeed, breakStdout],
  ])('%s, and reports nothing', async (_, exitCode, step, happens = nothing) => {
    await guard(step, happens)
    expect([process.exitCode, output.text(), exits]).toStrictEqual([exitCode, '', []])
  })

  it('exits soon if connections are open, and at once if none are', async () => {
    const setTimeout = jest.spyOn(globalThis, 'setTimeout')
    await guard(succeed, nothing)
    expect(exits).toStrictEqual([])
    const timers = setTimeout.mock.results
    expect(timers.map(({ type, value }) => type === 'return' && value.hasRef())).toStrictEqual([false])
    jest.advanceTimersByTime(1_000)
    expect(exits).toStrictEqual([0])
  })

  const over = Promise.resolve()
  it.each<[string, unknown, Step, (() => unknown)?]>([
    ['an error is thrown', unexpected, thrown(new Error('boom'))],
    ['a string is thrown', unexpected, thrown('boom')],
    ['an exception is not caught', unexpected, never, () => throwLate('boom')],
    ['a rejection is not handled', unexpected, never, () => process.emit('unhandledRejection', 'boom', over)],
    ['the event loop becomes empty', endedEarly, never, emptyEventLoop],
    ['an exception follows success', unexpected, succeed, () => throwLate('boom')],
    [
      'exceptions follow each other',
      unexpected,
      thrown('boom'),
      () => [throwLate('two'), throwLate('three')],
    ],
    ['the step succeeds after an exception', unexpected, succeedAfter(() => throwLate('boom'))],
  ])('reports one error and exits with 1 if %s', async (_, error, step, happens = nothing) => {
    await guard(step, happens)
    const commands = output.lines().flatMap((line) => parseCommand(line) ?? [])
    expect(commands.map(({ properties, data }) => [properties['title'], data])).toStrictEqual([error])
    expect([process.exitCode, exits]).toStrictEqual([1, [1]])
  })

  it('reports the stack trace', async () => {
    await guard(thrown(new Error('boom')), nothing)
    expect(output.lines().at(-1)).toStrictEqual(mentioning('boom', 'fail-closed.test'))
  })
})
