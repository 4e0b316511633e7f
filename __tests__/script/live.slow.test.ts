import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { type AtlasOptions, demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { projectRoot } from '../../script/root.js'

const environment = {
  ATLAS_PROJECT_ID: demo.groupId,
  ATLAS_CLUSTER: 'demo',
  MONGODB_ATLAS_CLIENT_ID: demo.clientId,
  MONGODB_ATLAS_CLIENT_SECRET: demo.clientSecret,
  MONGODB_ATLAS_PUBLIC_API_KEY: demo.publicKey,
  MONGODB_ATLAS_PRIVATE_API_KEY: demo.privateKey,
}

const run = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> =>
  promisify(execFile)(process.execPath, args, { cwd, env: { ...process.env, ...env } }).then(
    () => 0,
    ({ code }) => code,
  )

/** Runs the live check against an emulator, and expects no secret and no ID in its recordings. */
async function check(options: AtlasOptions, env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-live-'))
  const { atlas, url, close } = await startAtlas({ secondsToCompleted: 12, ...options })
  const program = join(projectRoot(), 'build', 'script', 'live.js')
  const exitCode = await run([program, '--yes'], folder, { ...environment, ATLAS_BASE_URL: url, ...env })
  await close()
  const read = (name: string) => readFileSync(join(folder, 'live', name), 'utf8')
  const recordings = readdirSync(join(folder, 'live')).filter((name) => name.endsWith('.json'))
  const ids = atlas.snapshots().flatMap(({ id, memberIds }) => [id, ...memberIds])
  const sensitive = [...Object.values(demo), ...atlas.tokens().map(({ value }) => value), ...ids]
  const text = recordings.map(read).join()
  expect(sensitive.filter((value) => text.includes(value))).toStrictEqual([])
  return {
    exitCode,
    report: read('report.txt'),
    taken: atlas.snapshots().length,
    folder: join(folder, 'live'),
  }
}

describe('npm run live', () => {
  it.concurrent('passes with two snapshots of each cluster, and its recordings can be replayed', async () => {
    const { folder, ...result } = await check({}, { ATLAS_SHARDED_CLUSTER: 'sharded' })
    expect(result).toStrictEqual({ exitCode: 0, report: expect.not.stringMatching(/^✘ /m), taken: 4 })
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'recordings']
    expect(await run(jest, projectRoot(), { RECORDINGS: folder })).toBe(0)
  })

  it.concurrent('fails because of a false completed, a lost response, and a secret in descriptions', async () => {
    const { exitCode, report } = await check({
      oddStatus: { word: 'completed', fromSeconds: 1, toSeconds: 11 },
      faults: [parseFaultSpec('create:reset:executed:skip=2')],
      descriptions: { suffix: demo.privateKey },
    })
    expect(exitCode).toBe(1)
    expect(report).toMatch(/^✘ demo +timeout .*error must be "Timed out"/m)
    expect(report).toMatch(/^✘ demo +wait: false .*no response to POST/m)
    expect(report).toMatch(/^✘ demo +snapshot-id.*secret in a response/m)
  })
})
