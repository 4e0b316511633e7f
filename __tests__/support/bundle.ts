import { afterAll } from '@jest/globals'
import type { Atlas, AtlasOptions } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import type { ServerOptions } from '../../emulator/server.js'
import { demoInputs, type EmulatedAtlas, startAtlas } from '../../script/emulated-atlas.js'
import { type ActionRun, type RunOptions, startAction } from '../../script/runner.js'
import { assertNoSecretShown, describeRun, type Setup } from './played.js'

const MS_PER_REQUEST = 200

/** Life of a snapshot in these tests: the first poll finds it in progress, the second one completed. */
const life = { secondsToInProgress: 0.1, secondsToCompleted: 0.4 } as const

const started: EmulatedAtlas[] = []
afterAll(() => Promise.all(started.map(({ close }) => close())))

/**
 * Starts an emulated Atlas for the tests of a file. Its clock moves only with requests, so the result does not depend on
 * the load of the machine.
 */
export async function startSteppedAtlas(
  options: AtlasOptions = {},
  server: ServerOptions = {},
): Promise<EmulatedAtlas> {
  const start = Date.now()
  let requests: readonly unknown[] = []
  const now = () => start + requests.length * MS_PER_REQUEST
  const emulated = await startAtlas({ ...life, ...options }, server, now)
  requests = emulated.atlas.requests
  started.push(emulated)
  return emulated
}

/**
 * Starts the bundle that GitHub runs against an Atlas at `url`. By default it creates a snapshot with the demo's API key, waits for it, and
 * polls ten times a second.
 *
 * @throws Error, by its `result`, if the run shows a secret
 */
export function startSnapshot(url: string, options: Partial<RunOptions> = {}): ActionRun {
  const inputs: Readonly<Record<string, string>> = {
    ...demoInputs,
    'poll-interval-seconds': '0.1',
    'base-url': url,
    ...options.inputs,
  }
  const run = startAction({ timeoutMs: 120_000, ...options, inputs })
  const withoutSecrets = run.result.then((result) => {
    assertNoSecretShown(result, inputs, options.env)
    return result
  })
  return { ...run, result: withoutSecrets }
}

/** What surrounds the step, and what happens while the bundle runs. */
interface BundleSetup extends Setup, Pick<Partial<RunOptions>, 'bundle' | 'node'> {
  readonly during?: (run: ActionRun, atlas: Atlas) => Promise<void>
}

/** Runs a step of the bundle to its end. */
export async function play({ atlas: options, faults = [], during, ...step }: BundleSetup) {
  const { atlas, url } = await startSteppedAtlas({ ...options, faults: faults.map(parseFaultSpec) })
  const run = startSnapshot(url, step)
  await during?.(run, atlas)
  return describeRun(await run.result, atlas)
}
