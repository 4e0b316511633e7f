import * as core from '@actions/core'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { formatStatus } from '../atlas/snapshot.js'
import { ActionError, errorMessage } from '../failure.js'
import type { Clock, Logger } from '../runtime.js'
import type { ObservedSnapshot } from '../snapshot/context.js'
import type { SnapshotResult } from '../snapshot/obtain.js'
import type { SnapshotOptions } from '../snapshot/options.js'

/** What the step hands on, as far as it is known by now. */
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

/** The outputs' values; what is not known is empty. */
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
    snapshot: snapshot?.raw ?? '',
  }
}

/**
 * Hands outputs to the runner; a later value of the same output wins.
 *
 * @param written values by name that the runner has already, which is kept up to date
 * @throws ActionError if the runner's file cannot be written, since later steps would then read nothing
 */
export function writeOutputs(outputs: Outputs, written: Map<string, string>): void {
  try {
    for (const [name, value] of Object.entries(outputs)) {
      if (written.get(name) === value) continue
      core.setOutput(name, value)
      written.set(name, value)
    }
  } catch (error) {
    const id = outputs['snapshot-id']
    throw new ActionError({
      title: 'The outputs cannot be written',
      message: `${errorMessage(error)}.${id === '' ? '' : ` Snapshot ${id} exists and is ${formatStatus(outputs)}.`}`,
      remedy: `Look at the runner's disk and at its file GITHUB_OUTPUT.${id === '' ? '' : ` Then run this again with snapshot-id ${id}.`}`,
      cause: error,
    })
  }
}

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
