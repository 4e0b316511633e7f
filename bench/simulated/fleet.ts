import { demoKey } from '../../simulation/access.js'
import { Atlas, type AtlasOptions } from '../../emulator/atlas.js'
import { type ClusterConfig, demo } from '../../emulator/config.js'
import { sendToEmulator } from '../../simulation/emulated-send.js'
import { SeededRandom } from '../../simulation/seeded-random.js'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import type { ClusterRef, SnapshotClient } from '../../src/atlas/client.js'
import { createConnection } from '../../src/atlas/connection.js'
import type { Send } from '../../src/atlas/http.js'
import { toNetworkError } from '../../src/atlas/network-errors.js'
import { errorMessage } from '../../src/failure.js'
import type { Logger } from '../../src/runtime.js'
import type { Dependencies } from '../../src/snapshot/context.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import type { SnapshotOptions } from '../../src/snapshot/options.js'

/** One step of a fleet; every one has a cluster of its own. */
export interface Step {
  /** From the start of the fleet. */
  readonly startMs: number
  /** What Atlas takes for its snapshot. */
  readonly durationS: number
}

/** Does one step, to the completed snapshot. */
export type Work = (
  task: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
) => Promise<unknown>

/** Steps that share one project, and with it one rate limit. */
export interface Fleet {
  readonly seed: number
  readonly steps: readonly Step[]
  /** What a request takes, there and back. */
  readonly latencyMs: number
  readonly atlas?: AtlasOptions
  readonly task?: Partial<SnapshotOptions>
  /** In place of the whole core. */
  readonly workOf?: (step: Step) => Work
  /** Another tool has used up half of the project's limit, and goes on to use half of what comes back. */
  readonly otherTool?: boolean
}

/** How a step went. */
export interface Wait {
  readonly step: Step
  /** The status last seen, or why the step failed. */
  readonly ending: string
  /** From Atlas's `completed` to the step's, in milliseconds. */
  readonly lagMs: number
  /** From the start of the fleet, in milliseconds. */
  readonly endedAtMs: number
  /** Everything that went over the wire. */
  readonly requests: number
  /** The answers of 401 among them. */
  readonly challenges: number
  /** The answers of 429 among them. */
  readonly putOff: number
}

/** What all steps of a fleet have in common. */
interface World {
  readonly clock: VirtualClock
  readonly atlas: Atlas
  /** What Atlas's clock says at the start. */
  readonly epoch: number
}

const MINUTE_MS = 60_000
const OTHER = 'other'
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  notice: () => undefined,
  warning: () => undefined,
}

/** Runs the real core for every step, against one emulated Atlas, on one virtual clock. */
export async function runFleet(fleet: Fleet): Promise<readonly Wait[]> {
  const clock = new VirtualClock()
  const clusters = fleet.steps.map(
    ({ durationS }, index): ClusterConfig => ({
      name: nameOf(index),
      kind: 'replicaSet',
      secondsToCompleted: durationS,
    }),
  )
  const epoch = Date.UTC(2026, 7, 10)
  const dice = new SeededRandom(fleet.seed, 'atlas')
  const atlas = new Atlas(
    { ...fleet.atlas, clusters: [...clusters, { name: OTHER, kind: 'replicaSet' }] },
    { now: () => epoch + clock.now(), randomHex: (bytes) => dice.hex(bytes) },
  )
  const world = { clock, atlas, epoch }
  // Every 429 is an error, and nobody looks at where it comes from.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  if (fleet.otherTool === true) useUpHalf(world)
  const waits = fleet.steps.map((step, index) => runStep(fleet, step, nameOf(index), world))
  try {
    return await clock.run(Promise.all(waits))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function nameOf(index: number): string {
  return `cluster-${index}`
}

async function runStep(fleet: Fleet, step: Step, clusterName: string, world: World): Promise<Wait> {
  const { clock, atlas, epoch } = world
  await clock.sleep(step.startMs)
  const counts = { requests: 0, challenges: 0, putOff: 0 }
  const network = travelling(world, fleet.latencyMs)
  const send: Send = async (request, signal) => {
    counts.requests += 1
    const answer = await network(request, signal)
    if (answer.status === 401) counts.challenges += 1
    if (answer.status === 429) counts.putOff += 1
    return answer
  }
  const task: SnapshotOptions = {
    cluster: addressOf(clusterName),
    credentialName: 'API key demouser',
    description: 'OWNER/REPO@0123abc Deploy run 42.1',
    retentionInDays: 7,
    wait: true,
    onConflict: 'wait',
    timeoutMs: 60 * MINUTE_MS,
    pollIntervalMs: undefined,
    ...fleet.task,
  }
  const random = new SeededRandom(fleet.seed, clusterName)
  let status = 'no snapshot'
  const dependencies: Dependencies = {
    client: clientOf(clusterName, send, clock, random),
    clock,
    random,
    logger: SILENT,
    onSnapshot: ({ snapshot }) => {
      status = snapshot.status
    },
    onActivity: () => undefined,
  }
  const work = fleet.workOf?.(step) ?? obtainSnapshot
  const ending = await work(task, dependencies, new AbortController().signal).then(() => status, errorMessage)
  const endedAtMs = clock.now()
  const endsAt = atlas.snapshots(clusterName)[0]?.endsAt ?? Number.NaN
  return { step, ending, lagMs: epoch + endedAtMs - endsAt, endedAtMs, ...counts }
}

/** The network to the emulator, half of the latency each way. */
function travelling({ clock, atlas }: World, latencyMs: number): Send {
  return async (request, signal) => {
    try {
      await clock.sleep(latencyMs / 2, signal)
      const answer = await sendToEmulator(atlas, clock, request, signal)
      await clock.sleep(latencyMs / 2, signal)
      return answer
    } catch (error) {
      throw toNetworkError(error, request, signal)
    }
  }
}

/** Lists snapshots of a cluster again and again, whatever Atlas answers. */
function useUpHalf(world: World): void {
  const { atlas, clock } = world
  const { capacity, refillPerMinute } = atlas.config.rateLimits.snapshots
  const client = clientOf(OTHER, travelling(world, 0), clock, new SeededRandom(0, OTHER))
  const list = () =>
    void client.listSnapshots('plain', 1, new AbortController().signal).catch(() => undefined)
  const again = () => {
    list()
    clock.setTimeout((2 * MINUTE_MS) / refillPerMinute, again)
  }
  for (let used = 0; used < capacity / 2; used++) list()
  again()
}

function clientOf(clusterName: string, send: Send, clock: VirtualClock, random: SeededRandom): SnapshotClient {
  const adapters = { send, clock, random, logger: SILENT, setSecret: () => undefined }
  return createConnection(addressOf(clusterName), demoKey, adapters).client
}

function addressOf(clusterName: string): ClusterRef {
  return {
    baseUrl: 'https://cloud.mongodb.com',
    apiVersion: '2023-01-01',
    groupId: demo.groupId,
    clusterName,
  }
}
