import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { transform } from '@swc/core'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'guard-'))

/** The guard and what it imports, as JavaScript for a process of its own: only that can end. */
beforeAll(async () => {
  for (const file of ['src/action/guard', 'src/action/logger', 'src/failure']) {
    const target = join(folder, `${file}.js`)
    const { code } = await transform(readFileSync(join(root, `${file}.ts`), 'utf8'), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    })
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, code)
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
})

afterAll(() => rmSync(folder, { recursive: true }))

interface Ended {
  readonly exitCode: unknown
  readonly output: string
}

/** Runs a step, given as JavaScript, in a process under the guard. */
async function guarded(step: string): Promise<Ended> {
  const guard = JSON.stringify(pathToFileURL(join(folder, 'src/action/guard.js')).href)
  const code = `import { failClosed } from ${guard}\nfailClosed(${step})`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { exitCode, output }
}

const look = 'Look in the log above for a snapshot id before running this again.'

describe('a guarded process', () => {
  it('ends with 0 only if the step said that it succeeded', async () => {
    expect(await guarded('async () => true')).toEqual({ exitCode: 0, output: '' })
    expect(await guarded('async () => false')).toEqual({ exitCode: 1, output: '' })
  })

  it.each([
    ['a thrown error', 'async () => { throw new Error("boom") }', 'Unexpected error', 'boom'],
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
  ])('ends with 1 and one annotation after %s', async (_, step, title, message) => {
    expect(await guarded(step)).toEqual({
      exitCode: 1,
      output: `::error title=${title}::${message}. ${look}\n`,
    })
  })

  it('ends with 1 where standard output broke before the step succeeded', async () => {
    const step = 'async () => { process.stdout.emit("error", new Error("EPIPE")); return true }'
    expect(await guarded(step)).toEqual({ exitCode: 1, output: '' })
  })

  it('does not wait for what is left open after the step', async () => {
    expect(await guarded('async () => { setInterval(() => undefined, 1000); return true }')).toEqual({
      exitCode: 0,
      output: '',
    })
  })
})
