import type { FaultContext, SnapshotRecord, TokenRecord } from '../emulator/atlas.js'
import type { SnapshotClient } from '../src/atlas/client.js'
import { createConnection } from '../src/atlas/connection.js'
import type { Send } from '../src/atlas/http.js'
import type { Clock } from '../src/runtime.js'
import type { ObservedSnapshot, SnapshotOptions } from '../src/snapshot/context.js'
import { StopReason } from '../src/snapshot/deadline.js'
import { obtainSnapshot } from '../src/snapshot/obtain.js'
import { withCleanupLimit } from '../src/timers.js'
import { CLUSTER } from './atlas-options.js'
import type { Exchange } from './exchange.js'
import { Network } from './network.js'
import { COPY, type Scenario } from './scenario.js'
import { SeededRandom } from './seeded-random.js'
import { suspend } from './virtual-clock.js'
import { createWorld, EPOCH, type World } from './world.js'

type Ending =
  | { readonly kind: 'success'; readonly result: ObservedSnapshot }
  | { readonly kind: 'failure'; readonly thrown: unknown }

/** A run: what the step did and logged, and the actual state of Atlas. Times are in virtual milliseconds. */
export interface Run {
  readonly scenario: Scenario
  readonly ending: Ending
  readonly endedAt: number
  /** When the step was canceled, if it was before its end. */
  readonly canceledAt: number | undefined
  readonly exchanges: readonly Exchange[]
  /** Requests with credentials, except those about tokens. */
  readonly requests: readonly Exchange[]
  /** POSTs of a snapshot among these. */
  readonly posts: readonly Exchange[]
  /** When the connection was closed, which revokes the token. */
  readonly closedAt: number
  /** Number of requests when the step ended. */
  readonly requestsAtEnd: number
  /** Number of requests when the connection was closed. There must be none after that. */
  readonly requestsAtClose: number
  /** All tokens, in their state when the connection was closed. */
  readonly tokens: readonly TokenRecord[]
  /** Values that the step masked. */
  readonly masked: readonly string[]
  readonly observed: readonly (ObservedSnapshot & { readonly at: number })[]
  readonly lines: readonly string[]
  /** The tag of the step, which it logs before the first request. Empty if the step creates no snapshot. */
  readonly tag: string
  /** All snapshots in Atlas, long after the end. */
  readonly records: readonly SnapshotRecord[]
  /** Atlas's time when the virtual time was 0. */
  readonly epoch: number
}

/** A deliberate bug that tests the simulation. It wraps the core or what the core uses. */
export interface PlantedBug {
  readonly name: string
  readonly send?: (send: Send) => Send
  readonly mask?: (mask: (secret: string) => void) => (secret: string) => void
  /** The methods of the client that have the bug. */
  readonly client?: (
    client: SnapshotClient,
    options: SnapshotOptions,
    clock: Clock,
  ) => Partial<SnapshotClient>
  readonly step?: typeof obtainSnapshot
}

/** Virtual time after the end, for requests that Atlas executes late. */
const TIME_AFTER_END_MS = 3_600_000

