import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { runAction, startAction } from '../../script/runner.js'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-runner-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function writeProgram(name: string, source: string): string {
  const bundle = join(folder, name)
  writeFileSync(bundle, source)
  return bundle
}

describe('a run of the action', () => {
  it('gets every input with its default or empty, but no other variables of this process', async () => {
    const bundle = writeProgram('env.mjs', 'console.log(JSON.stringify(process.env))')
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

  it('returns log, commands, outputs, summary, and exit code', async () => {
    const source = `
      import { appendFileSync } from 'node:fs'
      appendFileSync(process.env.GITHUB_OUTPUT, 'id<<E\\n1\\nE\\nid<<E\\n2\\nE\\n')
      appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Done')
      console.log('hello\\n::warning::careful')
      console.error('oops')
      process.exitCode = 3`
    const lines: string[] = []
    const run = await runAction({
      bundle: writeProgram('all.mjs', source),
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

  it('returns the outputs so far and can be ended by a signal', async () => {
    const source = `
      import { appendFileSync } from 'node:fs'
      appendFileSync(process.env.GITHUB_OUTPUT, 'id=1\\n')
      console.log('ready')
      setInterval(() => {}, 1000)`
    let outputs: unknown
    const run = startAction({
      bundle: writeProgram('endless.mjs', source),
      inputs: {},
      onLine: () => {
        outputs = run.outputs()
        run.kill('SIGKILL')
      },
    })
    expect(await run.result).toMatchObject({ exitCode: process.platform === 'win32' ? 1 : null })
    expect(outputs).toEqual([{ name: 'id', value: '1' }])
  })

  it('is killed after the timeout', async () => {
    const bundle = writeProgram('slow.mjs', 'setInterval(() => {}, 1000)')
    const { milliseconds } = await runAction({ bundle, inputs: {}, timeoutMs: 200 })
    expect(milliseconds).toBeLessThan(5_000)
  })
})
