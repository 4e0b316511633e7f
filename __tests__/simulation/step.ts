import { Atlas, type SnapshotRecord, type TokenRecord } from '../../emulator/atlas.js'
import type { SnapshotClient } from '../../src/atlas/client.js'
import { createConnection } from '../../src/atlas/connection.js'
import type { Send } from '../../src/atlas/http.js'
import type { Dependencies, ObservedSnapshot } from '../../src/snapshot/context.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { obtainSnapshot, type SnapshotResult } from '../../src/snapshot/obtain.js'
import type { SnapshotOptions } from '../../src/snapshot/options.js'
import { REVOKE_LIMIT, withTimeLimit } from '../../src/timers.js'
import { VirtualClock } from '../support/virtual-clock.js'
import { Dice } from './dice.js'
import type { Exchange } from './exchange.js'
import { Network, type Watch } from './network.js'
import { CLUSTER, type Scenario } from './scenario.js'

/** How the step ended. */
export type Ending =
  | { readonly kind: 'success'; readonly outcome: SnapshotResult }
  | { readonly kind: 'failure'; readonly thrown: unknown }

/** One run, as it went and as it was in truth. Instants in the virtual clock's milliseconds. */
export interface Run {
  readonly scenario: Scenario
  readonly ending: Ending
  readonly endedAt: number
  /** When the step was cancelled, if that was before its end. */
  readonly cancelledAt: number | undefined
  readonly exchanges: readonly Exchange[]
  /** When what the step proved itself with was released, which comes after all else. */
  readonly releasedAt: number
  /** How many requests there were when the work ended. */
  readonly requestsAtEnd: number
  /** How many there were when all was released; there must not be more. */
  readonly requestsAtRelease: number
  /** Every token there was, and whether it was alive when all was released. */
  readonly tokens: readonly TokenRecord[]
  /** What the runner was told to mask. */
  readonly masked: readonly string[]
  readonly sightings: readonly { readonly at: number; readonly sighting: ObservedSnapshot }[]
  readonly lines: readonly string[]
  /** Everything that Atlas has, long after the end. */
  readonly truth: readonly SnapshotRecord[]
  /** What Atlas's clock said when the virtual one was at 0. */
  readonly epoch: number
}

/** A hole in the defences, for tests: wraps what the core is given, or the seam below it. */
export interface PlantedBug {
  readonly name: string
  readonly send?: (send: Send) => Send
  readonly mask?: (mask: (secret: string) => void) => (secret: string) => void
  readonly client?: (client: SnapshotClient) => SnapshotClient
  readonly step?: (
    task: SnapshotOptions,
    dependencies: Dependencies,
    cancel: AbortSignal,
  ) => Promise<SnapshotResult>
}

/** How long time runs on after the end, for whatever is late. */
const AFTERMATH_MS = 3_600_000
const SOME_DAY = Date.UTC(2026, 7, 1)

/** Runs one step from its scenario, and says what happened; the same scenario always gives the same run. */
export async function runStep(
  scenario: Scenario,
  bug?: PlantedBug,
  trace?: (atMs: number, line: string) => void,
): Promise<Run> {
  const clock = new VirtualClock()
  const tell = (line: string) => trace?.(clock.now(), line)
  const watch: Watch | undefined =
    trace &&
    (({ index, method, target, signed, fault }, what) =>
      tell(
        `#${index} ${method} ${short(target)}${signed ? '' : ' (bare)'} ${what}${fault === undefined ? '' : ` <${fault}>`}`,
      ))
  const network = new Network(scenario, clock, watch)
  const epoch = SOME_DAY + Math.round(scenario.skewMs)
  const atlasDice = new Dice(scenario.seed, 'atlas')
  const atlas = new Atlas(scenario.atlas, {
    now: () => epoch + Math.floor(clock.now()),
    randomHex: (bytes) => atlasDice.hex(bytes),
    chooseFault: network.strike,
  })
  network.connect(atlas)
  for (const { atMs, taking } of scenario.others) {
    const take = () => {
      const result = atlas.takeSnapshot(
        CLUSTER,
        atMs < 0 ? { ...taking, takenAt: Math.floor(epoch + atMs) } : taking,
      )
      tell(
        `somebody takes "${taking.description}": ${result.kind === 'taken' ? result.snapshot.id : result.errorCode}`,
      )
    }
    if (atMs < 0) take()
    else clock.setTimeout(atMs, take)
  }

  for (const atMs of scenario.access.forgetsAtMs) {
    clock.setTimeout(atMs, () => {
      tell('Atlas forgets every token')
      atlas.expireTokens()
    })
  }

  const lines: string[] = []
  const log = (level: string) => (message: string) => {
    lines.push(message)
    tell(`${level}: ${message}`)
  }
  const logger = { debug: log('debug'), info: log('info'), notice: log('notice'), warning: log('warning') }
  const random = new Dice(scenario.seed, 'core')
  const send = bug?.send?.(network.send) ?? network.send
  const masked: string[] = []
  const mask = (secret: string) => masked.push(secret)
  const { client: connected, close } = createConnection(scenario.task.cluster, scenario.access.credentials, {
    send,
    clock,
    random,
    logger,
    setSecret: bug?.mask?.(mask) ?? mask,
  })
  const client = bug?.client?.(connected) ?? connected
  const sightings: { at: number; sighting: ObservedSnapshot }[] = []
  const onSnapshot = (sighting: ObservedSnapshot) => {
    sightings.push({ at: clock.now(), sighting })
    tell(`sighted ${sighting.snapshot.id} ${sighting.snapshot.status}, created: ${sighting.created}`)
  }

  const cancellation = new AbortController()
  let over = false
  let cancelledAt: number | undefined
  if (scenario.cancelAtMs !== undefined) {
    clock.setTimeout(scenario.cancelAtMs, () => {
      if (over) return
      cancelledAt = clock.now()
      tell('the step is cancelled')
      cancellation.abort(new StopReason('cancelled', 'the step was cancelled (SIGTERM)'))
    })
  }
  const step = bug?.step ?? obtainSnapshot
  const work = step(
    scenario.task,
    { client, clock, random, logger, onSnapshot, onActivity: () => undefined },
    cancellation.signal,
  )
  const ending = await clock.run(
    work.then(
      (outcome): Ending => ({ kind: 'success', outcome }),
      (thrown: unknown): Ending => ({ kind: 'failure', thrown }),
    ),
  )
  over = true
  const endedAt = clock.now()
  const requestsAtEnd = network.exchanges.length
  tell(describe(ending))
  if (close !== undefined) await clock.run(withTimeLimit(REVOKE_LIMIT, clock, cancellation.signal, close))
  const releasedAt = clock.now()
  const requestsAtRelease = network.exchanges.length
  const tokens = atlas.tokens()
  await clock.advance(AFTERMATH_MS)
  return {
    scenario,
    ending,
    endedAt,
    cancelledAt,
    exchanges: network.exchanges,
    releasedAt,
    requestsAtEnd,
    requestsAtRelease,
    tokens,
    masked,
    sightings,
    lines,
    truth: atlas.snapshots(CLUSTER),
    epoch,
  }
}

function short(target: string): string {
  return target.replace(/^.*\/backup\/snapshots/, '…')
}

function describe(ending: Ending): string {
  if (ending.kind === 'success')
    return `success with ${ending.outcome.snapshot.id}, ${ending.outcome.snapshot.status}`
  const { thrown } = ending
  return `failure: ${thrown instanceof Error ? thrown.message : String(thrown)}`
}
