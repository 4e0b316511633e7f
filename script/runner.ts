import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Output, parseCommand, parseOutputs, splitLines, type WorkflowCommand } from './commands.js'
import { readMetadata } from './metadata.js'

export interface RunOptions {
  /** The program: the action's `dist/index.js`. */
  readonly bundle: string
  /** The Node to run it with, by default `actionNode()`. */
  readonly node?: string | undefined
  /** What a workflow gives under `with:`; action.yml's defaults fill the rest. */
  readonly inputs: Readonly<Record<string, string>>
  /** Added to the environment a runner sets; `undefined` takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Called with each line of the log as it comes. */
  readonly onLine?: ((line: string) => void) | undefined
  /** Kill the action after this long; a minute unless given. */
  readonly timeoutMs?: number | undefined
}

export interface RunResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Both streams, line by line, as they came. */
  readonly lines: readonly string[]
  /** The lines that are no commands: what a reader of the log sees. */
  readonly log: readonly string[]
  readonly commands: readonly WorkflowCommand[]
  /** The `error`, `warning` and `notice` commands. */
  readonly annotations: readonly WorkflowCommand[]
  /** The last value of each output. */
  readonly outputs: Readonly<Record<string, string>>
  /** Every output in the order in which it was set. */
  readonly outputList: readonly Output[]
  /** The text of the job summary, empty if none was written. */
  readonly summary: string
  /** From start to exit. */
  readonly milliseconds: number
}

export interface ActionRun {
  readonly result: Promise<RunResult>
  /** Sends a signal to the action, as a runner does when a job is cancelled. */
  readonly kill: (signal: NodeJS.Signals) => void
  /** The outputs set so far. */
  readonly outputs: () => Output[]
}

/** The Node to run the action with: the one that ACTION_NODE names, else the one that runs this. */
export function actionNode(): string {
  return process.env['ACTION_NODE'] ?? process.execPath
}

/** Runs the action as a runner does, and waits for its end. */
export function runAction(options: RunOptions): Promise<RunResult> {
  return startAction(options).result
}

/** Starts the action as a runner does: its inputs, files and environment, and none of the caller's own. */
export function startAction(options: RunOptions): ActionRun {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-run-'))
  const env = { ...runnerEnvironment(folder, options.inputs), ...options.env }
  const started = performance.now()
  const child = spawn(options.node ?? actionNode(), [options.bundle], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000)
  const outputs = () => parseOutputs(readFileSync(join(folder, 'output'), 'utf8'))
  const result = collect(child, options.onLine)
    .then((end) => toRunResult(end, folder, performance.now() - started))
    .finally(() => {
      clearTimeout(timer)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    })
  return { result, kill: (signal) => void child.kill(signal), outputs }
}

/** The environment that a runner gives an action, and the files it names, which are made in `folder`. */
export function runnerEnvironment(
  folder: string,
  inputs: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  return { ...systemEnvironment(), ...githubEnvironment(folder), ...inputEnvironment(inputs) }
}

/** How a process ended, and what it wrote to its streams. */
type End = Pick<RunResult, 'exitCode' | 'signal' | 'stdout' | 'stderr' | 'lines'>

/** Reads what a run wrote as a runner does, the files in `folder` included. */
export function toRunResult(end: End, folder: string, milliseconds: number): RunResult {
  const commands = end.lines.flatMap((line) => parseCommand(line) ?? [])
  const outputList = parseOutputs(readFileSync(join(folder, 'output'), 'utf8'))
  return {
    ...end,
    log: end.lines.filter((line) => parseCommand(line) === undefined),
    commands,
    annotations: commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name)),
    outputs: Object.fromEntries(outputList.map(({ name, value }) => [name, value])),
    outputList,
    summary: readFileSync(join(folder, 'summary'), 'utf8'),
    milliseconds,
  }
}

function collect(child: ChildProcess, onLine: ((line: string) => void) | undefined): Promise<End> {
  const texts = { stdout: '', stderr: '' }
  const lines: string[] = []
  const emit = (line: string) => {
    lines.push(line)
    onLine?.(line)
  }
  const rests = (['stdout', 'stderr'] as const).map((stream) => {
    let rest = ''
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[stream] += chunk
      // A carriage return at the end of a chunk may be the first half of a line end.
      const complete = /^[\s\S]*(?:\n|\r(?!$))/.exec(rest + chunk)?.[0] ?? ''
      rest = (rest + chunk).slice(complete.length)
      for (const line of splitLines(complete)) emit(line)
    })
    return () => {
      for (const line of splitLines(rest)) emit(line)
    }
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) => {
      for (const flush of rests) flush()
      resolve({ exitCode, signal, ...texts, lines })
    })
  })
}

/** Every input of action.yml, as the runner sets them: an input without a value or default is set and empty. */
function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = readMetadata().inputs.map((input) => [input.name, input.default ?? ''])
  const all: Record<string, string> = { ...Object.fromEntries(defaults), ...inputs }
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  )
}

function githubEnvironment(folder: string): Record<string, string> {
  const file = (name: string, content = '') => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'snapshot',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_ENV: file('env'),
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: file('event.json', '{}'),
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: 'deploy',
    GITHUB_OUTPUT: file('output'),
    GITHUB_PATH: file('path'),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REPOSITORY: 'octo-org/shop',
    GITHUB_REPOSITORY_OWNER: 'octo-org',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '19650281743',
    GITHUB_RUN_NUMBER: '118',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '7b1c9f0e3a5d2468ace013579bdf2468ace01357',
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
  }
}

/** What a program needs to start at all; proxies, tokens and Atlas keys of the caller's shell stay out. */
function systemEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'windir', 'ComSpec', 'USERPROFILE']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}
