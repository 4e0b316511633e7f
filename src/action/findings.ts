import { errorMessage } from '../failure.js'
import type { Clock, Logger } from '../ports.js'
import type { ObservedSnapshot } from '../snapshot/context.js'
import type { SnapshotOptions } from '../snapshot/task.js'
import { writeOutputs } from './output-writer.js'
import { type Known, outputsOf } from './outputs.js'

/** What a step has found by now, handed on to later steps as it comes. */
export class Findings {
  readonly #task: SnapshotOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #written = new Map<string, string>()
  #known: Known = {}
  /** When the snapshot's id became known. */
  #since: number | undefined
  /** Whether the outputs could not be written, which then ends the step. */
  #isLost = false

  constructor(task: SnapshotOptions, clock: Clock, logger: Logger) {
    this.#task = task
    this.#clock = clock
    this.#logger = logger
  }

  get known(): Known {
    return this.#known
  }

  /** A look at the snapshot; handed on only where the status is news. */
  sighted(sighting: ObservedSnapshot): void {
    this.#since ??= this.#clock.now()
    const isNews = sighting.snapshot.status !== this.#known.snapshot?.status
    this.#known = { ...this.#known, ...sighting }
    if (isNews) this.handOn(this.#known)
  }

  /** @throws ActionError if the outputs cannot be written */
  handOn(more: Known): void {
    this.#known = { ...this.#known, ...more }
    try {
      writeOutputs(outputsOf(this.#task.cluster, this.#known), this.#written)
    } catch (error) {
      this.#isLost = true
      throw error
    }
  }

  /**
   * The same for a step that has failed and has said why: lost outputs are worth a line, not a second error, and none
   * where they are why it failed.
   */
  handOnAtLast(): void {
    const isTold = this.#isLost
    const since = this.#task.wait ? this.#since : undefined
    try {
      this.handOn({ durationMs: since === undefined ? 0 : this.#clock.now() - since })
    } catch (error) {
      if (!isTold) this.#logger.warning(errorMessage(error))
    }
  }
}
