import * as core from '@actions/core'
import { type ActionError, errorMessage, OutputsNotWrittenError } from '../action-error.js'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { formatStatus, type Snapshot, toJson } from '../atlas/snapshot.js'
import type { Clock, Logger } from '../runtime.js'
import type { ObservedSnapshot, SnapshotOptions } from '../snapshot/context.js'
import { memberIds } from '../snapshot/sharded.js'
import { TITLES } from '../titles.js'
import { findOutputProblem } from './output-rules.js'

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
  /** Outputs with invalid values. Each gets one warning. */
  readonly #warned = new Set<string>()
  /** Values already written. */
  readonly #written = new Map<string, string>()
  #result: PartialResult = {}
  /** When the snapshot ID became known. */
  #knownSince: number | undefined
  #writeFailed = false

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
    this.#result = { ...this.#result, ...observed }
    if (statusChanged) this.write()
  }

  /** @throws ActionError if writing fails, because later steps need the outputs */
  write(more: PartialResult = {}): void {
    this.#result = { ...this.#result, ...more }
    const outputs = toOutputs(this.#options.cluster, this.#result, this.#waitedMs)
    try {
      for (const [name, given] of Object.entries(outputs)) {
        const value = this.#check(name, given)
        if (this.#written.get(name) === value) continue
        core.setOutput(name, value)
        this.#written.set(name, value)
      }
    } catch (error) {
      this.#writeFailed = true
      throw notWrittenError(this.#result.snapshot, error)
    }
  }

  get #waitedMs(): number {
    const now = this.#clock.now()
    return this.#options.wait ? now - (this.#knownSince ?? now) : 0
  }

  /** Returns the value, or warns and returns an empty value if it breaks the rules of action.yml. */
  #check(name: string, value: string): string {
    const problem = findOutputProblem(name, value)
    if (problem === undefined) return value
    if (!this.#warned.has(name))
      this.#logger.warning(`The ${name} output is empty because ${problem.reason}.`)
    this.#warned.add(name)
    return problem.emptyValue
  }

  /** The same for a failed step. A write error becomes a warning, unless the step failed with a write error. */
  writeOnFailure(): void {
    const isReported = this.#writeFailed
    try {
      this.write()
    } catch (error) {
      if (!isReported) this.#logger.warning(errorMessage(error))
    }
  }
}

function notWrittenError(snapshot: Snapshot | undefined, cause: unknown): ActionError {
  const exists =
    snapshot === undefined ? '' : ` Snapshot ${snapshot.id} exists (status: ${formatStatus(snapshot)}).`
  const next = snapshot === undefined ? '' : ` Then run this action with snapshot-id: ${snapshot.id}.`
  return new OutputsNotWrittenError({
    title: TITLES.outputsNotWritten,
    message: `${errorMessage(cause)}.${exists}`,
    remedy: `Check the runner's disk and the file in GITHUB_OUTPUT.${next}`,
    cause,
  })
}
