import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { failClosed } from '../../src/action/fail-closed.js'
import { findHelp } from '../../src/action/troubleshooting.js'
import { TITLES } from '../../src/titles.js'
import { CapturedOutput } from '../support/captured-output.js'
import { mentioning } from '../support/played.js'

const output = new CapturedOutput()
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
  output.start()
  process.exitCode = undefined
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
})

afterEach(() => {
  jest.useRealTimers()
  output.stop()
  restore()
})

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
const never = () => new Promise<boolean>(() => undefined)
const succeed = async () => true
const succeedAfter = (happens: () => unknown) => async () => {
  happens()
  return true
}
const nothing = () => undefined
const breakStdout = () => process.stdout.emit('error', new Error('EPIPE'))
const throwLate = (thrown: unknown) => process.emit('uncaughtException', new Error(String(thrown)))

const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_ACTION_REPOSITORY: 'octo-org/atlas-snapshot' }
const { section = '', issues = '' } = findHelp(TITLES.unexpected, env) ?? {}

/** Guards a step, and triggers an event after its promise has settled. */
async function guard(step: () => Promise<boolean>, happens: () => unknown = nothing): Promise<void> {
  failClosed(step, env)
  await nextTurn()
  happens()
  await nextTurn()
}

/** The errors that were reported, as title and message. */
const errors = () =>
  output.lines().flatMap((line) => {
    const [, title, message] = /^::error title=(.*?)::(.*)$/.exec(line) ?? []
    return title === undefined ? [] : [{ title: title.replace('%3A', ':'), message }]
  })

describe('a guarded process', () => {
  it('has exit code 1 while the step runs', async () => {
    await guard(never)
    expect(process.exitCode).toBe(1)
    expect(exits).toStrictEqual([])
  })

  it.each([
    [true, 0],
    [false, 1],
  ])('with the result %s has exit code %d and reports nothing', async (succeeded, exitCode) => {
    await guard(
      async () => succeeded,
      () => process.emit('beforeExit', 0),
    )
    expect([process.exitCode, output.text()]).toStrictEqual([exitCode, ''])
  })

  it('exits soon if connections are open, and at once if none are', async () => {
    const setTimeout = jest.spyOn(globalThis, 'setTimeout')
    await guard(succeed)
    expect(exits).toStrictEqual([])
    const timers = setTimeout.mock.results
    expect(timers.map(({ type, value }) => type === 'return' && value.hasRef())).toStrictEqual([false])
    jest.advanceTimersByTime(1_000)
    expect(exits).toStrictEqual([0])
  })
})

describe('a guarded process reports one error and exits with 1', () => {
  const unexpected = { title: TITLES.unexpected, message: mentioning('boom', '[as-', section, issues) }
  const endedEarly = { title: TITLES.endedEarly, message: mentioning('[as-') }
  const over = Promise.resolve()
  const thrown = (value: unknown) => async () => {
    throw value
  }

  it.each<[string, object, () => Promise<boolean>, (() => unknown)?]>([
    ['an error is thrown', unexpected, thrown(new Error('boom'))],
    ['a string is thrown', unexpected, thrown('boom')],
    ['an exception is not caught', unexpected, never, () => throwLate('boom')],
    ['a rejection is not handled', unexpected, never, () => process.emit('unhandledRejection', 'boom', over)],
    ['the event loop becomes empty', endedEarly, never, () => process.emit('beforeExit', 0)],
    ['an exception follows success', unexpected, succeed, () => throwLate('boom')],
    [
      'exceptions follow each other',
      unexpected,
      thrown('boom'),
      () => [throwLate('two'), throwLate('three')],
    ],
    ['the step succeeds after an exception', unexpected, succeedAfter(() => throwLate('boom'))],
  ])('if %s', async (_, error, step, happens = nothing) => {
    await guard(step, happens)
    expect(errors()).toStrictEqual([error])
    expect(process.exitCode).toBe(1)
    expect(exits).toStrictEqual([1])
  })

  it('and includes the stack trace', async () => {
    await guard(thrown(new Error('boom')))
    expect(output.lines()).toStrictEqual([
      expect.stringContaining('boom'),
      mentioning('boom', 'fail-closed.test'),
    ])
  })
})

describe('a guarded process exits with 1 if stdout breaks', () => {
  it.each<[string, () => Promise<boolean>, () => unknown]>([
    ['before', succeedAfter(breakStdout), nothing],
    ['after', succeed, breakStdout],
  ])('%s the step succeeds', async (_, step, happens) => {
    await guard(step, happens)
    expect([process.exitCode, output.text()]).toStrictEqual([1, ''])
  })
})
