import type { AtlasOptions } from '../emulator/atlas.js'
import { demoKey } from '../simulation/access.js'
import { clusterRef, stepOptions } from '../simulation/options.js'
import { SeededRandom } from '../simulation/seeded-random.js'
import { connectStep, createStepRuntime } from '../simulation/step.js'
import { createWorld, EPOCH, type World } from '../simulation/world.js'
import { obtainSnapshot } from '../src/snapshot/obtain.js'

/** Steps that start at the same time, each with its own cluster. All share one rate limit. */
export interface Fleet {
  /** How long Atlas takes to complete the snapshot of each step, in seconds. */
  readonly durations: readonly number[]
  readonly atlas?: AtlasOptions
}

const TIMEOUT_MS = 120 * 60_000
/** The round trip of a request. */
const LATENCY_MS = 80
const never = new AbortController().signal

/**
 * Runs the action's core for each step, against one emulated Atlas and on one virtual clock. The delay of a step is the
 * time from the completion in Atlas to the end of the step.
 */
export async function measureFleet({ durations, atlas }: Fleet) {
  const clusters = durations.map((secondsToCompleted, index) => {
    return { name: `cluster-${index}`, kind: 'replicaSet', secondsToCompleted } as const
  })
  const world = createWorld({ ...atlas, clusters })
  const steps = await world.clock.run(Promise.all(clusters.map(({ name }) => runStep(name, world))))
  const delays = steps.map(({ delayMs }) => delayMs).sort((a, b) => a - b)
  const { requests } = world.atlas
  return {
    /** Steps that ended with a completed snapshot. */
    completed: steps.filter(({ isCompleted }) => isCompleted).length,
    meanDelayMs: delays.reduce((sum, delay) => sum + delay, 0) / steps.length,
    p95DelayMs: delays[Math.ceil(delays.length * 0.95) - 1] ?? Number.NaN,
    maxDelayMs: Math.max(...delays),
    /** Mean number for each step. */
    requests: requests.length / steps.length,
    /** Mean number of responses with HTTP 429 for each step. */
    throttled: requests.filter(({ status }) => status === 429).length / steps.length,
  }
}

async function runStep(clusterName: string, world: World) {
  const { clock, atlas } = world
  // A fixed seed makes the results reproducible.
  const runtime = createStepRuntime(world, {
    latencyMs: LATENCY_MS,
    random: new SeededRandom(1, clusterName),
  })
  const { dependencies } = connectStep(clusterRef(clusterName), runtime, demoKey)
  const options = { ...stepOptions(clusterName), timeoutMs: TIMEOUT_MS }
  const end = await obtainSnapshot(options, dependencies, never).catch(() => undefined)
  const endsAt = atlas.snapshots(clusterName)[0]?.endsAt ?? Number.NaN
  return { isCompleted: end?.snapshot.status === 'completed', delayMs: EPOCH + clock.now() - endsAt }
}
