import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { demo } from '../emulator/config.js'
import { checkScenario } from './check-scenario.js'
import { DemoView } from './demo-view.js'
import { projectRoot } from './root.js'
import { runScenario, type ScenarioOptions } from './run-scenario.js'
import { actionNode } from './runner.js'
import { recorded, type Scenario, scenarios } from './scenarios.js'

const usage = `usage: npm run demo -- [options]

Runs the action, dist/index.js, as a runner would, against an emulated Atlas on this machine, and checks what it
did against what that Atlas has.

  --scenario NAME  what happens in Atlas (default: take)
  --list           the names of all scenarios, each with a sentence
  --speed N        N times as fast as the recorded snapshot of ${recorded.secondsToCompleted} s (default: the scenario's own)
  --node PATH      run the action with this Node
  --help           show this

Ends with 0 if the action did what it has to.
`

/** Runs the action in a scenario and shows what a user would see; true if it did what it has to. */
async function runDemo(scenario: Scenario, options: ScenarioOptions): Promise<boolean> {
  if (!existsSync(options.bundle)) throw new Error('dist/index.js is missing; run: npm run package')
  const version = spawnSync(options.node, ['--version'], { encoding: 'utf8' })
  if (version.status !== 0) throw new Error(`--node: ${options.node} does not run`, { cause: version.error })
  const view = new DemoView(scenario, options, version.stdout.trim(), [demo.privateKey, demo.clientSecret])
  return view.showChecks(checkScenario(scenario, await runScenario(scenario, options, view)))
}

function listScenarios(): void {
  const width = Math.max(...scenarios.map(({ name }) => name.length))
  for (const { name, event, expected } of scenarios)
    process.stdout.write(`${name.padEnd(width)}  ${event} The step has to ${expected}.\n`)
}

/** Reads the command line and does what it says; true if all is as it has to be. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'take' },
      list: { type: 'boolean', default: false },
      speed: { type: 'string' },
      node: { type: 'string', default: actionNode() },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) process.stdout.write(usage)
  else if (values.list) listScenarios()
  if (values.help || values.list) return true
  const scenario = scenarios.find(({ name }) => name === values.scenario)
  if (scenario === undefined) {
    const names = scenarios.map(({ name }) => name).join(', ')
    throw new Error(`--scenario: there is no ${values.scenario}; there are ${names}`)
  }
  const speed = Number(values.speed ?? scenario.speed)
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new Error(`--speed: not a number above 0: ${values.speed}`)
  // A path is the caller's, while the action runs in a folder of its own; a bare name is looked up on PATH.
  const node = /[\\/]/.test(values.node) ? resolve(values.node) : values.node
  return runDemo(scenario, { bundle: join(projectRoot(), 'dist', 'index.js'), node, speed })
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
