import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../script/root.js'
import { type ActionRun, type RunOptions, type RunResult, startAction } from '../../script/runner.js'
import { assertNoSecretShown, demoInputs } from './played.js'

/** The bundle that GitHub runs. */
export const bundle: string = join(projectRoot(), 'dist', 'index.js')

/** Duration of a snapshot in these tests: long enough for several polls. */
export const life = { secondsToInProgress: 0.3, secondsToCompleted: 1 } as const

interface Start extends Partial<RunOptions> {
  /** More secrets, read after the run. */
  readonly secrets?: () => readonly string[]
}

/**
 * Starts the bundle against an Atlas at `url`. By default it creates a snapshot with the demo's API key, waits for it, and
 * polls ten times a second.
 *
 * @throws Error, by its `result`, if the run shows a secret
 */
export function startSnapshot(url: string, { secrets, ...options }: Start = {}): ActionRun {
  if (!existsSync(bundle)) throw new Error('dist/index.js is missing; run: npm run package')
  const inputs: Readonly<Record<string, string>> = {
    ...demoInputs,
    'poll-interval-seconds': '0.1',
    'base-url': url,
    ...options.inputs,
  }
  const run = startAction({ bundle, ...options, inputs })
  const withoutSecrets = (result: RunResult) => {
    assertNoSecretShown(result, { inputs, env: options.env, more: secrets?.() })
    return result
  }
  return { ...run, result: run.result.then(withoutSecrets) }
}
