import * as core from '@actions/core'
import { ActionError, errorMessage, type HelpTopic } from '../action-error.js'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import { toJson } from '../atlas/snapshot.js'
import { joinSentences } from '../format.js'
import type { ObservedSnapshot } from '../snapshot/context.js'
import { NOTHING_CREATED } from '../snapshot/reports.js'

/** Its title is a heading of docs/troubleshooting.md. */
export const OUTPUTS_NOT_WRITTEN: HelpTopic = {
  title: 'Could not write outputs',
  remedy: "Check the runner's disk and the file in GITHUB_OUTPUT.",
}

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
  /** Values already written. */
  readonly #written = new Map<string, string>()
  #result: PartialResult = {}

  constructor(cluster: ClusterRef) {
    this.#cluster = cluster
  }

  get result(): PartialResult {
    return this.#result
  }

  /**
   * Stores what is known, and writes the outputs that changed.
   *
   * @throws ActionError if writing fails, because later steps need the outputs
   */
  record(result: PartialResult): void {
    this.#result = result
    const outputs = Object.entries(toOutputs(this.#cluster, result))
    try {
      for (const [name, value] of outputs) {
        if (this.#written.get(name) === value) continue
        core.setOutput(name, value)
        this.#written.set(name, value)
      }
    } catch (error) {
      // The core adds what exists once it has started.
      const state = result.snapshot === undefined ? NOTHING_CREATED : ''
      const message = joinSentences(`${errorMessage(error)}.`, state)
      throw new ActionError(message, OUTPUTS_NOT_WRITTEN, { cause: error })
    }
  }
}
