import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { demoInputs } from '../../script/emulated-atlas.js'
import { projectRoot } from '../../script/root.js'
import { type ActionRun, type RunOptions, type RunResult, startAction } from '../../script/runner.js'
import { assertNoSecretShown, describeRun, type Played, type Setup } from './played.js'
import { startSteppedAtlas } from './stepped-atlas.js'

/** The bundle that GitHub runs. */
const bundle: string = join(projectRoot(), 'dist', 'index.js')

/** Duration of a snapshot in these tests: long enough for several polls. */
export const life = { secondsToInProgress: 0.3, secondsToCompleted: 1 } as const

interface Start extends Partial<RunOptions> {
  /** More secrets than the inputs and the environment contain. */
  readonly secrets?: readonly string[]
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
  const run = startAction({ bundle, timeoutMs: 120_000, ...options, inputs })
  const withoutSecrets = (result: RunResult) => {
    assertNoSecretShown(result, { inputs, env: options.env, more: secrets })
    return result
  }
  return { ...run, result: run.result.then(withoutSecrets) }
}

/** What surrounds the step, and what happens while the bundle runs. */
export interface BundleSetup extends Setup {
  readonly during?: (run: ActionRun, atlas: Atlas) => Promise<void>
}

/**
 * Runs a step of the bundle to its end. The clock of Atlas moves only with requests, so the result does not depend
 * on the load of the machine.
 */
export async function play({ inputs, env, during, ...setup }: BundleSetup): Promise<Played> {
  const faults = (setup.faults ?? []).map(parseFaultSpec)
  const { atlas, url, close } = await startSteppedAtlas({ ...life, ...setup.atlas, faults })
  try {
    const run = startSnapshot(url, { inputs: { ...inputs }, env })
    await during?.(run, atlas)
    return describeRun(await run.result, atlas)
  } finally {
    await close()
  }
}

/** Resolves when the condition is true. If it never is, the test times out. */
export function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!condition()) return
      clearInterval(timer)
      resolve()
    }, 5)
  })
}
