import * as core from '@actions/core'
import { errorMessage, FinalError } from '../action-error.js'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { isSharded, type Snapshot, toJson } from '../atlas/snapshot.js'
import type { Clock, Logger } from '../runtime.js'
import type { ObservedSnapshot, SnapshotOptions } from '../snapshot/context.js'
import { TITLES } from '../titles.js'

/** What is known of the snapshot. */
export type PartialResult = Partial<ObservedSnapshot>

/**
 * Every output of action.yml by its name, with the value from Atlas. Unknown values are empty.
 *
 * @param waitedMs milliseconds since the snapshot ID became known, 0 without `wait`
 */
export function toOutputs(cluster: ClusterRef, { snapshot, created }: PartialResult, waitedMs: number) {
  return {
    'snapshot-id': snapshot?.id ?? '',
    status: snapshot?.status ?? '',
    created: created === undefined ? '' : String(created),
    'created-at': snapshot?.createdAt ?? '',
    url: backupPage(cluster),
    type: snapshot?.type ?? '',
    'snapshot-ids': JSON.stringify(snapshot === undefined ? [] : memberIds(snapshot)),
    description: snapshot?.description ?? '',
    'expires-at': snapshot?.expiresAt ?? '',
    'storage-size-bytes': snapshot?.storageSizeBytes === undefined ? '' : String(snapshot.storageSizeBytes),
    'duration-seconds': snapshot === undefined ? '' : String(Math.round(waitedMs / 1000)),
    snapshot: snapshot === undefined ? '' : toJson(snapshot),
  }
}

/** Writes each output as soon as it is known, so the snapshot ID is set even if the step is killed. */
export class OutputRecorder {
  readonly #options: SnapshotOptions
  readonly #clock: Clock
  readonly #logger: Logger
  /** Values already written. */
  readonly #written = new Map<string, string>()
  #result: PartialResult = {}
  /** When the snapshot ID became known. */
  #knownSince: number | undefined

  constructor(options: SnapshotOptions, clock: Clock, logger: Logger) {
    this.#options = options
    this.#clock = clock
    this.#logger = logger
  }

  get result(): PartialResult {
    return this.#result
  }

  /** Stores the snapshot. Writes the outputs if its status changed. */
  recordSnapshot(observed: ObservedSnapshot): void {
    this.#knownSince ??= this.#clock.now()
    const statusChanged = observed.snapshot.status !== this.#result.snapshot?.status
    this.#result = observed
    if (statusChanged) this.write()
  }

  /** @throws OutputsNotWrittenError if writing fails, because later steps need the outputs */
  write(result = this.#result): void {
    this.#result = result
    const now = this.#clock.now()
    const waitedMs = this.#options.wait ? now - (this.#knownSince ?? now) : 0
    try {
      for (const [name, value] of Object.entries(toOutputs(this.#options.cluster, result, waitedMs))) {
        if (this.#written.get(name) === value) continue
        core.setOutput(name, value)
        this.#written.set(name, value)
      }
    } catch (error) {
      throw new OutputsNotWrittenError(result.snapshot, error)
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

/** The outputs could not be written. */
export class OutputsNotWrittenError extends FinalError {
  constructor(snapshot: Snapshot | undefined, cause: unknown) {
    const left = snapshot && `Snapshot ${snapshot.id} exists (status: ${snapshot.status}).`
    super({
      title: TITLES.outputsNotWritten,
      message: [`${errorMessage(cause)}.`, left].filter(Boolean).join(' '),
      remedy: "Check the runner's disk and the file in GITHUB_OUTPUT, then re-run the job.",
      cause,
    })
  }
}

/** The IDs of a sharded cluster's member snapshots, empty if unknown. For a replica set, the snapshot's own ID. */
function memberIds(snapshot: Snapshot): readonly string[] {
  const { id, memberIds = [] } = snapshot
  return isSharded(snapshot) ? memberIds : [id]
}
