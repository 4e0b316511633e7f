import type { AtlasOptions } from '../emulator/atlas.js'
import { demoKey } from '../simulation/access.js'
import { sendToEmulator } from '../simulation/emulated-send.js'
import { clusterRef, stepOptions } from '../simulation/options.js'
import { SeededRandom } from '../simulation/seeded-random.js'
import { createWorld, EPOCH, type World } from '../simulation/world.js'
import { errorMessage } from '../src/action-error.js'
import type { SnapshotClient } from '../src/atlas/client.js'
import { createConnection } from '../src/atlas/connection.js'
import type { Send } from '../src/atlas/http.js'
import { toNetworkError } from '../src/atlas/network-errors.js'
import type { Logger } from '../src/runtime.js'
import { obtainSnapshot } from '../src/snapshot/obtain.js'

/** Steps that start at the same time, each with its own cluster. All share one rate limit. */
export interface Fleet {
  /** How long Atlas takes to complete the snapshot of each step, in seconds. */
  readonly durations: readonly number[]
  readonly atlas?: AtlasOptions
  /** Another tool has used half of the rate limit and continues to use half of each refill. */
  readonly otherTool?: boolean
}

/** Results of a fleet. The delay of a step is the time from the completion in Atlas to the end of the step. */
export interface Figures {
  /** Steps that ended with a completed snapshot. */
  readonly completed: number
  readonly meanDelayMs: number
  readonly p95DelayMs: number
  readonly maxDelayMs: number
  /** Mean number for each step. */
  readonly requests: number
  /** Mean number of responses with HTTP 429 for each step. */
  readonly throttled: number
}

interface StepFigures {
  readonly isCompleted: boolean
  readonly delayMs: number
  readonly requests: number
  readonly throttled: number
}

const MINUTE_MS = 60_000
const TIMEOUT_MS = 120 * MINUTE_MS
/** The round trip of a request. */
const LATENCY_MS = 80
const OTHER = 'other'
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  notice: () => undefined,
  warning: () => undefined,
}

/** Runs the action's core for each step, against one emulated Atlas and on one virtual clock. */
export async function measureFleet({ durations, atlas, otherTool = false }: Fleet): Promise<Figures> {
  const clusters = durations.map((secondsToCompleted, index) => {
    return { name: `cluster-${index}`, kind: 'replicaSet', secondsToCompleted } as const
  })
  const world = createWorld({ ...atlas, clusters: [...clusters, { name: OTHER, kind: 'replicaSet' }] })
  if (otherTool) useHalfOfRateLimit(world)
  const steps = await world.clock.run(Promise.all(clusters.map(({ name }) => runStep(name, world))))
  const delays = steps.map(({ delayMs }) => delayMs).sort((a, b) => a - b)
  return {
    completed: steps.filter(({ isCompleted }) => isCompleted).length,
    meanDelayMs: mean(delays),
    p95DelayMs: delays[Math.ceil(delays.length * 0.95) - 1] ?? Number.NaN,
    maxDelayMs: Math.max(...delays),
    requests: mean(steps.map(({ requests }) => requests)),
    throttled: mean(steps.map(({ throttled }) => throttled)),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

async function runStep(clusterName: string, world: World): Promise<StepFigures> {
  const { clock, atlas } = world
  const counts = { requests: 0, throttled: 0 }
  const network = createNetwork(world, LATENCY_MS)
  const send: Send = async (request, signal) => {
    counts.requests += 1
    const response = await network(request, signal)
    if (response.status === 429) counts.throttled += 1
    return response
  }
  // A fixed seed makes the results reproducible.
  const random = new SeededRandom(1, clusterName)
  let status = 'no snapshot'
  const dependencies = {
    client: createClient(clusterName, send, world, random),
    clock,
    random,
    logger: SILENT,
    onSnapshot: ({ snapshot }: { readonly snapshot: { readonly status: string } }) => {
      status = snapshot.status
    },
    onActivity: () => undefined,
  }
  const options = { ...stepOptions(clusterName), timeoutMs: TIMEOUT_MS }
  const never = new AbortController().signal
  await obtainSnapshot(options, dependencies, never).catch(errorMessage)
  const endsAt = atlas.snapshots(clusterName)[0]?.endsAt ?? Number.NaN
  return { isCompleted: status === 'completed', delayMs: EPOCH + clock.now() - endsAt, ...counts }
}

/** A network to the emulator with half of the latency in each direction. */
function createNetwork({ clock, atlas }: World, latencyMs: number): Send {
  return async (request, signal) => {
    try {
      await clock.sleep(latencyMs / 2, signal)
      const response = await sendToEmulator(atlas, clock, request, signal)
      await clock.sleep(latencyMs / 2, signal)
      return response
    } catch (error) {
      throw toNetworkError(error, request, signal)
    }
  }
}

/** Keeps listing the snapshots of a cluster and ignores the responses. */
function useHalfOfRateLimit(world: World): void {
  const { atlas, clock } = world
  const { capacity, refillPerMinute } = atlas.config.rateLimits.snapshots
  const client = createClient(OTHER, createNetwork(world, 0), world, new SeededRandom(0, OTHER))
  const list = () =>
    void client.listSnapshots('plain', 1, new AbortController().signal).catch(() => undefined)
  const again = () => {
    list()
    clock.setTimeout((2 * MINUTE_MS) / refillPerMinute, again)
  }
  for (let used = 0; used < capacity / 2; used++) list()
  again()
}

function createClient(
  clusterName: string,
  send: Send,
  { clock }: World,
  random: SeededRandom,
): SnapshotClient {
  const wallClock = () => clock.now()
  const adapters = { send, clock, wallClock, random, logger: SILENT, setSecret: () => undefined }
  return createConnection(clusterRef(clusterName), demoKey, adapters).client
}
