import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { demoInputs } from '../script/emulated-atlas.js'
import { projectRoot } from '../script/root.js'
import { actionNode, runnerEnvironment } from '../script/runner.js'

/** Medians of whole processes that create a snapshot over TLS without waiting for it. */
export interface StartUp {
  readonly baselineMs: number
  readonly actionMs: number
  /** The action's time divided by the baseline's in the same round, so a machine that is slow for a while affects both. */
  readonly ratio: number
}

const WARM_UP_ROUNDS = 3
const TLS = join(projectRoot(), '__tests__', 'fixtures', 'tls')
const CERTIFICATE = join(TLS, 'self-signed.cert.pem')

/**
 * Runs the baseline and the action, one after the other, in a different order in each round.
 *
 * @throws Error if one of them fails
 */
export async function measureStartUp(rounds: number): Promise<StartUp> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-bench-'))
  const emulator = await startEmulator()
  const inputs = { ...demoInputs, wait: 'false', 'base-url': emulator.url }
  const env = { ...runnerEnvironment(folder, inputs), NODE_EXTRA_CA_CERTS: CERTIFICATE }
  const baseline = join(projectRoot(), 'bench', 'baseline.cjs')
  const action = join(projectRoot(), 'dist', 'index.js')
  const times: { readonly baselineMs: number; readonly actionMs: number }[] = []
  try {
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      const programs = round % 2 === 0 ? [baseline, action] : [action, baseline]
      const [first, second] = programs.map((program) => measureTime(program, folder, env))
      const [baselineMs = 0, actionMs = 0] = round % 2 === 0 ? [first, second] : [second, first]
      if (round >= 0) times.push({ baselineMs, actionMs })
    }
  } finally {
    emulator.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return {
    baselineMs: median(times.map(({ baselineMs }) => baselineMs)),
    actionMs: median(times.map(({ actionMs }) => actionMs)),
    ratio: median(times.map(({ baselineMs, actionMs }) => actionMs / baselineMs)),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function measureTime(program: string, cwd: string, env: NodeJS.ProcessEnv): number {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(actionNode(), [program], { cwd, env, encoding: 'utf8' })
  const ms = performance.now() - start
  if (status !== 0) throw new Error(`${program} failed\n${stdout}${stderr}`)
  return ms
}

/** Starts an emulator whose snapshots are completed before the next process can create one. */
async function startEmulator() {
  const program = join(projectRoot(), 'build', 'emulator', 'main.js')
  const quick = ['--seconds-to-in-progress', '0.001', '--seconds-to-completed', '0.002']
  const tls = ['--tls-cert', CERTIFICATE, '--tls-key', join(TLS, 'self-signed.key.pem')]
  const child = spawn(process.execPath, [program, '--port', '0', ...tls, ...quick], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the emulator did not start'))),
  ])
  const url = /^listening on (\S+)$/.exec(String(line))?.[1]
  if (url === undefined) throw new Error(`unexpected output of the emulator: ${line}`)
  return { url, stop: () => void child.kill() }
}
