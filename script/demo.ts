import { parseArgs } from 'node:util'
import type { RequestLogEntry } from '../emulator/atlas.js'
import { completeConfig, demo } from '../emulator/config.js'
import { errorMessage } from '../src/action-error.js'
import { parseCommand } from './commands.js'
import { type DemoScenario, demoScenarios } from './demo-scenarios.js'
import { startAtlas } from './emulated-atlas.js'
import { projectRoot } from './root.js'
import { type RunResult, startAction } from './runner.js'

const usage = `usage: npm run demo -- [options]

Run the action (dist/index.js) against an emulated Atlas on this machine, as a runner would, and check the result.

  --scenario NAME  scenario to run (default: take)
  --help           print this help

Scenarios:

${demoScenarios.map(({ name, event }) => `  ${name.padEnd(15)}  ${event}\n`).join('')}
Exits with 0 if all checks pass. The variable ACTION_NODE selects another Node for the action.
`

/** How much faster than a recorded snapshot the emulated ones are: they take three status checks. */
const SPEED = 30
const MAX_WIDTH = 100
const KINDS: Readonly<Record<string, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' }

/** Runs a scenario and prints it. True if all checks passed. */
async function runDemo(scenario: DemoScenario): Promise<boolean> {
  const recorded = completeConfig({})
  const { atlas, url, close } = await startAtlas({
    secondsToCompleted: recorded.secondsToCompleted / SPEED,
    ...scenario.atlas,
  })
  heading(`Scenario ${scenario.name}`)
  print(scenario.event)
  print(`The step must ${scenario.expected}.`)
  heading(`Emulated Atlas at ${SPEED} times the recorded speed: ${url}`)
  if (scenario.conflicts) atlas.createOtherSnapshot('demo', { description: 'nightly' })
  try {
    const result = await runStep({ ...scenario.inputs, 'base-url': url })
    heading('Requests to Atlas')
    for (const line of summarizeRequests(atlas.requests)) print(`  ${line}`)
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
  const inputs = {
    'group-id': demo.groupId,
    'cluster-name': 'demo',
    'public-key': demo.publicKey,
    'private-key': demo.privateKey,
    'retention-days': '3',
    wait: 'true',
    'poll-interval-seconds': '2',
    ...changes,
  }
  heading('Run dist/index.js')
  printColumns(inputs)
  heading('Log')
  const bundle = `${projectRoot()}/dist/index.js`
  const result = await startAction({ bundle, inputs, onLine: printLogLine }).result
  heading('Outputs')
  printColumns(result.outputs)
  heading('Job summary (docs/pictures shows how GitHub renders it)')
  print(summaryToText(result.summary).trimEnd())
  heading('Result')
  const seconds = (result.milliseconds / 1000).toFixed(1)
  print(
    result.exitCode === 0
      ? `Exit code 0 after ${seconds} s. The runner continues with the next step, the deployment.`
      : `Exit code ${result.exitCode} after ${seconds} s. Later steps, such as the deployment, do not run.`,
  )
  return result
}

/** Prints a check. True if it passed. */
function check(what: string, wanted: unknown, found: unknown): boolean {
  print(found === wanted ? `  ✓ ${what}: ${wanted}` : `  ✗ ${what}: ${wanted} (found: ${found})`)
  return found === wanted
}

/** Prints a line of the log as GitHub shows it. Most commands are not visible. */
function printLogLine(line: string): void {
  const command = parseCommand(line)
  const kind = KINDS[command?.name ?? '']
  if (command === undefined) print(line)
  else if (kind !== undefined)
    print([kind, command.properties['title'] ?? [], command.data].flat().join(': '))
}

/** Prints names and values in two columns. Truncates long values. */
function printColumns(values: Readonly<Record<string, string>>): void {
  const width = Math.max(...Object.keys(values).map((name) => name.length))
  for (const [name, value] of Object.entries(values)) {
    const text = value.length > MAX_WIDTH ? `${value.slice(0, MAX_WIDTH - 1)}…` : value
    print(`  ${name.padEnd(width)}  ${text}`)
  }
}

/** One line per request, as `operation: status`. Combines identical lines in a row. */
function summarizeRequests(requests: readonly RequestLogEntry[]): string[] {
  const lines: { readonly text: string; times: number }[] = []
  for (const { operation, method, target, status, executed } of requests) {
    const answer = status === 0 ? `no response${executed ? ', but executed' : ''}` : String(status)
    const text = `${operation ?? `${method} ${target}`}: ${answer}`
    const last = lines.at(-1)
    if (last?.text === text) last.times += 1
    else lines.push({ text, times: 1 })
  }
  return lines.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`))
}

/** Like the runner, masks the secret. */
function print(line: string): void {
  process.stdout.write(`${line.replaceAll(demo.privateKey, '***')}\n`)
}

function heading(text: string): void {
  print(`\n── ${text}`)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** A job summary as plain text for a terminal. Its table becomes lines of names and values. */
function summaryToText(summary: string): string {
  const rows = [...summary.matchAll(/<th[^>]*>(.*?)<\/th>/g)].map(([, name = '']) => name.length)
  const width = Math.max(0, ...rows)
  return summary
    .replace(/<tr><th[^>]*>(.*?)<\/th><td>(.*?)<\/td><\/tr>/g, (_, name: string, value: string) => {
      return `  ${name.padEnd(width)}  ${value}\n`
    })
    .replace(/<a href="([^"]*)">(.*?)<\/a>/g, '$2 ($1)')
    .replace(/<li>/g, '- ')
    .replace(/<[^>]+>/g, '')
    .replace(/&(amp|lt|gt|quot);/g, (entity, name: string) => ENTITIES[name] ?? entity)
}

/** Runs the command line. True if it succeeded. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'take' },
      help: { type: 'boolean', default: false },
    },
  })
  const scenario = demoScenarios.find(({ name }) => name === values.scenario)
  if (values.help || scenario === undefined) {
    process.stdout.write(usage)
    return values.help
  }
  return runDemo(scenario)
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  process.stderr.write(`${errorMessage(error)}\n`)
  process.exitCode = 1
}
