import type { Atlas, AtlasOptions, OtherSnapshot } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { demoKey } from '../../simulation/access.js'
import { sendToEmulator } from '../../simulation/emulated-send.js'
import { clusterRef, stepOptions } from '../../simulation/options.js'
import { type Suspension, suspend, type VirtualClock } from '../../simulation/virtual-clock.js'
import { createWorld, EPOCH, seededHex } from '../../simulation/world.js'
import { ActionError } from '../../src/action-error.js'
import type { ClusterRef, SnapshotClient } from '../../src/atlas/client.js'
import { createConnection } from '../../src/atlas/connection.js'
import type { Send } from '../../src/atlas/http.js'
import { toNetworkError } from '../../src/atlas/network-errors.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import type { Logger, Random } from '../../src/runtime.js'
import type {
  AcquiredSnapshot,
  Activity,
  Context,
  Dependencies,
  ObservedSnapshot,
  SnapshotOptions,
} from '../../src/snapshot/context.js'
import { createSnapshot } from '../../src/snapshot/create.js'
import { StopReason, withDeadline } from '../../src/snapshot/deadline.js'
import { type DryRunReport, dryRun } from '../../src/snapshot/dry-run.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { type Tag, withTag } from '../../src/snapshot/tag.js'
import { waitUntilCompleted } from '../../src/snapshot/wait.js'
import { recordedLife } from './emulator-client.js'
import { thrownBy } from './http-responses.js'
import { type Script, scriptedClient } from './scripted-client.js'

/** The tag of every step. */
export const TAG: Tag = '[as-0a1b2c3d]'
/** The description of every step. */
export const SENT: string = withTag('before deploy', TAG)
const BACKUP_PAGE = `https://cloud.mongodb.com/v2/${demo.groupId}#/clusters/backup/demo`
export const MINUTE = 60_000
/** A snapshot that, polled every 2 s, is queued at 0 s, `inProgress` at 2 s and 4 s, and completed at 6 s. */
export const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 } as const

export interface StepHarnessOptions {
  readonly atlas?: AtlasOptions
  /** Faults in the emulator's notation, such as `create:503:executed`. */
  readonly faults?: readonly string[]
  readonly cluster?: string
  /** Milliseconds until a request reaches the emulator. The response takes no time. */
  readonly latencyMs?: number
  readonly suspension?: Suspension
  /** By default every 2 s, so results don't depend on the adaptive interval. */
  readonly pollIntervalMs?: number | 'adaptive'
  /** Replaces the real client with the emulator. */
  readonly client?: SnapshotClient
}

/** The failure of a step that creates a snapshot or waits for one, with names instead of IDs. */
export interface StepReport {
  readonly title: string
  readonly message: string
  readonly remedy: string
  /** Which snapshot of this step exists according to the report. `maybe` is one with the tag. */
  readonly left: 'nothing' | 'OWN' | 'maybe'
}

/**
 * Runs the core and the real client against the emulator on one virtual clock, and records the run as text. In texts,
 * `OWN`, `OWN2` … replace the IDs of snapshots that requests created, and `OTHER`, `OTHER2` … those of other clients.
 * Times are in whole milliseconds.
 */
export class StepHarness {
  readonly clock: VirtualClock
  readonly atlas: Atlas
  readonly cluster: ClusterRef
  readonly dependencies: Dependencies
  readonly #cancellation = new AbortController()
  readonly #lines: string[] = []
  readonly #snapshots: string[] = []
  readonly #activities: string[] = []
  readonly #pollIntervalMs: number | undefined

