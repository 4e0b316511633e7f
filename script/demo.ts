import { parseArgs } from 'node:util'
import { formatDuration } from '../src/format.js'
import { parseCommand } from './commands.js'
import { type DemoScenario, demoScenarios } from './demo-scenarios.js'
import { demoInputs, startAtlas } from './emulated-atlas.js'
import { type RunResult, startAction } from './runner.js'

const usage = `usage: npm run demo -- [options]

Run the action (dist/index.js) against an emulated Atlas on this machine, as a runner would, and check the result.

  --scenario NAME  scenario to run (default: take)
  --help           print this help

Scenarios:

${Object.entries(demoScenarios)
  .map(([name, { event }]) => `  ${name.padEnd(15)}  ${event}\n`)
  .join('')}
Exits with 0 if all checks pass. The variable ACTION_NODE selects another Node for the action.`

const MAX_WIDTH = 100
const KINDS: Readonly<Record<string, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' }

/** Runs a scenario and prints it. True if all checks passed. */
async function runDemo(name: string, scenario: DemoScenario): Promise<boolean> {
  const { atlas, url, close } = await startAtlas({ secondsToCompleted: 1.3, ...scenario.atlas })
  heading(`Scenario ${name}, with an emulated Atlas at ${url}`)
  console.log(`${scenario.event}\nThe step must ${scenario.expected}.`)
  if (scenario.conflicts) atlas.createOtherSnapshot('demo', { description: 'nightly' })
  try {
    const result = await runStep({ ...scenario.inputs, 'base-url': url })
    heading('Requests to Atlas')
    for (const { operation, status, executed } of atlas.requests)
      console.log(`  ${operation}: ${status || `no response${executed ? ', but executed' : ''}`}`)
    heading('Checks')
    const { status, 'snapshot-id': id } = result.outputs
    const checks = [check('exit code', scenario.exitCode, result.exitCode)]
    // Another status might have changed since the step ended.
    if (status === 'completed' || status === 'failed')
      checks.push(check('status in Atlas', status, atlas.snapshots().find((each) => each.id === id)?.status))
    const own = atlas.snapshots().filter(({ takenBy }) => takenBy === 'request')
    checks.push(check('snapshots created by the action', 1, own.length))
    return checks.every(Boolean)
  } finally {
    await close()
  }
}

/** Runs the action, and shows its inputs, log, outputs, and summary. */
async function runStep(changes: Readonly<Record<string, string>>): Promise<RunResult> {
  const inputs = { ...demoInputs, 'retention-days': '3', 'poll-interval-seconds': '0.5', ...changes }
  heading('Run dist/index.js')
  printColumns({ ...inputs, 'private-key': '***' })
  heading('Log')
  const result = await startAction({ inputs, onLine: printLogLine }).result
  heading('Outputs')
  printColumns(result.outputs)
  heading('Job summary (docs/pictures shows how GitHub renders it)')
  console.log(summaryToText(result.summary))
  heading('Result')
  const next =
    result.exitCode === 0
      ? 'The runner continues with the next step, the deployment.'
      : 'Later steps, such as the deployment, do not run.'
  console.log(`Exit code ${result.exitCode} after ${formatDuration(result.milliseconds)}. ${next}`)
  return result
}

/** Prints a check. True if it passed. */
function check(what: string, wanted: unknown, found: unknown): boolean {
  console.log(found === wanted ? `  ✓ ${what}: ${wanted}` : `  ✗ ${what}: ${wanted} (found: ${found})`)
  return found === wanted
}

/** Prints a line of the log as GitHub shows it. Most commands are not visible. */
function printLogLine(line: string): void {
  const command = parseCommand(line)
  const kind = KINDS[command?.name ?? '']
  if (command === undefined) console.log(line)
  else if (kind !== undefined)
    console.log([kind, command.properties['title'] ?? [], command.data].flat().join(': '))
}

/** Prints names and values in two columns. Truncates long values. */
function printColumns(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    const text = value.length > MAX_WIDTH ? `${value.slice(0, MAX_WIDTH - 1)}…` : value
    console.log(`  ${name.padEnd(21)}  ${text}`)
  }
}

function heading(text: string): void {
  console.log(`\n── ${text}`)
}

/** A job summary as plain text for a terminal. */
function summaryToText(summary: string): string {
  return summary
    .replace(/<li>|<tr>/g, '\n- ')
    .replace(/<\/th>/g, ': ')
    .replace(/<a href="([^"]*)">(.*?)<\/a>/g, '$2 ($1)')
    .replace(/<[^>]+>/g, '')
}

const { values } = parseArgs({
  options: { scenario: { type: 'string', default: 'take' }, help: { type: 'boolean' } },
})
const scenario = Object.hasOwn(demoScenarios, values.scenario) ? demoScenarios[values.scenario] : undefined
if (values.help || scenario === undefined) {
  console.log(usage)
  process.exitCode = values.help ? 0 : 1
} else {
  process.exitCode = (await runDemo(values.scenario, scenario)) ? 0 : 1
}
