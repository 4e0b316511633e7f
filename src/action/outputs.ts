import * as core from '@actions/core'
import { errorMessage, FinalError } from '../action-error.js'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { type Snapshot, toJson } from '../atlas/snapshot.js'
import type { Logger } from '../runtime.js'
import type { ObservedSnapshot } from '../snapshot/context.js'

/** What is known of the snapshot. */
export type PartialResult = Partial<ObservedSnapshot>

/** Every output of action.yml by its name, with the value from Atlas. Unknown values are empty. */
export function toOutputs(cluster: ClusterRef, { snapshot, created }: PartialResult) {
  return {
    'snapshot-id': snapshot?.id ?? '',
    status: snapshot?.status ?? '',
    created: created === undefined ? '' : String(created),
    'created-at': snapshot?.createdAt ?? '',
    'expires-at': snapshot?.expiresAt ?? '',
    url: backupPage(cluster),
    snapshot: snapshot === undefined ? '' : toJson(snapshot),
  }
}

/** Writes each output as soon as it is known, so the snapshot ID is set even if the step is killed. */
export class OutputRecorder {
  readonly #cluster: ClusterRef
  readonly #logger: Logger
  /** Values already written. */
  readonly #written = new Map<string, string>()
  #result: PartialResult = {}

  constructor(cluster: ClusterRef, logger: Logger) {
    this.#cluster = cluster
    this.#logger = logger
  }

  get result(): PartialResult {
    return this.#result
  }

  /** Stores the snapshot. Writes the outputs if its status changed. */
  recordSnapshot(observed: ObservedSnapshot): void {
    const statusChanged = observed.snapshot.status !== this.#result.snapshot?.status
    this.#result = observed
    if (statusChanged) this.write()
  }

  /** @throws OutputsNotWrittenError if writing fails, because later steps need the outputs */
  write(): void {
    try {
      for (const [name, value] of Object.entries(toOutputs(this.#cluster, this.#result))) {
        if (this.#written.get(name) === value) continue
        core.setOutput(name, value)
        this.#written.set(name, value)
      }
    } catch (error) {
      throw new OutputsNotWrittenError(this.#result.snapshot, error)
    }
  }

  /** Writes the outputs of a step that has failed, so an error is only a warning. */
  writeOnFailure(): void {
    try {
      this.write()
    } catch (error) {
      this.#logger.warning(errorMessage(error))
    }
  }
}

/** A heading of docs/troubleshooting.md. */
export const OUTPUTS_NOT_WRITTEN = 'Could not write outputs'

/** The outputs could not be written. */
export class OutputsNotWrittenError extends FinalError {
  constructor(snapshot: Snapshot | undefined, cause: unknown) {
    const left = snapshot && `Snapshot ${snapshot.id} exists (status: ${snapshot.status}).`
    super({
      title: OUTPUTS_NOT_WRITTEN,
      message: [`${errorMessage(cause)}.`, left].filter(Boolean).join(' '),
      remedy: "Check the runner's disk and the file in GITHUB_OUTPUT.",
      cause,
    })
  }
}