  constructor(options: StepHarnessOptions = {}) {
    const faults = (options.faults ?? []).map(parseFaultSpec)
    const digest = { nonceMaxAgeSeconds: 1e9, maxNonceCount: 1e9 }
    const { clock, atlas, wallClock } = createWorld({ ...recordedLife, digest, faults, ...options.atlas })
    this.clock = clock
    this.atlas = atlas
    const { cluster: clusterName = 'demo', pollIntervalMs = 2_000 } = options
    this.cluster = clusterRef(clusterName)
    this.#pollIntervalMs = pollIntervalMs === 'adaptive' ? undefined : pollIntervalMs
    const random = createRandom()
    const logger = this.#logger()
    const send = this.#send(options)
    const client =
      options.client ??
      createConnection(this.cluster, demoKey, {
        send,
        clock,
        wallClock,
        random,
        logger,
        setSecret: () => undefined,
      }).client
    const onSnapshot = ({ snapshot, created }: ObservedSnapshot) => {
      this.#snapshots.push(
        `${this.#at()} ${snapshot.id} ${snapshot.status}${created ? '' : ', not created here'}`,
      )
    }
    const onActivity = (activity: Activity) => {
      const { kind, ...more } = activity
      this.#activities.push([this.#at(), kind, ...Object.values(more)].join(' '))
    }
    const stepClock = options.suspension === undefined ? clock : suspend(clock, options.suspension)
    this.dependencies = { client, clock: stepClock, random, logger, onSnapshot, onActivity }
  }

  /** Log lines as `MILLISECONDS LEVEL MESSAGE`, without debug lines. */
  get lines(): readonly string[] {
    return this.#lines.map((line) => this.named(line))
  }

  /** Requests as `MILLISECONDS OPERATION STATUS`, with status 0 if the response was lost. */
  get requests(): readonly string[] {
    return this.atlas.requests.map(({ at, operation, status }) => `${at - EPOCH} ${operation} ${status}`)
  }

  /** Arguments of `onSnapshot`, such as `0 OWN queued`. */
  get snapshots(): readonly string[] {
    return this.#snapshots.map((snapshot) => this.named(snapshot))
  }

  /** Arguments of `onActivity`, such as `0 request`. */
  get activities(): readonly string[] {
    return this.#activities
  }

  /** Snapshots in Atlas, such as `OWN queued: DESCRIPTION`. */
  get atlasSnapshots(): readonly string[] {
    return this.atlas
      .snapshots()
      .map(({ id, status, description }) => this.named(`${id} ${status}: ${description}`))
  }

  /** Another client creates a snapshot now. */
  createOtherSnapshot(snapshot: Partial<OtherSnapshot> = {}): void {
    this.atlas.createOtherSnapshot(this.cluster.clusterName, { description: 'nightly', ...snapshot })
  }

  cancelAt(ms: number): void {
    this.clock.setTimeout(ms, () => this.#cancellation.abort(new StopReason('canceled', 'canceled')))
  }

  options(overrides: Partial<SnapshotOptions> = {}): SnapshotOptions {
    const { clusterName } = this.cluster
    return { ...stepOptions(clusterName), pollIntervalMs: this.#pollIntervalMs, ...overrides }
  }

  /** Runs a whole step. */
  obtain(overrides: Partial<SnapshotOptions> = {}): Promise<ObservedSnapshot> {
    return this.clock.run(
      obtainSnapshot(this.options(overrides), this.dependencies, this.#cancellation.signal),
    )
  }

  /** Runs a whole step that must fail. */
  obtainFailure(overrides?: Partial<SnapshotOptions>): Promise<StepReport> {
    return this.#catchReport(this.obtain(overrides))
  }

  /** Runs a whole dry run. */
  dryRun(overrides: Partial<SnapshotOptions> = {}): Promise<DryRunReport> {
    return this.clock.run(dryRun(this.options(overrides), this.dependencies, this.#cancellation.signal))
  }

  /** Runs a part of a step. */
  within<T>(
    timeoutMs: number,
    work: (context: Context) => Promise<T>,
    overrides: Partial<SnapshotOptions> = {},
  ): Promise<T> {
    const options = this.options({ timeoutMs, ...overrides })
    return this.clock.run(withDeadline(options, this.dependencies, this.#cancellation.signal, work))
  }

  /** Only creates the snapshot. */
  createSnapshot(overrides?: Partial<SnapshotOptions>, limitMs = 60 * MINUTE): Promise<AcquiredSnapshot> {
    return this.within(limitMs, (context) => createSnapshot(TAG, context), overrides)
  }

  /** Only creates the snapshot, which must fail. */
  createFailure(...args: Parameters<StepHarness['createSnapshot']>): Promise<StepReport> {
    return this.#catchReport(this.createSnapshot(...args))
  }

  /** Only waits for the snapshot. */
  wait(acquired: AcquiredSnapshot, limitMs = 60 * MINUTE): Promise<Snapshot> {
    return this.within(limitMs, (context) => waitUntilCompleted(acquired, context))
  }

  /** Only waits for the snapshot, which must fail. */
  waitFailure(...args: Parameters<StepHarness['wait']>): Promise<StepReport> {
    return this.#catchReport(this.wait(...args))
  }

  async #catchReport(work: Promise<unknown>): Promise<StepReport> {
    const error = await thrownBy(() => work)
    if (!(error instanceof ActionError)) throw error
    const { title } = error
    const message = this.named(error.message)
    const remedy = this.named(error.remedy)
    for (const text of [title, message, remedy]) assertReadable(text)
    const left = findSnapshotLeft(message, remedy)
    if (left === 'nothing' && this.atlas.snapshots().some(({ takenBy }) => takenBy === 'request'))
      throw new Error(`the report does not mention a snapshot: ${message} | ${remedy}`)
    return { title, message, remedy, left }
  }

  /** The text with names instead of IDs. */
  named(text: string): string {
    const counts = { OWN: 0, OTHER: 0 }
    let named = text
    for (const { id, takenBy } of this.atlas.snapshots()) {
      const kind = takenBy === 'request' ? 'OWN' : 'OTHER'
      counts[kind] += 1
      named = named.replaceAll(id, `${kind}${counts[kind] === 1 ? '' : counts[kind]}`)
    }
    return named
  }

  #at(): number {
    return Math.round(this.clock.now())
  }

  #logger(): Logger {
    const keep = (level: string) => (message: string) => {
      assertReadable(message)
      this.#lines.push(`${this.#at()} ${level} ${message}`)
    }
    return { debug: () => undefined, info: keep('info'), notice: keep('notice'), warning: keep('warning') }
  }

  /** Maps network errors as the action does. */
  #send({ latencyMs = 0 }: StepHarnessOptions): Send {
    return async (request, signal) => {
      try {
        if (latencyMs > 0) await this.clock.sleep(latencyMs, signal)
        return await sendToEmulator(this.atlas, this.clock, request, signal)
      } catch (error) {
        throw toNetworkError(error, request, signal)
      }
    }
  }
}

/** A step whose client returns the results of a script. */
export function scriptedStep(script: Script): StepHarness {
  return new StepHarness({ client: scriptedClient(script) })
}

/** @throws Error if the text is empty or contains a missing value */
function assertReadable(text: string): void {
  if (text === '' || /undefined|NaN|\[object/.test(text)) throw new Error(`not readable: "${text}"`)
}

/** @throws Error if message and remedy of the report contradict each other about the step's snapshot */
function findSnapshotLeft(message: string, remedy: string): StepReport['left'] {
  const mayExist = remedy.includes(TAG)
  const ownExists = /\bOWN\b/.test(message)
  const showsHowToFindIt = [BACKUP_PAGE, 'snapshot-id'].every((fact) => remedy.includes(fact))
  if (message.includes(TAG) !== mayExist || (mayExist && (ownExists || !showsHowToFindIt)))
    throw new Error(`it is not clear which snapshot exists: ${message} | ${remedy}`)
  if (ownExists) return 'OWN'
  return mayExist ? 'maybe' : 'nothing'
}

/** Without jitter and with half of each backoff. Only the tag has 4 bytes. */
function createRandom(): Random {
  const hex = seededHex('core')
  return { fraction: () => 0.5, hex: (bytes) => (bytes === 4 ? TAG.slice('[as-'.length, -1) : hex(bytes)) }
}
