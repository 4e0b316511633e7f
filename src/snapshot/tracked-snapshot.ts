import type { ActionError } from '../action-error.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import type { Context, ObservedSnapshot } from './context.js'
import { snapshotFailedError, toFailure } from './reports.js'
import { Retries } from './retry.js'

/** A snapshot that Atlas has accepted or shown, as Atlas last reported it. */
export class TrackedSnapshot {
  /** Whether this step created it. */
  readonly created: boolean
  /** The failed reads of this snapshot. */
  readonly retries: Retries
  readonly #context: Context
  #snapshot: Snapshot
  /** Milliseconds on the clock. */
  #reportedAt: number

  constructor(snapshot: Snapshot, created: boolean, context: Context) {
    this.created = created
    this.retries = new Retries(context)
    this.#context = context
    this.#snapshot = snapshot
    this.#reportedAt = context.clock.now()
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** For the outputs. */
  get observed(): ObservedSnapshot {
    return { snapshot: this.#snapshot, created: this.created }
  }

  /** Atlas has just reported it. */
  update(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.#reportedAt = this.#context.clock.now()
  }

  /** One sentence: `Snapshot 6a79… was last seen 5 s ago (status: queued).` */
  describe(): string {
    const { id, status } = this.#snapshot
    const ageMs = this.#context.clock.now() - this.#reportedAt
    if (isFinished(this.#snapshot) && ageMs < 1_000) return `Snapshot ${id} is ${status}.`
    return `Snapshot ${id} was last seen ${formatDuration(ageMs)} ago (status: ${status}).`
  }

  /** @throws FinalError if Atlas reports it as failed */
  assertNotFailed(): void {
    if (this.#snapshot.status === 'failed') throw snapshotFailedError(this.#snapshot.id)
  }

  /**
   * The error of a step that ends with this snapshot.
   *
   * @param thrown a `StopReason`, an error of a request, or a bug
   * @param phase continues `Timed out after 30 min while …`
   */
  failure(thrown: unknown, phase: string): ActionError {
    const { hasNotFound, lastError } = this.retries
    const next = isFinished(this.#snapshot) ? '' : ' It continues in Atlas.'
    const state = `${this.describe()}${hasNotFound ? ' It might no longer exist.' : next}`
    return toFailure(thrown, { phase, lastError, state })
  }
}
