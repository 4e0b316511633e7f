import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { completeConfig, demo } from '../emulator/config.js'
import { startAtlas } from './emulated-atlas.js'
import { LogView } from './log-view.js'
import { projectRoot } from './root.js'
import { type RunResult, runAction } from './runner.js'

const recorded = completeConfig({})

const usage = `usage: npm run demo -- [options]

Runs the action, dist/index.js, as a runner would, against an emulated Atlas on this machine.

  --sharded     take the snapshot of a sharded cluster
  --fail        let the snapshot fail in Atlas: the action has to fail the step
  --speed N     N times as fast as the recorded snapshot of ${recorded.secondsToCompleted} s (default: 12)
  --node PATH   run the action with this Node
  --help        show this

Ends with 0 if the action did what it has to.
`

interface DemoOptions {
  readonly sharded: boolean
  readonly fail: boolean
  readonly speed: number
  readonly node: string
}

/** Runs the action and shows what a user would see; true if it did what it has to. */
async function runDemo(options: DemoOptions): Promise<boolean> {
  const bundle = join(projectRoot(), 'dist', 'index.js')
  if (!existsSync(bundle)) throw new Error('dist/index.js is missing; run: npm run package')
  const version = spawnSync(options.node, ['--version'], { encoding: 'utf8' })
  if (version.status !== 0) throw new Error(`--node: ${options.node} does not run`, { cause: version.error })

  const server = await startAtlas({
    secondsToInProgress: recorded.secondsToInProgress / options.speed,
    secondsToCompleted: recorded.secondsToCompleted / options.speed,
    failSnapshots: options.fail,
  })
  try {
    const inputs = {
      'group-id': demo.groupId,
      'cluster-name': options.sharded ? 'sharded' : 'demo',
      'public-key': demo.publicKey,
      'private-key': demo.privateKey,
      'retention-days': '3',
      wait: 'true',
      'base-url': server.url,
    }
    const view = new LogView()
    view.hide(demo.privateKey)
    heading(`An emulated Atlas, ${options.speed} times as fast as the recorded one, at ${server.url}`)
    heading(`Run OWNER/REPO@v1 (dist/index.js on Node ${version.stdout.trim()})`)
    list(Object.entries(inputs).map(([name, value]) => [name, view.mask(value)]))
    heading('Log')
    const result = await runAction({
      bundle,
      node: options.node,
      inputs,
      timeoutMs: 60_000 + (recorded.secondsToCompleted / options.speed) * 1000,
      onLine: (line) => {
        for (const shown of view.render(line)) print(shown)
      },
    })
    heading('Outputs')
    list(Object.entries(result.outputs).map(([name, value]) => [name, view.mask(value)]))
    if (result.summary !== '') {
      heading('Job summary')
      print(view.mask(result.summary.trimEnd()))
    }
    heading('Result')
    return judge(result, options.fail)
  } finally {
    await server.close()
  }
}

/** Says what the runner makes of the exit code, and whether that is what the scenario asks for. */
function judge(result: RunResult, fail: boolean): boolean {
  const seconds = (result.milliseconds / 1000).toFixed(1)
  const { status = '' } = result.outputs
  if (result.exitCode === 0) {
    print(`Exit code 0 after ${seconds} s: the runner goes on with the next step, the deployment.`)
  } else {
    print(
      `Exit code ${result.exitCode ?? result.signal} after ${seconds} s: the runner marks the step as failed.`,
    )
    print('The steps after it, the deployment first of all, do not run.')
  }
  const expected = fail
    ? result.exitCode === 1 && status === 'failed'
    : result.exitCode === 0 && status === 'completed'
  if (expected) print(fail ? 'So it has to be: Atlas said that the snapshot failed.' : 'So it has to be.')
  else print(`That is not what the action has to do: its last status is "${status}".`)
  return expected
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function heading(text: string): void {
  print(`\n── ${text}`)
}

/** Names and values in two columns; a value that is longer than the line is cut. */
function list(entries: readonly (readonly [string, string])[]): void {
  const width = Math.max(...entries.map(([name]) => name.length))
  const room = Math.max((process.stdout.columns ?? 110) - width - 4, 40)
  for (const [name, value] of entries) {
    const line = value.replaceAll('\n', ' ')
    print(`  ${name.padEnd(width)}  ${line.length > room ? `${line.slice(0, room - 1)}…` : line}`)
  }
}

/** Reads the command line; `undefined` if it only asks for help. */
function readOptions(): DemoOptions | undefined {
  const { values } = parseArgs({
    options: {
      sharded: { type: 'boolean', default: false },
      fail: { type: 'boolean', default: false },
      speed: { type: 'string', default: '12' },
      node: { type: 'string', default: process.execPath },
      help: { type: 'boolean', default: false },
    },
  })
  const speed = Number(values.speed)
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new Error(`--speed: not a number above 0: ${values.speed}`)
  // A path is the caller's, while the action runs in a folder of its own; a bare name is looked up on PATH.
  const node = /[\\/]/.test(values.node) ? resolve(values.node) : values.node
  return values.help ? undefined : { sharded: values.sharded, fail: values.fail, speed, node }
}

try {
  const options = readOptions()
  if (options === undefined) process.stdout.write(usage)
  else process.exitCode = (await runDemo(options)) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
