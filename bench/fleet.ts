import type { AtlasOptions } from '../emulator/atlas.js'
import type { ClusterConfig } from '../emulator/config.js'
import { demoKey } from '../simulation/access.js'
import { sendToEmulator } from '../simulation/emulated-send.js'
import { clusterRef, stepOptions } from '../simulation/options.js'
import { SeededRandom } from '../simulation/seeded-random.js'
import type { VirtualClock } from '../simulation/virtual-clock.js'
import { createWorld, EPOCH, type World } from '../simulation/world.js'
import { errorMessage } from '../src/action-error.js'
import type { SnapshotClient } from '../src/atlas/client.js'
import { createConnection } from '../src/atlas/connection.js'
import type { Send } from '../src/atlas/http.js'
import { toNetworkError } from '../src/atlas/network-errors.js'
import type { Logger } from '../src/runtime.js'
import type { Dependencies, SnapshotOptions } from '../src/snapshot/context.js'
import { obtainSnapshot } from '../src/snapshot/obtain.js'

/** One step of a fleet. Each step has its own cluster. */
export interface Step {
  /** Since the start of the fleet. */
  readonly startMs: number
  /** How long Atlas takes to complete its snapshot. */
  readonly durationS: number
}

/** Steps that share one rate limit. */
export interface Fleet {
  readonly seed: number
  readonly steps: readonly Step[]
  /** The round trip of a request. */
  readonly latencyMs: number
  readonly atlas?: AtlasOptions
  readonly options?: Partial<SnapshotOptions>
  /** Another tool has used half of the rate limit and continues to use half of each refill. */
  readonly otherTool?: boolean
}

/** Results of one step. */
export interface StepFigures {
  readonly step: Step
  /** The last status, or the error message of a step that failed. */
  readonly ending: string
  /** Milliseconds from the completion in Atlas to the end of the step. */
  readonly lagMs: number
  /** Milliseconds since the start of the fleet. */
  readonly endedAtMs: number
  /** Requests sent. */
  readonly requests: number
  /** Responses with HTTP 429. */
  readonly throttled: number
}

const MINUTE_MS = 60_000
const OTHER = 'other'
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  notice: () => undefined,
  warning: () => undefined,
}

/** Runs the action's core for each step, against one emulated Atlas and on one virtual clock. */
export async function runFleet(fleet: Fleet): Promise<readonly StepFigures[]> {
  const clusters = fleet.steps.map(
    ({ durationS }, index): ClusterConfig => ({
      name: clusterNameAt(index),
      kind: 'replicaSet',
      secondsToCompleted: durationS,
    }),
  )
  const world = createWorld({ ...fleet.atlas, clusters: [...clusters, { name: OTHER, kind: 'replicaSet' }] })
  // Each 429 creates an error. Stack traces of thousands of them would be slow.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  if (fleet.otherTool === true) useHalfOfRateLimit(world)
  const waits = fleet.steps.map((step, index) => runStep(fleet, step, clusterNameAt(index), world))
  try {
    return await world.clock.run(Promise.all(waits))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function clusterNameAt(index: number): string {
  return `cluster-${index}`
}

async function runStep(fleet: Fleet, step: Step, clusterName: string, world: World): Promise<StepFigures> {
  const { clock, atlas } = world
  await clock.sleep(step.startMs)
  const counts = { requests: 0, throttled: 0 }
  const network = createNetwork(world, fleet.latencyMs)
  const send: Send = async (request, signal) => {
    counts.requests += 1
    const response = await network(request, signal)
    if (response.status === 429) counts.throttled += 1
    return response
  }
  const options = { ...stepOptions(clusterName), ...fleet.options }
  const random = new SeededRandom(fleet.seed, clusterName)
  let status = 'no snapshot'
  const dependencies: Dependencies = {
    client: createClient(clusterName, send, clock, random),
    clock,
    random,
    logger: SILENT,
    onSnapshot: ({ snapshot }) => {
      status = snapshot.status
    },
    onActivity: () => undefined,
  }
  const never = new AbortController().signal
  const ending = await obtainSnapshot(options, dependencies, never).then(() => status, errorMessage)
  const endedAtMs = clock.now()
  const endsAt = atlas.snapshots(clusterName)[0]?.endsAt ?? Number.NaN
  return { step, ending, lagMs: EPOCH + endedAtMs - endsAt, endedAtMs, ...counts }
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
  const client = createClient(OTHER, createNetwork(world, 0), clock, new SeededRandom(0, OTHER))
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
  clock: VirtualClock,
  random: SeededRandom,
): SnapshotClient {
  const wallClock = () => clock.now()
  const adapters = { send, clock, wallClock, random, logger: SILENT, setSecret: () => undefined }
  return createConnection(clusterRef(clusterName), demoKey, adapters).client
}
