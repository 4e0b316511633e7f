import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
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

/** Runs a program until it ends. Returns its exit code and signal. */
function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<unknown[]> {
  return once(spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } }), 'exit')
}

/** Runs the live check against an emulator, and expects no secret and no ID in its recordings. */
async function check(options: AtlasOptions, env: NodeJS.ProcessEnv = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'atlas-snapshot-live-'))
  const { atlas, url, close } = await startAtlas({ secondsToCompleted: 12, ...options })
  const args = [join(projectRoot(), 'build', 'script', 'live.js'), '--yes']
  const [exitCode] = await run(args, cwd, { ...environment, ATLAS_BASE_URL: url, ...env })
  await close()
  const folder = join(cwd, 'live')
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
  const { 'report.txt': report, ...recordings } = Object.fromEntries(files)
  const ids = atlas.snapshots().flatMap(({ id, memberIds }) => [id, ...memberIds])
  const sensitive = [...Object.values(demo), ...atlas.tokens().map(({ value }) => value), ...ids]
  expect(sensitive.filter((value) => JSON.stringify(recordings).includes(value))).toStrictEqual([])
  return { exitCode, report, taken: atlas.snapshots().length, folder }
}

it.concurrent('npm run live takes two snapshots of each cluster, and its recordings can be replayed', async () => {
  const { folder, ...result } = await check({}, { ATLAS_SHARDED_CLUSTER: 'sharded' })
  expect(result).toStrictEqual({ exitCode: 0, report: expect.not.stringMatching(/^✘ /m), taken: 4 })
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'recorded']
  expect(await run(jest, projectRoot(), { RECORDINGS: folder })).toStrictEqual([0, null])
})

it.concurrent('npm run live fails because of a false completed, a lost response, and a shown secret', async () => {
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
