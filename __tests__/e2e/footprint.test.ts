import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { runnerFor, toItsEnd } from '../../bench/run.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { projectRoot } from '../../script/root.js'
import { bundle, demoAccount, life } from './action.js'

const preload = join(projectRoot(), 'bench', 'preload')
const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-footprint-'))

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

describe('the bundle', () => {
  const dist = join(projectRoot(), 'dist')
  const bytesOf = (name: string) => statSync(join(dist, name)).size

  it('has at most 350 kB that every step loads, and 700 kB in all', () => {
    const programs = readdirSync(dist).filter((name) => name.endsWith('.js'))
    expect(bytesOf('index.js')).toBeLessThan(350_000)
    expect(programs.map(bytesOf).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(700_000)
  })
})

describe('a step that takes a snapshot without waiting for it', () => {
  it('has at most 40 MB more memory than Node alone', async () => {
    expect((await peakOf([bundle])) - (await peakOf(['-e', '0']))).toBeLessThan(40e6)
  })
})

describe('a step that waits', () => {
  it.each([
    ['an API key', {}],
    ['a service account', demoAccount],
  ])('needs two requests besides its looks, with %s', async (_, account) => {
    const { operations } = await run([bundle], { wait: 'true', ...account })
    const looks = operations.filter((operation) => operation === 'get').length
    expect(looks).toBeGreaterThan(3)
    expect(operations.filter((operation) => operation !== 'revoke')).toHaveLength(looks + 2)
  })

  it('has at most 60 MB more memory than Node alone after hundreds of looks', async () => {
    const inputs = { wait: 'true', 'poll-interval-seconds': '0.005' }
    expect((await peakOf([bundle], inputs, 3)) - (await peakOf(['-e', '0']))).toBeLessThan(60e6)
  })
})

/** Bytes of memory that a program has at most. */
async function peakOf(
  args: readonly string[],
  inputs: Readonly<Record<string, string>> = {},
  seconds?: number,
): Promise<number> {
  const { file } = await run(['--require', join(preload, 'peak.cjs'), ...args], inputs, seconds)
  return Number(file('peak'))
}

/** Runs Node as a runner would, with an Atlas of its own, to its end; throws an Error if it fails. */
async function run(
  args: readonly string[],
  inputs: Readonly<Record<string, string>> = {},
  secondsToCompleted: number = life.secondsToCompleted,
) {
  const { atlas, url, close } = await startAtlas({ ...life, secondsToCompleted })
  try {
    const { cwd, env } = runnerFor(folder, url, { 'poll-interval-seconds': '0.1', ...inputs })
    const files = { PEAK_FILE: join(cwd, 'peak'), LOADED_FILE: join(cwd, 'loaded') }
    const said = await toItsEnd([process.execPath, ...args], { cwd, env: { ...env, ...files } })
    if (said !== undefined) throw new Error(said)
    return {
      operations: atlas.requests.map(({ operation }) => operation),
      file: (name: string) => readFileSync(join(cwd, name), 'utf8'),
    }
  } finally {
    await close()
  }
}
