import type { ActionError } from '../action-error.js'
import { type AtlasError, isSnapshotNotFound } from '../atlas/errors.js'
import { formatStatus, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import type { Context, ObservedSnapshot } from './context.js'
import type { SnapshotList } from './list-pages.js'
import { type Left, snapshotFailedError, toFailure } from './reports.js'
import { Retries } from './retry.js'

/** How the step came to a snapshot. */
interface Origin {
  /** Whether this step created it. */
  readonly created: boolean
  /** Whether its ID comes from the `snapshot-id` input. */
  readonly fromInput?: boolean
  /**
   * The sharded list, if it can be a part of another snapshot that is not listed yet. It is looked up there when completed,
   * or without `wait` once, 5 s later. If it is a part, the step ends. If it is not there, it counts as whole.
   */
  readonly shardedList?: SnapshotList | undefined
  /** When Atlas reported it, in milliseconds on the clock, by default now. */
  readonly seenAt?: number
}

/** A snapshot as Atlas last reported it. */
export class Sighting {
  /** As Atlas first reported it. */
  readonly first: Snapshot
  readonly origin: Origin
  /** Of the reads of this snapshot. */
  readonly retries: Retries
  readonly #context: Context
  #snapshot: Snapshot
  #seenAt: number

  constructor(snapshot: Snapshot, origin: Origin, context: Context, retries = new Retries(context)) {
    this.first = snapshot
    this.origin = origin
    this.retries = retries
    this.#context = context
    this.#snapshot = snapshot
    this.#seenAt = origin.seenAt ?? context.clock.now()
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** For the outputs. */
  get observed(): ObservedSnapshot {
    return { snapshot: this.#snapshot, created: this.origin.created }
  }

  /** Milliseconds since Atlas last reported it. */
  get ageMs(): number {
    return this.#context.clock.now() - this.#seenAt
  }

  /** Atlas reported it now. */
  see(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.#seenAt = this.#context.clock.now()
  }

  /** One sentence: `Snapshot 6a79… was last seen 5 s ago (status: queued).` */
  describe(): string {
    const { id } = this.#snapshot
    const status = formatStatus(this.#snapshot)
    if (isFinished(this.#snapshot) && this.ageMs < 1_000) return `Snapshot ${id} is ${status}.`
    return `Snapshot ${id} was last seen ${formatDuration(this.ageMs)} ago (status: ${status}).`
  }

  /** @throws FinalError if Atlas reports it as failed */
  assertNotFailed(): void {
    if (this.#snapshot.status === 'failed')
      throw snapshotFailedError(this.#snapshot.id, this.origin.fromInput === true)
  }

  /**
   * The error of a step that ends with this snapshot.
   *
   * @param thrown a `StopReason`, an error of a request, or a bug
   * @param phase continues `Timed out after 30 min while …`
   */
  failure(thrown: unknown, phase: string): ActionError {
    const { lastError } = this.retries
    return toFailure(thrown, { phase, lastError, left: this.#left(thrown, lastError) })
  }

  #left(thrown: unknown, lastError: AtlasError | undefined): Left {
    const message = this.describe()
    if ([thrown, lastError].some(isSnapshotNotFound)) {
      const next = this.origin.fromInput ? '' : ' A re-run takes a new one.'
      return { message: `${message} ${MIGHT_NOT_EXIST}${next}`, reRun: '' }
    }
    if (isFinished(this.#snapshot)) return { message, reRun: 'Re-run the job.' }
    return { message, reRun: `The snapshot continues in Atlas. ${this.#describeReRun()}` }
  }

  #describeReRun(): string {
    const { onConflict, reuseWithinMs } = this.#context.options
    if (this.origin.fromInput) return 'Re-run the job: it waits for this snapshot again.'
    switch (onConflict) {
      case 'wait':
        return `Re-run the job: it waits for this snapshot, then ${reuseWithinMs === undefined ? '' : 'reuses it or '}takes a new one.`
      case 'reuse':
        return 'Re-run the job: it uses this snapshot if it is still in progress, and otherwise takes a new one.'
      case 'fail':
        return 'Re-run the job when this snapshot has finished, because on-conflict is fail.'
    }
  }
}

/** Ends the report of a snapshot that Atlas no longer finds. */
export const MIGHT_NOT_EXIST = 'It might no longer exist.'
