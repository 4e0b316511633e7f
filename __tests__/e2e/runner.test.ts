import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { parseCommand, parseOutputs, splitLines } from '../../script/commands.js'
import { LogView } from '../../script/log-view.js'
import { runAction, startAction } from '../../script/runner.js'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-runner-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a line of the log', () => {
  it.each([
    ['plain text', undefined],
    ['::not a command', undefined],
    ['::unknown::text', undefined],
    ['::add-mask::p%25w', { name: 'add-mask', properties: {}, data: 'p%w' }],
    [
      '  ::error title=Atlas%3A no,line=1::one%0Atwo',
      { name: 'error', properties: { title: 'Atlas: no', line: '1' }, data: 'one\ntwo' },
    ],
    ['text ##[set-output name=a%5D]1', { name: 'set-output', properties: { name: 'a]' }, data: '1' }],
    ['::unknown:: ##[set-output name=a]1', undefined],
  ])('%j is read as the runner reads it', (line, command) => {
    expect(parseCommand(line)).toEqual(command)
  })

  it('ends at a lone carriage return too', () => {
    expect(splitLines('a\r\nb\rc\n\nd')).toEqual(['a', 'b', 'c', '', 'd'])
  })

  it('is shown as on GitHub, with secrets hidden', () => {
    const view = new LogView()
    const shown = ['::add-mask::hush', '::debug::x', '::notice title=T::say hush', 'hush%0A!'].flatMap(
      (line) => view.render(line),
    )
    expect(shown).toEqual(['Notice: T: say ***', '***%0A!'])
  })
})

describe('the file of outputs', () => {
  it('may hold both forms, in order', () => {
    expect(parseOutputs('a<<E\n1\n2\nE\nb=x=y\na<<E\n\nE\n')).toEqual([
      { name: 'a', value: '1\n2' },
      { name: 'b', value: 'x=y' },
      { name: 'a', value: '' },
    ])
  })

  it.each(['a<<E\n1\n', 'text'])('is refused where it is broken: %j', (text) => {
    expect(() => parseOutputs(text)).toThrow('GITHUB_OUTPUT')
  })
})

describe('a run of the action', () => {
  const program = (name: string, source: string) => {
    const bundle = join(folder, name)
    writeFileSync(bundle, source)
    return bundle
  }

  it('gets every input, with its default or empty, and nothing of the environment it is started from', async () => {
    const bundle = program('env.mjs', 'console.log(JSON.stringify(process.env))')
    const key = 'MONGODB_ATLAS_PUBLIC_API_KEY'
    process.env[key] = 'mine'
    const run = await runAction({ bundle, inputs: { wait: 'true' }, env: { EXTRA: '1' } }).finally(() => {
      delete process.env[key]
    })
    const env: unknown = JSON.parse(run.log.join(''))
    expect(env).toMatchObject({
      INPUT_WAIT: 'true',
      'INPUT_RETENTION-DAYS': '7',
      'INPUT_SNAPSHOT-ID': '',
      GITHUB_REPOSITORY: 'octo-org/shop',
      EXTRA: '1',
    })
    expect(env).not.toHaveProperty(key)
  })

  it('gives back log, commands, outputs, summary and exit code', async () => {
    const source = `
      import { appendFileSync } from 'node:fs'
      appendFileSync(process.env.GITHUB_OUTPUT, 'id<<E\\n1\\nE\\nid<<E\\n2\\nE\\n')
      appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Done')
      console.log('hello\\n::warning::careful')
      console.error('oops')
      process.exitCode = 3`
    const lines: string[] = []
    const run = await runAction({
      bundle: program('all.mjs', source),
      inputs: {},
      onLine: (line) => lines.push(line),
    })
    expect(run).toMatchObject({
      exitCode: 3,
      signal: null,
      stderr: 'oops\n',
      annotations: [{ name: 'warning', data: 'careful' }],
      outputs: { id: '2' },
      outputList: [
        { name: 'id', value: '1' },
        { name: 'id', value: '2' },
      ],
      summary: '# Done',
    })
    expect([...run.log].sort()).toEqual(['hello', 'oops'])
    expect(lines).toEqual(run.lines)
  })

  it('can be ended by a signal, and shows the outputs set so far', async () => {
    const source = `
      import { appendFileSync } from 'node:fs'
      appendFileSync(process.env.GITHUB_OUTPUT, 'id=1\\n')
      console.log('ready')
      setInterval(() => {}, 1000)`
    let outputs: unknown
    const run = startAction({
      bundle: program('endless.mjs', source),
      inputs: {},
      onLine: () => {
        outputs = run.outputs()
        run.kill('SIGKILL')
      },
    })
    expect(await run.result).toMatchObject({ exitCode: process.platform === 'win32' ? 1 : null })
    expect(outputs).toEqual([{ name: 'id', value: '1' }])
  })

  it('is killed where it takes too long', async () => {
    const bundle = program('slow.mjs', 'setInterval(() => {}, 1000)')
    const { milliseconds } = await runAction({ bundle, inputs: {}, timeoutMs: 200 })
    expect(milliseconds).toBeLessThan(5_000)
  })
})
