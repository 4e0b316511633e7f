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

const limit = limiter(5)

/**
 * Runs the bundle in the scenario to its end, a few runs at a time. The clock of Atlas moves only with requests, so the
 * result does not depend on the load of the machine.
 */
export function play({
  atlas = {},
  faults = [],
  inputs = {},
  inputsFrom = () => ({}),
  before,
  during,
  env = {},
}: Scenario): Promise<Played> {
  return limit(async () => {
    const options = { ...life, ...atlas, faults: faults.map(parseFaultSpec) }
    const emulated = await startSteppedAtlas(options)
    try {
      before?.(emulated.atlas)
      const secrets = () => emulated.atlas.tokens().map(({ value }) => value)
      const all = { ...inputs, ...inputsFrom(emulated.atlas) }
      const run = startSnapshot(emulated.url, { inputs: all, env, secrets, timeoutMs: 120_000 })
      await during?.(run, emulated.atlas)
      return describeRun(await run.result, emulated.atlas)
    } finally {
      await emulated.close()
    }
  })
}

/**
 * Starts all scenarios at once, so others run while a test waits for its own.
 *
 * @returns a function that returns the result of a scenario by its name
 */
export function playAll(
  rows: readonly { readonly name: string; readonly scenario: Scenario }[],
): (name: string) => Promise<Played> {
  const played = new Map(rows.map(({ name, scenario }) => [name, play(scenario)]))
  // A failure before its test waits for it would end the process.
  for (const run of played.values()) run.catch(() => undefined)
  return async (name) => {
    const found = await played.get(name)
    if (found === undefined) throw new RangeError(`there is no scenario ${name}`)
    return found
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

/** Limits how many run at once, because each is a process that must finish before it times out. */
function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}
