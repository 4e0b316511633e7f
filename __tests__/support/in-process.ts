import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { demoInputs } from '../../script/emulated-atlas.js'
import { type RunResult, runnerEnvironment, toRunResult } from '../../script/runner.js'
import type { Network } from '../../simulation/emulated-send.js'
import { clusterRef } from '../../simulation/options.js'
import { createStepRuntime } from '../../simulation/step.js'
import type { VirtualClock } from '../../simulation/virtual-clock.js'
import { createWorld } from '../../simulation/world.js'
import { setCommitStatus } from '../../src/action/commit-status.js'
import { main } from '../../src/action/main.js'
import type { ActionRuntime } from '../../src/action/node-runtime.js'
import type { HttpRequest, HttpResponse, Send } from '../../src/atlas/http.js'
import { captureOutput, LogLines } from './captured-output.js'
import { setEnvironment } from './environment.js'
import { gitHub, never } from './http-responses.js'
import { assertNoSecretShown, createRandom, describeRun, type Setup } from './played.js'

const LATENCY_MS = 50

/** What surrounds a step in this process, with the events before and during it. */
export interface VirtualSetup extends Setup {
  readonly before?: (atlas: Atlas) => void
  /** More inputs that depend on `before`, such as the ID of a snapshot. */
  readonly inputsFrom?: (atlas: Atlas) => Readonly<Record<string, string>>
  readonly cancelAtSeconds?: number
  /** Changes to Atlas at some seconds after the start. */
  readonly at?: readonly (readonly [seconds: number, happens: (atlas: Atlas) => void])[]
  /** By default, it confirms every commit status. */
  readonly github?: Send
  readonly network?: Network
}

/** A network that changes responses. */
export function changing(
  change: (response: HttpResponse, request: HttpRequest) => Partial<HttpResponse>,
): Network {
  return (send) => async (request, signal) => {
    const response = await send(request, signal)
    return { ...response, ...change(response, request) }
  }
}

export type PlayedInProcess = Awaited<ReturnType<typeof playInProcess>>

/**
 * Runs the whole action in this process, with a virtual clock and the emulator as its network. By default it uses the
 * demo's API key and waits for its snapshot.
 */
export async function playInProcess(setup: VirtualSetup) {
  const { env, cancelAtSeconds, at = [], network = (send) => send } = setup
  const faults = (setup.faults ?? []).map(parseFaultSpec)
  const world = createWorld({ ...setup.atlas, faults })
  const { atlas } = world
  setup.before?.(atlas)
  const inputs: Readonly<Record<string, string>> = {
    ...demoInputs,
    'base-url': 'http://127.0.0.1:80',
    ...setup.inputs,
    ...setup.inputsFrom?.(atlas),
  }
  const gitHubRequests: HttpRequest[] = []
  const sendToGitHub = setup.github ?? gitHub(201)
  const withGitHub: Network = (send) => {
    const sendToAtlas = network((request, signal) => {
      if (inputs['github-token'] && JSON.stringify(request).includes(inputs['github-token']))
        throw new Error('a request to Atlas contains the token for GitHub')
      return send(request, signal)
    })
    return (request, signal) => {
      if (!request.url.pathname.includes('/statuses/')) return sendToAtlas(request, signal)
      gitHubRequests.push(request)
      return sendToGitHub(request, signal)
    }
  }
  const runtime = createStepRuntime(world, {
    random: createRandom(),
    latencyMs: LATENCY_MS,
    network: withGitHub,
    events: at.map(([seconds, happens]) => [seconds * 1000, happens]),
    cancelAtMs: cancelAtSeconds === undefined ? undefined : cancelAtSeconds * 1000,
  })
  /** What the step has opened and not closed. */
  const open = new Set<string>()
  const createRuntime = (): ActionRuntime => {
    open.add('connections').add('signal listeners')
    const close = () => void open.delete('connections')
    const release = () => void open.delete('signal listeners')
    const { sender, cancellation } = runtime
    return { ...runtime, sender: { ...sender, close }, cancellation: { ...cancellation, release } }
  }
  const result = await runMain(inputs, env, world.clock, createRuntime)
  const tokens = atlas.tokens()
  const tokenValues = tokens.map(({ value }) => value)
  assertNoSecretShown(result, inputs, env, tokenValues)
  /** Number of snapshots that the action created. */
  const created = atlas.snapshots().filter(({ takenBy }) => takenBy === 'request').length
  // With a timer, the process would stay until it is ended by force.
  if (world.clock.pending > 0) open.add('timers')
  return { ...describeRun(result, atlas), created, tokens, gitHubRequests, leftOpen: [...open] }
}

/** Runs `main` with the environment and files of a runner, and captures standard output. */
async function runMain(
  inputs: Readonly<Record<string, string>>,
  env: Setup['env'],
  clock: VirtualClock,
  createRuntime: () => ActionRuntime,
): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-run-'))
  const start = clock.now()
  setEnvironment(runnerEnvironment(folder, inputs))
  Object.defineProperties(process.env, Object.getOwnPropertyDescriptors(env ?? {}))
  const output = captureOutput()
  // The GitHub client logs to the console.
  const warn = jest
    .spyOn(console, 'warn')
    .mockImplementation((text) => void process.stdout.write(`${text}\n`))
  try {
    if (inputs['github-token']) {
      // In advance, because loading takes real time, and for each step again, because it reads the environment.
      jest.resetModules()
      const target = { cluster: clusterRef('demo'), githubToken: 'token' }
      const dependencies = { send: gitHub(201), logger: new LogLines() }
      await setCommitStatus({ step: 'running' }, target, dependencies, never)
    }
    const succeeded = await clock.run(main(createRuntime))
    // Like for the runner, a lone carriage return also ends a line.
    const lines = output.text().split(/\r\n?|\n/)
    const end = { exitCode: succeeded ? 0 : 1, lines, stderr: '' }
    return toRunResult(end, folder, clock.now() - start)
  } finally {
    warn.mockRestore()
    output.stop()
    rmSync(folder, { recursive: true })
  }
}
