import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'
import { type ActionRun, type RunResult, startAction } from '../../script/runner.js'
import { assertNoSecretShown } from './played.js'

/** The bundle that GitHub runs. */
export const bundle: string = join(projectRoot(), 'dist', 'index.js')

/** Duration of a snapshot in these tests: long enough for several polls. */
export const life = { secondsToInProgress: 0.3, secondsToCompleted: 1 } as const

export interface Credentials {
  readonly name: string
  readonly password: string
}

export const demoKey: Credentials = { name: demo.publicKey, password: demo.privateKey }

/** Options to start the bundle. */
export interface Start {
  readonly credentials?: Credentials
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly onLine?: (line: string) => void
  /** The program to run instead of the bundle. */
  readonly bundle?: string
  /** Path of Node, by default the one that runs the tests. */
  readonly node?: string
  /** Kills the process after this time, by default a minute. */
  readonly timeoutMs?: number
  /** More secrets, read after the run. */
  readonly secrets?: () => readonly string[]
}

/**
 * Starts the bundle against an Atlas at `url`. By default it creates a snapshot, waits for it, and polls ten times a
 * second.
 *
 * @throws Error, by its `result`, if the run shows a secret
 */
export function startSnapshot(url: string, start: Start = {}): ActionRun {
  const { credentials = demoKey, inputs = {}, env, onLine, node, timeoutMs } = start
  const program = start.bundle ?? bundle
  if (!existsSync(program)) throw new Error('dist/index.js is missing; run: npm run package')
  const run = startAction({
    bundle: program,
    node,
    env,
    onLine,
    timeoutMs,
    inputs: {
      'group-id': demo.groupId,
      'cluster-name': 'demo',
      'public-key': credentials.name,
      'private-key': credentials.password,
      wait: 'true',
      'poll-interval-seconds': '0.1',
      'base-url': url,
      ...inputs,
    },
  })
  const withoutSecrets = (result: RunResult) => {
    assertNoSecretShown(result, {
      inputs: { 'private-key': credentials.password, ...inputs },
      env,
      more: start.secrets?.() ?? [],
    })
    return result
  }
  return { ...run, result: run.result.then(withoutSecrets) }
}

/** Runs the bundle to its end. */
export function takeSnapshot(
  url: string,
  credentials: Credentials = demoKey,
  inputs: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return startSnapshot(url, { credentials, inputs }).result
}
