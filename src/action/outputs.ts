import * as core from '@actions/core'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { formatStatus, toJson } from '../atlas/snapshot.js'
import { ActionError, errorMessage } from '../failure.js'
import type { Clock, Logger } from '../runtime.js'
import type { ObservedSnapshot } from '../snapshot/context.js'
import type { SnapshotResult } from '../snapshot/obtain.js'
import type { SnapshotOptions } from '../snapshot/options.js'
import { TITLES } from '../titles.js'
import { findOutputProblem } from './output-rules.js'

/** The result as far as it is known. */
export type PartialResult = Partial<SnapshotResult>

/** Every output of action.yml by its name. */
export type Outputs = Readonly<Record<OutputName, string>>
type OutputName =
  | 'snapshot-id'
  | 'status'
  | 'created'
  | 'type'
  | 'snapshot-ids'
  | 'description'
  | 'created-at'
  | 'expires-at'
  | 'storage-size-bytes'
  | 'duration-seconds'
  | 'url'
  | 'snapshot'

/** The values of all outputs as Atlas gave them. What is not known is empty. */
export function toOutputs(
  cluster: ClusterRef,
  { snapshot, created, snapshotIds, durationMs }: PartialResult,
): Outputs {
  const ids =
    snapshotIds ?? (snapshot === undefined || snapshot.type === 'shardedCluster' ? [] : [snapshot.id])
  return {
    'snapshot-id': snapshot?.id ?? '',
    status: snapshot?.status ?? '',
    created: created === undefined ? '' : String(created),
    type: snapshot?.type ?? '',
    'snapshot-ids': JSON.stringify(ids),
    description: snapshot?.description ?? '',
    'created-at': snapshot?.createdAt ?? '',
    'expires-at': snapshot?.expiresAt ?? '',
    'storage-size-bytes': snapshot?.storageSizeBytes === undefined ? '' : String(snapshot.storageSizeBytes),
    'duration-seconds': snapshot === undefined ? '' : String(Math.round((durationMs ?? 0) / 1000)),
    url: backupPage(cluster),
    snapshot: snapshot === undefined ? '' : toJson(snapshot),
  }
}

/** Writes the outputs as soon as they are known, so that even a killed step has set the snapshot ID. */
export class OutputRecorder {
  readonly #options: SnapshotOptions
  readonly #clock: Clock
  readonly #logger: Logger
  /** The outputs whose values are not what they must be, which is said once. */
  readonly #warned = new Set<string>()
  /** The values that the runner has already. */
  readonly #written = new Map<string, string>()
  #result: PartialResult = {}
  /** When the snapshot's ID became known. */
  #knownSince: number | undefined
  /** Whether the step fails because the outputs could not be written. */
  #writeFailed = false

  constructor(options: SnapshotOptions, clock: Clock, logger: Logger) {
    this.#options = options
    this.#clock = clock
    this.#logger = logger
  }

  get result(): PartialResult {
    return this.#result
  }

  /** Keeps the snapshot as last seen. Writes the outputs if its status changed. */
  recordSnapshot(observed: ObservedSnapshot): void {
    this.#knownSince ??= this.#clock.now()
    const statusChanged = observed.snapshot.status !== this.#result.snapshot?.status
    this.#result = { ...this.#result, ...observed }
    if (statusChanged) this.write({})
  }

  /** @throws ActionError if the outputs cannot be written, because later steps would read nothing */
  write(more: PartialResult): void {
    this.#result = { ...this.#result, ...more }
    const outputs = toOutputs(this.#options.cluster, this.#result)
    try {
      for (const [name, given] of Object.entries(outputs)) {
        const value = this.#check(name, given)
        if (this.#written.get(name) === value) continue
        core.setOutput(name, value)
        this.#written.set(name, value)
      }
    } catch (error) {
      this.#writeFailed = true
      throw notWrittenError(outputs, error)
    }
  }

  /** The value, or an empty one with a warning if it is not what action.yml says. */
  #check(name: string, value: string): string {
    const problem = findOutputProblem(name, value)
    if (problem === undefined) return value
    if (!this.#warned.has(name)) this.#logger.warning(`The output ${name} is empty: ${problem.reason}.`)
    this.#warned.add(name)
    return problem.emptyValue
  }

  /** The same for a failed step: an error here is a warning, unless it is the one that the step failed with. */
  writeOnFailure(): void {
    const isReported = this.#writeFailed
    const since = this.#options.wait ? this.#knownSince : undefined
    try {
      this.write({ durationMs: since === undefined ? 0 : this.#clock.now() - since })
    } catch (error) {
      if (!isReported) this.#logger.warning(errorMessage(error))
    }
  }
}

function notWrittenError(outputs: Outputs, cause: unknown): ActionError {
  const id = outputs['snapshot-id']
  return new ActionError({
    title: TITLES.outputsNotWritten,
    message: `${errorMessage(cause)}.${id === '' ? '' : ` Snapshot ${id} exists and is ${formatStatus(outputs)}.`}`,
    remedy: `Look at the runner's disk and at its file GITHUB_OUTPUT.${id === '' ? '' : ` Then run this again with snapshot-id ${id}.`}`,
    cause,
  })
}
