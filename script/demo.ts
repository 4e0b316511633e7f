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

Run the action (dist/index.js) against an emulated Atlas on this machine, as a runner would, and check the result.

  --scenario NAME  scenario to run (default: take)
  --list           list all scenarios
  --speed N        speed relative to a recorded snapshot of ${recorded.secondsToCompleted} s (default: depends on the scenario)
  --node PATH      Node that runs the action
  --help           print this help

Exits with 0 if all checks pass.
`

/** Runs a scenario and prints it. True if all checks passed. */
async function runDemo(scenario: Scenario, options: ScenarioOptions): Promise<boolean> {
  if (!existsSync(options.bundle)) throw new Error('dist/index.js is missing. Run: npm run package')
  const version = spawnSync(options.node, ['--version'], { encoding: 'utf8' })
  if (version.status !== 0) throw new Error(`--node: could not run ${options.node}`, { cause: version.error })
  const view = new DemoView(scenario, options, version.stdout.trim(), [demo.privateKey, demo.clientSecret])
  return view.showChecks(checkScenario(scenario, await runScenario(scenario, options, view)))
}

function listScenarios(): void {
  const width = Math.max(...scenarios.map(({ name }) => name.length))
  for (const { name, event, expected } of scenarios)
    process.stdout.write(`${name.padEnd(width)}  ${event} The step must ${expected}.\n`)
}

/** Runs the command line. True if it succeeded. */
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
    throw new Error(`--scenario must be one of ${names}, not ${values.scenario}`)
  }
  const speed = Number(values.speed ?? scenario.speed)
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new Error(`--speed must be a number greater than 0, not ${values.speed}`)
  // Resolves a path now, because the action runs in another folder. PATH resolves a bare name.
  const node = /[\\/]/.test(values.node) ? resolve(values.node) : values.node
  return runDemo(scenario, { bundle: join(projectRoot(), 'dist', 'index.js'), node, speed })
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
