import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'

/** As compiled, for a process of its own: only that can end. */
const compiled = pathToFileURL(join(projectRoot(), 'build', 'src', 'action', 'fail-closed.js')).href

interface Ended {
  readonly exitCode: unknown
  readonly output: string
}

/** Stands for where an error was thrown, in a line of its own. */
const TRACE = 'TRACE'

/** Runs a step, given as JavaScript, in a process under the guard. */
async function guarded(step: string): Promise<Ended> {
  const code = `import { failClosed } from '${compiled}'\nfailClosed(${step})`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { exitCode, output: output.replace(/^Error: \w+ +at .*$/gm, TRACE) }
}

const look =
  'Before running this again, look in the log above for a snapshot id, or for the tag [as-…] of a snapshot that Atlas may have taken.'

describe('a guarded process', () => {
  it('ends with 0 only if the step said that it succeeded', async () => {
    expect(await guarded('async () => true')).toEqual({ exitCode: 0, output: '' })
    expect(await guarded('async () => false')).toEqual({ exitCode: 1, output: '' })
  })

  it.each([
    ['a thrown error', 'async () => { throw new Error("boom") }', 'Unexpected error', 'boom', `${TRACE}\n`],
    ['a thrown string', 'async () => { throw "boom" }', 'Unexpected error', 'boom'],
    [
      'a thrown nothing',
      'async () => { throw undefined }',
      'Unexpected error',
      'thrown value of type undefined',
    ],
    [
      'an exception that nobody catches',
      '() => new Promise(() => setTimeout(() => { throw new Error("boom") }))',
      'Unexpected error',
      'boom',
      `${TRACE}\n`,
    ],
    [
      'a promise that nobody awaits',
      'async () => { Promise.reject("boom"); await new Promise((resolve) => setTimeout(resolve, 5)); return true }',
      'Unexpected error',
      'boom',
    ],
    [
      'an event loop that ran empty',
      '() => new Promise(() => undefined)',
      'The step ended before its work was done',
      'Nothing was left to wait for',
    ],
  ])('ends with 1 and one annotation after %s', async (_, step, title, message, trace = '') => {
    expect(await guarded(step)).toEqual({
      exitCode: 1,
      output: `::error title=${title}::${message}. ${look}\n${trace}`,
    })
  })

  it('ends with 1 where standard output broke before the step succeeded', async () => {
    const step = 'async () => { process.stdout.emit("error", new Error("EPIPE")); return true }'
    expect(await guarded(step)).toEqual({ exitCode: 1, output: '' })
  })

  it('ends with 1 where standard output breaks after the step succeeded, since its last lines are lost', async () => {
    const step =
      'async () => { setImmediate(() => process.stdout.emit("error", new Error("EPIPE"))); return true }'
    expect(await guarded(step)).toEqual({ exitCode: 1, output: '' })
  })

  it('ends with 1 after an exception that nobody catches, though the step has said that it succeeded', async () => {
    const step = 'async () => { setImmediate(() => { throw new Error("late") }); return true }'
    expect(await guarded(step)).toEqual({
      exitCode: 1,
      output: `::error title=Unexpected error::late. ${look}\n${TRACE}\n`,
    })
  })

  it('lingers for nothing where nothing is left open', async () => {
    const step =
      'async () => { const { setTimeout } = globalThis; globalThis.setTimeout = (act, ms) => setTimeout(act, ms * 50); process.on("beforeExit", () => process.stdout.write("nothing is left")); return true }'
    expect(await guarded(step)).toEqual({ exitCode: 0, output: 'nothing is left' })
  })

  it('does not wait for what is left open after the step', async () => {
    expect(await guarded('async () => { setInterval(() => undefined, 1000); return true }')).toEqual({
      exitCode: 0,
      output: '',
    })
  })
})

describe('a guarded process that fails several times', () => {
  it('says so once', async () => {
    const step = 'async () => { Promise.reject("one"); Promise.reject("two"); throw new Error("three") }'
    const { exitCode, output } = await guarded(step)
    expect(exitCode).toBe(1)
    expect(output).toMatch(/^::error title=Unexpected error::(one|two|three)\. .*\n(TRACE\n)?$/)
  })

  it('says so once, and stays failed, before it has come to an end', async () => {
    const step =
      'async () => { for (const words of ["one", "two"]) process.emit("uncaughtException", words); return true }'
    expect(await guarded(step)).toEqual({
      exitCode: 1,
      output: `::error title=Unexpected error::one. ${look}\n`,
    })
  })

  it('stays failed where the step then says that it succeeded', async () => {
    const step =
      'async () => { Promise.reject("boom"); await new Promise((resolve) => setImmediate(resolve)); return true }'
    expect(await guarded(step)).toMatchObject({ exitCode: 1 })
  })
})
