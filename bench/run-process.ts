import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demo } from '../emulator/config.js'
import { projectRoot } from '../script/root.js'
import { runnerEnvironment } from '../script/runner.js'

/** Working folder and environment of a process. */
export interface ProcessContext {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** The emulator's default cluster. */
const CLUSTER = 'demo'

/** Creates a folder, and the environment of an action on a runner with the baseline's variables added. */
export function createProcessContext(
  parent: string,
  atlas: { readonly url: string; readonly certificate?: string },
  inputs: Readonly<Record<string, string>> = {},
): ProcessContext {
  const cwd = mkdtempSync(join(parent, 'run-'))
  const all = {
    'group-id': demo.groupId,
    'cluster-name': CLUSTER,
    'public-key': demo.publicKey,
    'private-key': demo.privateKey,
    'base-url': atlas.url,
    ...inputs,
  }
  const env = {
    ...runnerEnvironment(cwd, all),
    NODE_EXTRA_CA_CERTS: atlas.certificate,
    BASE_URL: atlas.url,
    GROUP_ID: demo.groupId,
    CLUSTER_NAME: CLUSTER,
    PUBLIC_KEY: demo.publicKey,
    PRIVATE_KEY: demo.privateKey,
  }
  return { cwd, env }
}

/** Runs the work in a new folder, then removes the folder. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** @throws Error with the program's output if it fails */
export function runProcess(
  program: string,
  args: readonly string[],
  { cwd, env }: ProcessContext,
): Promise<void> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000)
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${args.join(' ')} failed\n${output}`))
    })
  })
}

/** Runs Node with these arguments and returns its peak memory in bytes. */
export async function runForPeakMemory(
  node: string,
  args: readonly string[],
  { cwd, env }: ProcessContext,
): Promise<number> {
  const PEAK_FILE = join(cwd, 'peak')
  const preload = join(projectRoot(), 'bench', 'preload', 'peak.cjs')
  await runProcess(node, ['--require', preload, ...args], { cwd, env: { ...env, PEAK_FILE } })
  return Number(readFileSync(PEAK_FILE, 'utf8'))
}
