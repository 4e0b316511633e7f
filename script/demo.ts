import { parseOptions } from '../emulator/options.js'
import { UsageError } from '../emulator/parsing.js'
import { formatDuration } from '../src/format.js'
import { decodeHtml, parseCommand } from './commands.js'
import { demoInputs, startAtlas } from './emulated-atlas.js'
import { startAction } from './runner.js'

const examples = `  npm run demo -- --fail                          a snapshot fails, so the deployment is skipped
  npm run demo -- --fault create:reset:executed   a response is lost, but there is only one snapshot
`
const usage = `usage: npm run demo -- [options]

Run the action (dist/index.js) against an emulated Atlas on this machine, as a runner would, and show its inputs, log,
outputs, summary, and requests. Exits with the exit code of the action. The variable ACTION_NODE selects another Node for it.

Its options about snapshots and faults are those of the emulator (npm run emulator -- --help). Examples:
${examples}`

const MAX_WIDTH = 100
/** Above `timeout-minutes`, so the action ends by itself. */
const LIMIT_MS = 6 * 60_000
const changes = { 'retention-days': '3', 'poll-interval-seconds': '0.5', 'timeout-minutes': '5' }
/** Options of the emulator that have no effect here. */
const UNUSED = /^--(port|verbose)\b/
const KINDS: Readonly<Record<string, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' }

/** Settles when nothing reads the output any longer, for example after `| head`. */
const outputClosed = new Promise<void>((resolve) => process.stdout.on('error', () => resolve()))

/** Runs the action, and shows what it does. Returns its exit code. */
async function runDemo(args: readonly string[]): Promise<number | null> {
  const { atlas, url, close } = await startAtlas(parseOptions(args).atlas)
  heading(`Run dist/index.js with an emulated Atlas at ${url}`)
  const inputs = { ...demoInputs, ...changes, 'base-url': url }
  printColumns({ ...inputs, 'private-key': '***' })
  heading('Log')
  const action = startAction({ inputs, onLine: printLogLine, timeoutMs: LIMIT_MS })
  void outputClosed.then(() => action.kill('SIGKILL'))
  const result = await action.result
  await close()
  heading('Outputs')
  printColumns(result.outputs)
  heading('Job summary (docs/pictures shows how GitHub renders it)')
  console.log(summaryToText(result.summary))
  heading('Requests to Atlas')
  for (const { operation, status, executed, challenges } of atlas.requests) {
    const response = status || `no response${executed ? ', but executed' : ''}`
    console.log(`  ${operation}: ${response}${challenges ? ' (digest challenge)' : ''}`)
  }
  heading('Snapshots in Atlas')
  for (const { id, status, description } of atlas.snapshots('demo'))
    console.log(`  ${id} (status: ${status}, description: ${description})`)
  heading('Result')
  const next =
    result.exitCode === 0
      ? 'The runner continues with the next step, the deployment.'
      : 'Later steps, such as the deployment, do not run.'
  const end = result.exitCode === null ? 'The demo stopped the action' : `Exit code ${result.exitCode}`
  console.log(`${end} after ${formatDuration(result.milliseconds)}. ${next}`)
  heading('Try next')
  console.log(examples)
  return result.exitCode
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
  const text = summary
    .replace(/<li>|<tr>/g, '\n- ')
    .replace(/<\/th>/g, ': ')
    .replace(/<a href="([^"]*)">(.*?)<\/a>/g, '$2 ($1)')
    .replace(/<[^>]+>/g, '')
  return decodeHtml(text)
}

const args = ['--seconds-to-completed', '1.3', ...process.argv.slice(2)]
const unused = args.find((arg) => UNUSED.test(arg))
try {
  if (unused !== undefined) throw new UsageError(`${unused} has no effect here. Use npm run emulator.`)
  if (parseOptions(args).help) console.log(usage)
  else process.exitCode = (await runDemo(args)) ?? 1
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`demo: ${error.message}`)
  process.exitCode = 2
}
