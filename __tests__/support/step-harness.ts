import type { Atlas } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { demoAccount } from '../../simulation/access.js'
import { clusterRef, REQUEST, stepOptions } from '../../simulation/options.js'
import { connectStep, createStepRuntime, type WorldEvent } from '../../simulation/step.js'
import type { VirtualClock } from '../../simulation/virtual-clock.js'
import { createWorld, EPOCH } from '../../simulation/world.js'
import { ActionError } from '../../src/action-error.js'
import {
  type Context,
  type Dependencies,
  type ObservedSnapshot,
  type SnapshotOptions,
  startStep,
} from '../../src/snapshot/context.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { createTag, type Tag, withTag } from '../../src/snapshot/tag.js'
import { thrownBy } from './http-responses.js'
import { createRandom, type Setup } from './played.js'
import { type Script, scriptedClient } from './scripted-client.js'

/** The tag of every step. */
export const TAG: Tag = createTag(createRandom())
/** The description of every step. */
export const SENT: string = withTag(REQUEST.description, TAG)
export const MINUTE = 60_000
const POLL_INTERVAL_MS = 2_000
/** A snapshot that, polled every 2 s, is queued at 0 s, `inProgress` at 2 s and 4 s, and completed at 6 s. */
export const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 } as const

export interface StepHarnessOptions extends Pick<Setup, 'atlas' | 'faults'> {
  readonly cluster?: string
  /** When another client creates a snapshot, in milliseconds from the start, before which it can be. */
  readonly othersAt?: readonly number[]
  /** Of each request, in milliseconds. */
  readonly latencyMs?: number
  /** When the step is canceled, in milliseconds from the start. */
  readonly cancelAt?: number
  /** Replaces the real client and the emulator. */
  readonly script?: Script
}

/**
 * Runs the core and the real client against the emulator on one virtual clock, and records the run as text. In texts,
 * `OWN` replaces the ID of a snapshot that a request created, and `OTHER` that of another client. Times are in whole
 * milliseconds.
 */
export class StepHarness {
  readonly clock: VirtualClock
  readonly atlas: Atlas
  readonly dependencies: Dependencies
  /** Log lines as `MILLISECONDS LEVEL MESSAGE`, without debug lines. */
  readonly lines: string[] = []
  /** Arguments of `onSnapshot`, such as `0 OWN queued`. */
  readonly snapshots: string[] = []
  /** Calls of the client with a script, such as `list replicaSet 1`. */
  readonly calls: string[] = []
  readonly #options: SnapshotOptions
  readonly #signal: AbortSignal

  constructor(options: StepHarnessOptions = {}) {
    const { faults = [], cluster = 'demo', othersAt = [], latencyMs, cancelAt, script } = options
    const world = createWorld({ faults: faults.map(parseFaultSpec), ...options.atlas })
    const events = othersAt.map((at): WorldEvent => {
      const other = { description: 'nightly', takenAt: EPOCH + at }
      return [at, (atlas) => atlas.createOtherSnapshot(cluster, other)]
    })
    const random = createRandom()
    const runtime = createStepRuntime(world, { random, latencyMs, events, cancelAtMs: cancelAt })
    this.clock = world.clock
    this.atlas = world.atlas
    this.#signal = runtime.cancellation.signal
    // Not the adaptive interval, so the times of most tests don't depend on it.
    this.#options = { ...stepOptions(cluster), pollIntervalMs: POLL_INTERVAL_MS }
    const log = (level: string) => (message: string) => this.#note(this.lines, `${level} ${message}`)
    const { dependencies } = connectStep(clusterRef(cluster), runtime, demoAccount, {
      logger: { debug: () => undefined, info: log('info'), notice: log('notice'), warning: log('warning') },
      onSnapshot: ({ snapshot: { id, status }, created }) =>
        this.#note(this.snapshots, `${id} ${status}${created ? '' : ', not created here'}`),
    })
    this.dependencies =
      script === undefined ? dependencies : { ...dependencies, client: scriptedClient(script, this.calls) }
  }

  /** Requests as `MILLISECONDS OPERATION STATUS`, without that for a token. The status is 0 if the response was lost. */
  get requests(): readonly string[] {
    return this.atlas.requests
      .filter(({ operation }) => operation !== 'token')
      .map(({ at, operation, status }) => `${at - EPOCH} ${operation} ${status}`)
  }

  options(overrides: Partial<SnapshotOptions> = {}): SnapshotOptions {
    return { ...this.#options, ...overrides }
  }

  /** Runs a whole step. */
  obtain(overrides?: Partial<SnapshotOptions>): Promise<ObservedSnapshot> {
    return this.clock.run(obtainSnapshot(this.options(overrides), this.dependencies, this.#signal))
  }

  /** Runs a whole step that must fail. Its report has names instead of IDs. */
  async obtainFailure(overrides?: Partial<SnapshotOptions>) {
    const error = await thrownBy(() => this.obtain(overrides))
    if (!(error instanceof ActionError)) throw error
    const { title, remedy: whatToDo } = error.help
    const message = this.#named(error.message)
    const remedy = this.#named(whatToDo)
    const left = findSnapshotLeft(message, remedy)
    if (left === 'nothing' && this.atlas.snapshots().some(({ takenBy }) => takenBy === 'request'))
      throw new Error(`the report does not mention a snapshot: ${message} | ${remedy}`)
    return { title, message, remedy, left }
  }

  /** Runs a part of a step. */
  within<T>(timeoutMs: number, work: (context: Context) => Promise<T>): Promise<T> {
    const options = this.options({ timeoutMs })
    const context = startStep(options, this.dependencies, this.#signal)
    return this.clock.run(work(context).finally(context.deadline.release))
  }

  #note(texts: string[], text: string): void {
    texts.push(`${Math.round(this.clock.now())} ${this.#named(text)}`)
  }

  /**
   * The text with names instead of IDs.
   *
   * @throws Error if it is empty or contains a missing value
   */
  #named(text: string): string {
    if (/^\w* ?$|undefined|NaN|\[object/.test(text)) throw new Error(`not readable: "${text}"`)
    let named = text
    for (const { id, takenBy } of this.atlas.snapshots())
      named = named.replaceAll(id, takenBy === 'request' ? 'OWN' : 'OTHER')
    return named
  }
}

/** A step whose client returns the results of a script. */
export function scriptedStep(script: Script): StepHarness {
  return new StepHarness({ script })
}

/**
 * Which snapshot of this step exists according to the report. `maybe` is one with the tag.
 *
 * @throws Error if the report contradicts itself
 */
function findSnapshotLeft(message: string, remedy: string): 'nothing' | 'OWN' | 'maybe' {
  const mayExist = message.includes(TAG)
  const ownExists = /\bOWN\b/.test(message)
  if (mayExist && ownExists) throw new Error(`it is not clear which snapshot exists: ${message} | ${remedy}`)
  if (ownExists) return 'OWN'
  return mayExist ? 'maybe' : 'nothing'
}
