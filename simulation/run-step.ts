import type { Atlas, SnapshotRecord } from '../emulator/atlas.js'
import type { ObservedSnapshot } from '../src/snapshot/context.js'
import { obtainSnapshot } from '../src/snapshot/obtain.js'
import { withTimeout } from '../src/timers.js'
import { CLUSTER } from './atlas-options.js'
import type { Exchange } from './exchange.js'
import { FaultyNetwork } from './network.js'
import type { Scenario } from './scenario.js'
import { SeededRandom } from './seeded-random.js'
import { connectStep, createStepRuntime, type WorldEvent } from './step.js'
import { createWorld, EPOCH } from './world.js'

/** A run: what the step did, and the actual state of Atlas. Times are in virtual milliseconds. */
export interface Run {
  readonly scenario: Scenario
  readonly ending: PromiseSettledResult<ObservedSnapshot>
  readonly endedAt: number
  /** When the step was canceled, if it was before its end. */
  readonly canceledAt: number | undefined
  readonly exchanges: readonly Exchange[]
  /** POSTs of a snapshot with credentials. */
  readonly posts: readonly Exchange[]
  /** When the connection was closed, which revokes the token. */
  readonly closedAt: number
  readonly observed: readonly ObservedSnapshot[]
  /** The tag of the step, which it logs before the first request. Empty if the step creates no snapshot. */
  readonly tag: string
  /** All snapshots in Atlas, long after the end. */
  readonly records: readonly SnapshotRecord[]
  /** Atlas's time when the virtual time was 0. */
  readonly epoch: number
}

/** The limit of everything after the outputs, as in `main`. */
const CLEANUP_LIMIT_MS = 4_000
/** Virtual time after the end, for requests that Atlas executes late. */
const TIME_AFTER_END_MS = 3_600_000

/** Runs a step in a scenario. The same scenario always results in the same run. */
export async function runStep(drawn: Scenario, trace?: (atMs: number, line: string) => void): Promise<Run> {
  const epoch = EPOCH + Math.round(drawn.skewMs)
  const world = createWorld(drawn.atlas, {
    random: new SeededRandom(drawn.seed, 'atlas'),
    chooseFault: (context) => network.chooseFault(context),
    epoch,
  })
  const { clock, atlas } = world
  const traceLine = (line: string) => trace?.(clock.now(), line)
  const network = new FaultyNetwork(drawn, world, traceLine)
  const runtime = createStepRuntime(world, {
    random: new SeededRandom(drawn.seed, 'core'),
    network: () => network.send,
    events: toEvents(drawn, epoch, traceLine),
    cancelAtMs: drawn.cancelAtMs,
  })
  const scenario = withSnapshotId(drawn, atlas.snapshots(CLUSTER))

  const lines: string[] = []
  const log = (level: string) => (message: string) => {
    lines.push(message)
    traceLine(`${level}: ${message}`)
  }
  const logger = { debug: log('debug'), info: log('info'), notice: log('notice'), warning: log('warning') }
  const observed: ObservedSnapshot[] = []
  const onSnapshot = ({ snapshot, created }: ObservedSnapshot) => {
    observed.push({ snapshot, created })
    traceLine(`snapshot ${snapshot.id} ${snapshot.status}, created: ${created}`)
  }
  const { options, access, cancelAtMs } = scenario
  const observers = { logger, onSnapshot }
  const { dependencies, close } = connectStep(options.cluster, runtime, access.credentials, observers)
  const { signal, release } = runtime.cancellation
  signal.addEventListener('abort', () => traceLine('step canceled'))
  const work = obtainSnapshot(options, dependencies, signal)
  const [ending] = await clock.run(Promise.allSettled([work]))
  release()
  const endedAt = clock.now()
  traceLine(`step ends: ${ending.status === 'fulfilled' ? 'success' : 'failure'}`)
  await clock.run(withTimeout(clock, CLEANUP_LIMIT_MS, close))
  const closedAt = clock.now()
  await clock.advance(TIME_AFTER_END_MS)
  return {
    scenario,
    ending,
    endedAt,
    canceledAt: signal.aborted ? cancelAtMs : undefined,
    exchanges: network.exchanges,
    posts: network.exchanges.filter(({ operation, signed }) => operation === 'create' && signed),
    closedAt,
    observed,
    tag: /\[as-[0-9a-f]{8}\]/.exec(lines.join('\n'))?.[0] ?? '',
    records: atlas.snapshots(CLUSTER),
    epoch,
  }
}

/** Adds the ID of the snapshot that the step waits for. */
function withSnapshotId(scenario: Scenario, records: readonly SnapshotRecord[]): Scenario {
  const { isGiven, options } = scenario
  const given = records.findLast(({ snapshotType }) => snapshotType === 'onDemand')
  if (!isGiven || given === undefined) return scenario
  return { ...scenario, options: { ...options, snapshotId: given.id, reuseWithinMs: undefined } }
}

/** What happens besides the requests of the step. */
function toEvents(
  { concurrent, access }: Scenario,
  epoch: number,
  traceLine: (line: string) => void,
): readonly WorldEvent[] {
  const others = concurrent.map(({ atMs, snapshot }) => {
    const create = (atlas: Atlas) => {
      const takenAt = Math.floor(epoch + atMs)
      const result = atlas.createOtherSnapshot(CLUSTER, atMs < 0 ? { ...snapshot, takenAt } : snapshot)
      const outcome = result instanceof Error ? result.message : result.id
      traceLine(`another client creates a snapshot (${snapshot.description}): ${outcome}`)
    }
    return [atMs, create] as const
  })
  const expire = (atlas: Atlas) => {
    traceLine('all tokens expire')
    atlas.expireTokens()
  }
  return [...others, ...access.tokensExpireAtMs.map((atMs) => [atMs, expire] as const)]
}
