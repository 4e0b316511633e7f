import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseCommand, parseOutputs } from './commands.js'
import { readMetadata } from './metadata.js'
import { projectRoot } from './root.js'

export interface RunOptions {
  /** The program. Default: `dist/index.js`. */
  readonly bundle?: string | undefined
  /** The Node to run it with, by default `actionNode()`. */
  readonly node?: string | undefined
  /** Inputs under `with:`. Others get their defaults from action.yml. */
  readonly inputs: Readonly<Record<string, string>>
  /** Additional environment variables. `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Receives each line of the log. */
  readonly onLine?: ((line: string) => void) | undefined
  /** Time after which the action is killed. Default: one minute. */
  readonly timeoutMs?: number | undefined
}

export type ActionRun = ReturnType<typeof startAction>
export type RunResult = ReturnType<typeof toRunResult>

/** Path of the Node that runs the action: ACTION_NODE, or the current Node. */
export function actionNode(): string {
  return process.env['ACTION_NODE'] ?? process.execPath
}

/** Starts the action like a runner, with its inputs, files, and environment, but without the caller's environment. */
export function startAction(options: RunOptions) {
  const { bundle = join(projectRoot(), 'dist/index.js'), node = actionNode(), timeoutMs = 60_000 } = options
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-run-'))
  const env = { ...runnerEnvironment(folder, options.inputs), ...options.env }
  const started = performance.now()
  const child = spawn(node, [bundle], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr])
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      lines.push(line)
      options.onLine?.(line)
    })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const result = once(child, 'close')
    .then(([exitCode]) => toRunResult({ exitCode, lines, stderr }, folder, performance.now() - started))
    .finally(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return {
    result,
    /** Sends a signal to the action, as a runner does when a job is canceled. */
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    /** The outputs set so far. */
    outputs: () => parseOutputs(readFileSync(join(folder, 'output'), 'utf8')),
  }
}

/** The environment of an action on a runner. Creates the runner's files in `folder`. */
export function runnerEnvironment(folder: string, inputs: Readonly<Record<string, string>>) {
  return { ...systemEnvironment(), ...githubEnvironment(folder), ...inputEnvironment(inputs) }
}

interface End {
  /** `null` if a signal ended the action. */
  readonly exitCode: number | null
  /** The lines of standard output and standard error, in order. */
  readonly lines: readonly string[]
  readonly stderr: string
}

/** Parses the output and the files in `folder` like a runner. */
export function toRunResult(end: End, folder: string, milliseconds: number) {
  const commands = end.lines.flatMap((line) => parseCommand(line) ?? [])
  const outputFile = readFileSync(join(folder, 'output'), 'utf8')
  return {
    ...end,
    commands,
    /** The `error`, `warning`, and `notice` commands. */
    annotations: commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name)),
    outputs: parseOutputs(outputFile),
    /** The file with all outputs, including values that were replaced later. */
    outputFile,
    /** The job summary. Empty if none was written. */
    summary: readFileSync(join(folder, 'summary'), 'utf8'),
    milliseconds,
  }
}

/** All inputs of action.yml. Like the runner, sets inputs without a value and a default to an empty string. */
function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const declared = Object.entries(readMetadata().inputs)
  const defaults = Object.fromEntries(declared.map(([name, input]) => [name, input.default ?? '']))
  const all = Object.entries({ ...defaults, ...inputs })
  return Object.fromEntries(all.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
}

function githubEnvironment(folder: string): Record<string, string> {
  const file = (name: string, content = '') => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: file('event.json', '{}'),
    GITHUB_OUTPUT: file('output'),
    GITHUB_REPOSITORY: 'octo-org/shop',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '19650281743',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '7b1c9f0e3a5d2468ace013579bdf2468ace01357',
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_WORKFLOW: 'Deploy',
  }
}

/** Variables that a program needs to start. Excludes proxies, tokens, and Atlas credentials of the caller. */
function systemEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'windir', 'ComSpec', 'USERPROFILE']
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}
