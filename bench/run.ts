import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demo } from '../emulator/config.js'
import { runnerEnvironment } from '../script/runner.js'

/** Where a program runs, and with what in its environment. */
export interface Runner {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** The cluster that everything is about; it is the emulator's own. */
const CLUSTER = 'demo'

/** A folder for a run and the environment that a runner would give it; what is no action finds the inputs there, too. */
export function runnerFor(
  parent: string,
  baseUrl: string,
  inputs: Readonly<Record<string, string>> = {},
): Runner {
  const cwd = mkdtempSync(join(parent, 'run-'))
  const all = {
    'group-id': demo.groupId,
    'cluster-name': CLUSTER,
    'public-key': demo.publicKey,
    'private-key': demo.privateKey,
    'base-url': baseUrl,
    ...inputs,
  }
  const env = {
    ...runnerEnvironment(cwd, all),
    BASE_URL: baseUrl,
    GROUP_ID: demo.groupId,
    CLUSTER_NAME: CLUSTER,
    PUBLIC_KEY: demo.publicKey,
    PRIVATE_KEY: demo.privateKey,
    WAIT: inputs['wait'] ?? 'false',
  }
  return { cwd, env }
}

/** A folder of its own while something is measured. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Runs a program; what it said if it failed. */
export function toItsEnd(
  [program = '', ...args]: readonly string[],
  { cwd, env }: Runner,
): Promise<string | undefined> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000)
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0 ? undefined : said))
  })
}
