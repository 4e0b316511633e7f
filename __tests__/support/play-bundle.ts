import type { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import type { ActionRun } from '../../script/runner.js'
import { life, startSnapshot } from './bundle.js'
import { type Scenario as BaseScenario, describeRun, type Played } from './played.js'
import { startSteppedAtlas } from './stepped-atlas.js'

/** A scenario and what happens while the bundle runs. */
export interface Scenario extends BaseScenario {
  readonly during?: (run: ActionRun, atlas: Atlas) => Promise<void>
}

/**
 * Runs the bundle in the scenario to its end. The clock of Atlas moves only with requests, so the result does not depend
 * on the load of the machine.
 */
export async function play(scenario: Scenario): Promise<Played> {
  const { inputs, env, during } = scenario
  const faults = (scenario.faults ?? []).map(parseFaultSpec)
  const { atlas, url, close } = await startSteppedAtlas({ ...life, ...scenario.atlas, faults })
  try {
    scenario.before?.(atlas)
    const secrets = () => atlas.tokens().map(({ value }) => value)
    const run = startSnapshot(url, {
      inputs: { ...inputs, ...scenario.inputsFrom?.(atlas) },
      env,
      secrets,
      timeoutMs: 120_000,
    })
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
