import { errorMessage } from '../failure.js'
import type { Clock, Logger } from '../ports.js'
import type { ObservedSnapshot } from '../snapshot/context.js'
import type { SnapshotOptions } from '../snapshot/task.js'
import { writeOutputs } from './output-writer.js'
import { type PartialResult, toOutputs } from './outputs.js'

/** What a step has found by now, handed on to later steps as it comes. */
export class OutputRecorder {
  readonly #task: SnapshotOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #written = new Map<string, string>()
  #result: PartialResult = {}
  /** When the snapshot's id became known. */
  #since: number | undefined
  /** Whether the outputs could not be written, which then ends the step. */
  #writeFailed = false

  constructor(task: SnapshotOptions, clock: Clock, logger: Logger) {
    this.#task = task
    this.#clock = clock
    this.#logger = logger
  }

  get result(): PartialResult {
    return this.#result
  }

  /** A look at the snapshot; handed on only where the status is news. */
  recordSnapshot(sighting: ObservedSnapshot): void {
    this.#since ??= this.#clock.now()
    const isNews = sighting.snapshot.status !== this.#result.snapshot?.status
    this.#result = { ...this.#result, ...sighting }
    if (isNews) this.write(this.#result)
  }

  /** @throws ActionError if the outputs cannot be written */
  write(more: PartialResult): void {
    this.#result = { ...this.#result, ...more }
    try {
      writeOutputs(toOutputs(this.#task.cluster, this.#result), this.#written)
    } catch (error) {
      this.#writeFailed = true
      throw error
    }
  }

  /**
   * The same for a step that has failed and has said why: lost outputs are worth a line, not a second error, and none
   * where they are why it failed.
   */
  writeOnFailure(): void {
    const isTold = this.#writeFailed
    const since = this.#task.wait ? this.#since : undefined
    try {
      this.write({ durationMs: since === undefined ? 0 : this.#clock.now() - since })
    } catch (error) {
      if (!isTold) this.#logger.warning(errorMessage(error))
    }
  }
}
