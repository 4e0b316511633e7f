import type { ActionError } from '../action-error.js'
import { AtlasError, isSnapshotNotFound } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import type { Context, ObservedSnapshot } from './context.js'
import { type AtlasState, snapshotFailedError, toFailure } from './reports.js'
import { Retries } from './retry.js'

/** `created` by this step, `found` in a list, or `given` by the `snapshot-id` input. */
type Origin = 'created' | 'found' | 'given'

/** A snapshot that Atlas has accepted or shown, as Atlas last reported it. */
export class TrackedSnapshot {
  /** As Atlas first reported it. */
  readonly first: Snapshot
  readonly origin: Origin
  /** The failed reads of this snapshot. */
  readonly retries: Retries
  readonly #context: Context
  #snapshot: Snapshot
  /** Milliseconds on the clock. */
  #reportedAt: number

  constructor(snapshot: Snapshot, origin: Origin, context: Context, retries = new Retries(context)) {
    this.first = snapshot
    this.origin = origin
    this.retries = retries
    this.#context = context
    this.#snapshot = snapshot
    this.#reportedAt = context.clock.now()
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** For the outputs. */
  get observed(): ObservedSnapshot {
    return { snapshot: this.#snapshot, created: this.origin === 'created' }
  }

  /** Milliseconds since Atlas last reported it. */
  get ageMs(): number {
    return this.#context.clock.now() - this.#reportedAt
  }

  /** Atlas has just reported it. */
  update(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.#reportedAt = this.#context.clock.now()
  }

  /** One sentence: `Snapshot 6a79… was last seen 5 s ago (status: queued).` */
  describe(): string {
    const { id, status } = this.#snapshot
    if (isFinished(this.#snapshot) && this.ageMs < 1_000) return `Snapshot ${id} is ${status}.`
    return `Snapshot ${id} was last seen ${formatDuration(this.ageMs)} ago (status: ${status}).`
  }

  /** @throws FinalError if Atlas reports it as failed */
  assertNotFailed(): void {
    if (this.#snapshot.status === 'failed')
      throw snapshotFailedError(this.#snapshot.id, this.origin === 'given')
  }

  /**
   * The error of a step that ends with this snapshot.
   *
   * @param thrown a `StopReason`, an error of a request, or a bug
   * @param phase continues `Timed out after 30 min while …`
   */
  failure(thrown: unknown, phase: string): ActionError {
    const { lastError } = this.retries
    return toFailure(thrown, { phase, lastError, state: this.#state(thrown, lastError) })
  }

  #state(thrown: unknown, lastError: AtlasError | undefined): AtlasState {
    const message = this.describe()
    const missing = [thrown, lastError].find(isNotFound)
    if (missing !== undefined) {
      const next = this.origin === 'given' || !isSnapshotNotFound(missing) ? '' : ' A re-run takes a new one.'
      return { message: `${message} ${MIGHT_NOT_EXIST}${next}`, reRun: '' }
    }
    if (!isFinished(this.#snapshot)) {
      return { message: `${message} It continues in Atlas.`, reRun: this.#describeReRun() }
    }
    const canReuse = this.origin !== 'given' && this.#context.options.reuseWithinMs !== undefined
    return { message, reRun: canReuse ? 'Re-run the job: it might reuse this snapshot.' : 'Re-run the job.' }
  }

  #describeReRun(): string {
    const { onConflict, reuseWithinMs } = this.#context.options
    if (this.origin === 'given') return 'Re-run the job: it waits for this snapshot again.'
    const afterwards = reuseWithinMs === undefined ? 'takes a new one' : 'reuses it or takes a new one'
    switch (onConflict) {
      case 'wait':
        return `Re-run the job: it waits for this snapshot, then ${afterwards}.`
      case 'reuse':
        return `Re-run the job: it uses this snapshot if it is still in progress, and otherwise ${afterwards}.`
      case 'fail':
        return `Re-run the job when this snapshot has finished, because on-conflict is fail. The re-run ${afterwards}.`
    }
  }
}

/** Whether Atlas no longer finds the snapshot, its cluster, or its project. */
function isNotFound(error: unknown): boolean {
  return error instanceof AtlasError && error.response?.status === 404
}

/** Ends the report of a snapshot that Atlas no longer finds. */
export const MIGHT_NOT_EXIST = 'It might no longer exist.'