/** Runs a step in a scenario. The same scenario always results in the same run. */
export async function runStep(
  drawn: Scenario,
  bug?: PlantedBug,
  trace?: (atMs: number, line: string) => void,
): Promise<Run> {
  const epoch = EPOCH + Math.round(drawn.skewMs)
  const randomOfAtlas = new SeededRandom(drawn.seed, 'atlas')
  const deps = {
    randomHex: (bytes: number) => randomOfAtlas.hex(bytes),
    chooseFault: (context: FaultContext) => network.chooseFault(context),
  }
  const world = createWorld(drawn.atlas, deps, epoch)
  const { clock, atlas } = world
  const traceLine = (line: string) => trace?.(clock.now(), line)
  const network = new Network(drawn, world, traceLine)
  scheduleEvents(drawn, world, traceLine)
  const scenario = withSnapshotId(drawn, atlas.snapshots(CLUSTER))

  const lines: string[] = []
  const log = (level: string) => (message: string) => {
    lines.push(message)
    traceLine(`${level}: ${message}`)
  }
  const logger = { debug: log('debug'), info: log('info'), notice: log('notice'), warning: log('warning') }
  const random = new SeededRandom(scenario.seed, 'core')
  const masked: string[] = []
  const mask = (secret: string) => masked.push(secret)
  const connection = createConnection(scenario.options.cluster, scenario.access.credentials, {
    send: bug?.send?.(network.send) ?? network.send,
    clock,
    wallClock: () => EPOCH + clock.now(),
    random,
    logger,
    setSecret: bug?.mask?.(mask) ?? mask,
  })
  const client = { ...connection.client, ...bug?.client?.(connection.client, scenario.options, clock) }
  const observed: (ObservedSnapshot & { at: number })[] = []
  const onSnapshot = ({ snapshot, created }: ObservedSnapshot) => {
    observed.push({ snapshot, created, at: clock.now() })
    traceLine(`snapshot ${snapshot.id} ${snapshot.status}, created: ${created}`)
  }

  const cancellation = new AbortController()
  let over = false
  let canceledAt: number | undefined
  if (scenario.cancelAtMs !== undefined) {
    clock.setTimeout(scenario.cancelAtMs, () => {
      if (over) return
      canceledAt = clock.now()
      traceLine('step canceled')
      cancellation.abort(new StopReason('canceled', 'canceled (SIGTERM)'))
    })
  }
  const stepClock = scenario.suspension === undefined ? clock : suspend(clock, scenario.suspension)
  const step = bug?.step ?? obtainSnapshot
  const work = step(
    scenario.options,
    { client, clock: stepClock, random, logger, onSnapshot, onActivity: () => undefined },
    cancellation.signal,
  )
  const ending = await clock.run(
    work.then(
      (result): Ending => ({ kind: 'success', result }),
      (thrown: unknown): Ending => ({ kind: 'failure', thrown }),
    ),
  )
  over = true
  const endedAt = clock.now()
  const requestsAtEnd = network.exchanges.length
  traceLine(`step ends: ${ending.kind}`)
  await clock.run(withCleanupLimit(clock, connection.close))
  const closedAt = clock.now()
  const requestsAtClose = network.exchanges.length
  const tokens = atlas.tokens()
  await clock.advance(TIME_AFTER_END_MS)
  const requests = network.exchanges.filter(
    ({ operation, signed }) => signed && operation !== 'token' && operation !== 'revoke',
  )
  return {
    scenario,
    ending,
    endedAt,
    canceledAt,
    exchanges: network.exchanges,
    requests,
    posts: requests.filter(({ operation }) => operation === 'create'),
    closedAt,
    requestsAtEnd,
    requestsAtClose,
    tokens,
    masked,
    observed,
    lines,
    tag: /\[as-[0-9a-f]{8}\]/.exec(lines.join('\n'))?.[0] ?? '',
    records: atlas.snapshots(CLUSTER),
    epoch,
  }
}

/** Adds the ID of the snapshot that the step waits for. */
function withSnapshotId(scenario: Scenario, records: readonly SnapshotRecord[]): Scenario {
  const { attach, options } = scenario
  const given = attach && records.findLast(({ snapshotType }) => snapshotType === 'onDemand')
  const snapshotId = attach === 'member' ? given?.memberIds[0] : given?.id
  return snapshotId === undefined
    ? scenario
    : { ...scenario, options: { ...options, snapshotId, reuseWithinMs: undefined } }
}

/** Schedules what happens besides the requests of the step. */
function scheduleEvents(
  scenario: Scenario,
  { clock, atlas, wallClock }: World,
  traceLine: (line: string) => void,
): void {
  const epoch = wallClock()
  for (const { atMs, snapshot } of scenario.concurrent) {
    const create = () => {
      const takenAt = Math.floor(epoch + atMs)
      const own = atlas.snapshots(CLUSTER).find(({ takenBy }) => takenBy === 'request')
      const description = snapshot.description.replace(COPY, own?.description ?? COPY)
      const other = { ...snapshot, description }
      const result = atlas.createOtherSnapshot(CLUSTER, atMs < 0 ? { ...other, takenAt } : other)
      const outcome = result instanceof Error ? result.message : result.id
      traceLine(`another client creates a snapshot (${snapshot.description}): ${outcome}`)
    }
    if (atMs < 0) create()
    else clock.setTimeout(atMs, create)
  }
  for (const atMs of scenario.access.tokensExpireAtMs) {
    clock.setTimeout(atMs, () => {
      traceLine('all tokens expire')
      atlas.expireTokens()
    })
  }
}
