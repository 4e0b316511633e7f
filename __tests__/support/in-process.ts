import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { demoInputs } from '../../script/emulated-atlas.js'
import { type RunResult, runnerEnvironment, toRunResult } from '../../script/runner.js'
import { sendToEmulator } from '../../simulation/emulated-send.js'
import type { VirtualClock } from '../../simulation/virtual-clock.js'
import { createWorld, seededHex, type World } from '../../simulation/world.js'
import { createCommitStatus } from '../../src/action/github-client.js'
import { main } from '../../src/action/main.js'
import type { ActionRuntime } from '../../src/action/node-runtime.js'
import type { Send } from '../../src/atlas/http.js'
import { toNetworkError } from '../../src/atlas/network-errors.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { CapturedOutput } from './captured-output.js'
import { recordedLife } from './emulator-client.js'
import { created, type GitHubAnswer, ScriptedGitHub } from './github.js'
import { assertNoSecretShown, describeRun, type Played, type Setup } from './played.js'

const LATENCY_MS = 50

/** Node does not trust the server's certificate. */
export class CertificateError extends Error {}

/** What surrounds a step in this process, with the events before and during it. */
export interface VirtualSetup extends Setup {
  readonly before?: (atlas: Atlas) => void
  /** More inputs that depend on `before`, such as the ID of a snapshot. */
  readonly inputsFrom?: (atlas: Atlas) => Readonly<Record<string, string>>
  readonly cancelAtSeconds?: number
  /** Changes to Atlas at some seconds after the start. */
  readonly at?: readonly (readonly [seconds: number, happens: (atlas: Atlas) => void])[]
  /** GitHub's response to a commit status, by default 201. */
  readonly github?: GitHubAnswer | undefined
  /** A layer between the action and Atlas that can fail a request or change its response. */
  readonly network?: Network
}

export type Network = (send: Send) => Send

/** The result of a step in this process. */
export interface PlayedInProcess extends Played {
  /** Each commit status that GitHub received. */
  readonly commitStatuses: readonly unknown[]
  /** What the step opened and did not close. */
  readonly leftOpen: readonly string[]
}

/** One run of the action in a world. */
interface StepOptions extends Pick<VirtualSetup, 'env' | 'cancelAtSeconds' | 'github' | 'network'> {
  readonly inputs: Readonly<Record<string, string>>
}

type StepRun = Pick<PlayedInProcess, 'result' | 'commitStatuses' | 'leftOpen'>

/** Runs the whole action in this process, with a virtual clock and the emulator as its network. */
export async function playInProcess(setup: VirtualSetup): Promise<PlayedInProcess> {
  const faults = (setup.faults ?? []).map(parseFaultSpec)
  const world = createWorld({ ...recordedLife, ...setup.atlas, faults })
  const { atlas, clock } = world
  setup.before?.(atlas)
  for (const [seconds, happens] of setup.at ?? []) clock.setTimeout(seconds * 1000, () => happens(atlas))
  const inputs = { ...setup.inputs, ...setup.inputsFrom?.(atlas) }
  const run = await runStep(world, { ...setup, inputs })
  return { ...describeRun(run.result, atlas), ...run }
}

/** Runs one step. By default it uses the demo's API key and waits for its snapshot. */
export async function runStep(world: World, options: StepOptions): Promise<StepRun> {
  const { atlas, clock, wallClock } = world
  const { env, cancelAtSeconds, github = created, network = (send) => send } = options
  const inputs: Readonly<Record<string, string>> = {
    ...demoInputs,
    'base-url': 'http://127.0.0.1:80',
    ...options.inputs,
  }
  const gitHub = new ScriptedGitHub()
  gitHub.answer = github
  const open = new Set<string>()
  const sendToAtlas = network((request, signal) => {
    if (inputs['github-token'] && JSON.stringify(request).includes(inputs['github-token']))
      throw new Error('a request to Atlas contains the token for GitHub')
    return sendToEmulator(atlas, clock, request, signal)
  })
  const send = withLatency(clock, (request, signal) =>
    request.url.pathname.includes('/statuses/') ? gitHub.send(request, signal) : sendToAtlas(request, signal),
  )
  const createRuntime = (): ActionRuntime => {
    open.add('connections').add('signal listeners')
    return {
      clock,
      random: { fraction: () => 0.5, hex: seededHex('action') },
      wallClock,
      sender: { send, close: () => void open.delete('connections') },
      cancellation: {
        signal: cancelAt(cancelAtSeconds, clock),
        release: () => void open.delete('signal listeners'),
      },
    }
  }
  const result = await runMain(inputs, env, clock, createRuntime)
  assertNoSecretShown(result, { inputs, env, more: atlas.tokens().map(({ value }) => value) })
  return { result, commitStatuses: gitHub.statuses, leftOpen: [...open] }
}

/** Runs `main` with the environment and files of a runner, and captures standard output. */
async function runMain(
  inputs: Readonly<Record<string, string>>,
  env: Setup['env'],
  clock: VirtualClock,
  createRuntime: () => ActionRuntime,
): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-run-'))
  const before = process.env
  const start = clock.now()
  const output = new CapturedOutput()
  // The toolkit reads the environment of its process.
  process.env = { ...runnerEnvironment(folder, inputs), ...env }
  if (inputs['github-token']) await loadGitHubClient()
  output.start()
  try {
    const succeeded = await clock.run(main(process.env, createRuntime))
    const end = { exitCode: succeeded ? 0 : 1, lines: splitLines(output.text()), stderr: '' }
    return toRunResult(end, folder, clock.now() - start)
  } finally {
    output.stop()
    process.env = before
    rmSync(folder, { recursive: true })
  }
}

/**
 * Loads the GitHub client in advance, because loading takes real time that the virtual clock does not wait for. Loads it
 * again for each step, because it then reads the environment.
 */
async function loadGitHubClient(): Promise<void> {
  const status = {
    owner: 'o',
    repo: 'r',
    sha: 's',
    state: 'success',
    context: 'c',
    description: 'd',
    target_url: 'u',
  } as const
  jest.resetModules()
  const { send } = new ScriptedGitHub()
  await createCommitStatus(status, 'token', { send, signal: new AbortController().signal })
}

/** `send` with latency and with the network errors of the action. */
function withLatency(clock: VirtualClock, send: Send): Send {
  return async (request, signal) => {
    try {
      await clock.sleep(LATENCY_MS, signal)
      return await send(request, signal)
    } catch (error) {
      throw toNetworkError(error, request, signal, { isUntrusted: error instanceof CertificateError })
    }
  }
}

function cancelAt(seconds: number | undefined, clock: VirtualClock): AbortSignal {
  const cancellation = new AbortController()
  if (seconds !== undefined)
    clock.setTimeout(seconds * 1000, () =>
      cancellation.abort(new StopReason('canceled', 'canceled (SIGINT)')),
    )
  return cancellation.signal
}

/** The lines of a log. Like for the runner, a lone carriage return also ends a line. */
function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}
