import { demo } from '../emulator/config.js'
import { parseFaultSpec } from '../emulator/fault-spec.js'
import { startAtlas } from './emulated-atlas.js'
import { runAction } from './runner.js'
import { recorded, type Scenario, type ScenarioResult, type StepRun } from './scenarios.js'

export interface ScenarioOptions {
  /** The action's `dist/index.js`. */
  readonly bundle: string
  /** The Node to run it with. */
  readonly node: string
  /** Speed of snapshots relative to the recorded one. */
  readonly speed: number
}

/** Receives the events of a scenario. */
export interface ScenarioListener {
  /** The emulated Atlas runs at this URL. */
  readonly opened: (url: string) => void
  /** A step begins. The first is 0. */
  readonly started: (step: number, inputs: Readonly<Record<string, string>>) => void
  /** A line of the step's log. */
  readonly line: (line: string) => void
  readonly ended: (run: StepRun) => void
}

const MINUTE_MS = 60_000

/** Runs all steps of a scenario against an emulated Atlas, as a runner would. */
export async function runScenario(
  scenario: Scenario,
  { bundle, node, speed }: ScenarioOptions,
  listener: ScenarioListener,
): Promise<ScenarioResult> {
  const seconds = recorded.secondsToCompleted / speed
  const onServed = () => {
    if (server.atlas.requests.length === 1) scenario.afterFirstRequest?.(server.atlas)
  }
  const server = await startAtlas(
    {
      secondsToInProgress: recorded.secondsToInProgress / speed,
      secondsToCompleted: seconds,
      ...scenario.atlas?.(seconds),
      faults: (scenario.faults ?? []).map(parseFaultSpec),
    },
    { onServed },
  )
  try {
    const { atlas, url } = server
    listener.opened(url)
    const inputs = {
      'group-id': demo.groupId,
      'cluster-name': 'demo',
      ...scenario.inputs,
      'retention-days': '3',
      wait: 'true',
      'base-url': url,
    }
    const runs: StepRun[] = []
    for (const step of scenario.steps.keys()) {
      const before = atlas.requests.length
      listener.started(step, inputs)
      const timeoutMs = MINUTE_MS + 2 * seconds * 1000
      const result = await runAction({ bundle, node, inputs, timeoutMs, onLine: listener.line })
      const run = { result, requests: atlas.requests.slice(before) }
      runs.push(run)
      listener.ended(run)
    }
    return { runs, snapshots: atlas.snapshots() }
  } finally {
    await server.close()
  }
}
