import type { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import type { ActionRun } from '../../script/runner.js'
import { life, startSnapshot } from './bundle.js'
import { type Scenario as BaseScenario, describeRun, type Played } from './played.js'
import { startSteppedAtlas } from './stepped-atlas.js'

/** A scenario, and what happens while the bundle runs. */
export interface Scenario extends BaseScenario {
  readonly during?: (run: ActionRun, atlas: Atlas) => Promise<void>
}

const limit = limiter(5)

/**
 * Runs the bundle in the scenario, to its end, a few at a time. Atlas's clock moves only with requests, so that what the
 * bundle meets does not depend on how busy the machine is.
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
 * Starts all of them, so that the others run while a test waits for its own.
 *
 * @returns gives the result of the scenario with a name
 */
export function playAll(
  rows: readonly { readonly name: string; readonly scenario: Scenario }[],
): (name: string) => Promise<Played> {
  const played = new Map(rows.map(({ name, scenario }) => [name, play(scenario)]))
  // One that fails before its test waits for it must not end the whole run.
  for (const run of played.values()) run.catch(() => undefined)
  return async (name) => {
    const found = await played.get(name)
    if (found === undefined) throw new RangeError(`there is no scenario ${name}`)
    return found
  }
}

/** Resolves as soon as the condition holds. If it never does, the time limit of the test ends it. */
export function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!condition()) return
      clearInterval(timer)
      resolve()
    }, 5)
  })
}

/** Lets so many run at once, because each is a process of its own and needs time before its deadline. */
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
