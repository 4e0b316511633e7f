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

const reader = { publicKey: 'reader', privateKey: '6a793f54-0000-4000-8000-6a793f546a79' }
const environment = {
  ATLAS_PROJECT_ID: demo.groupId,
  ATLAS_CLUSTER: 'demo',
  MONGODB_ATLAS_CLIENT_ID: demo.clientId,
  MONGODB_ATLAS_CLIENT_SECRET: demo.clientSecret,
  MONGODB_ATLAS_PUBLIC_API_KEY: demo.publicKey,
  MONGODB_ATLAS_PRIVATE_API_KEY: demo.privateKey,
  ATLAS_READ_ONLY_PUBLIC_API_KEY: reader.publicKey,
  ATLAS_READ_ONLY_PRIVATE_API_KEY: reader.privateKey,
}

/** Runs a program until it ends. Returns its exit code and signal. */
function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<unknown[]> {
  return once(spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } }), 'exit')
}

/** Runs the live check against an emulator, and expects no secret, ID, or name in its recordings. */
async function check(options: AtlasOptions, env: NodeJS.ProcessEnv = {}, ...flags: string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'atlas-snapshot-live-'))
  const keys = [demo, { ...reader, isReadOnly: true }] as const
  const { atlas, url, close } = await startAtlas({ secondsToCompleted: 12, keys, ...options })
  const args = [join(projectRoot(), 'build/script/live.js'), '--yes', ...flags]
  const [exitCode] = await run(args, cwd, { ...environment, ATLAS_BASE_URL: url, ...env })
  await close()
  const folder = join(cwd, 'live')
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
  const { 'report.txt': report, ...recordings } = Object.fromEntries(files)
  const ids = atlas.snapshots().flatMap(({ id, memberIds }) => [id, ...memberIds])
  const secrets = [...Object.values(demo), reader.privateKey, ...atlas.tokens().map(({ value }) => value)]
  const recorded = Object.values(recordings).join()
  const isShown = (value: string) => recorded.includes(value)
  expect([...secrets, ...ids, '"demo"', '/clusters/demo'].filter(isShown)).toStrictEqual([])
  return { exitCode, report, taken: atlas.snapshots().length, folder }
}

it.concurrent('npm run live takes two snapshots of each cluster, and its recordings can be replayed', async () => {
  const sharded = { ATLAS_SHARDED_CLUSTER: 'sharded' }
  const { folder, report, ...result } = await check({}, sharded, '--race')
  expect([report, result]).toStrictEqual([expect.not.stringMatching(/^✘ /m), { exitCode: 0, taken: 6 }])
  expect(report).toMatch(/^✔ demo +on-conflict: fail .* HTTP 400, UNFINISHED_ON_DEMAND_SNAPSHOT/m)
  expect(report).toMatch(/^· demo +first request with a new token .* HTTP 200/m)
  expect(report).toMatch(/^· sharded +plain list .* shardedCluster completed/m)
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'recorded']
  expect(await run(jest, projectRoot(), { RECORDINGS: folder })).toStrictEqual([0, null])
})

it.concurrent('npm run live goes on after surprises, and fails', async () => {
  const { exitCode, report } = await check({
    list: { lagSeconds: 3 },
    oddStatus: { word: 'completed', fromSeconds: 1, toSeconds: 11 },
    faults: [parseFaultSpec('get:reset')],
    descriptionPrefix: demo.privateKey,
  })
  expect([exitCode, report]).toMatchObject([1, expect.stringMatching(/^✘ demo +timeout .* be "Timed out"/m)])
  expect(report).toMatch(/^✘ demo +unknown snapshot.*no response to GET/m)
  expect(report).toMatch(/^· demo +new in the plain list +after 3\../m)
  expect(report).toMatch(/^✘ demo +snapshot-id.*secret in a response/m)
  expect(report).toMatch(/^✘ demo +other requests/m)
})
