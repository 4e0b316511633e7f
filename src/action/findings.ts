import type { ClusterAddress } from '../atlas/client.js'
import { messageOf } from '../failure.js'
import type { Sighting } from '../snapshot/context.js'
import { createLogger } from './logger.js'
import { type Known, outputsOf, writeOutputs } from './outputs.js'

/** What a step has found by now, handed on to later steps as it comes. */
export class Findings {
  readonly #cluster: ClusterAddress
  readonly #written = new Map<string, string>()
  #known: Known = {}

  constructor(cluster: ClusterAddress) {
    this.#cluster = cluster
  }

  get known(): Known {
    return this.#known
  }

  /** A look at the snapshot; handed on only where the status is news. */
  sighted(sighting: Sighting): void {
    const isNews = sighting.snapshot.status !== this.#known.snapshot?.status
    this.#known = { ...this.#known, ...sighting }
    if (isNews) this.handOn(this.#known)
  }

  /** @throws Failure if the outputs cannot be written */
  handOn(more: Known): void {
    this.#known = { ...this.#known, ...more }
    writeOutputs(outputsOf(this.#cluster, this.#known), this.#written)
  }

  /** The same for a step that has failed and has said why: lost outputs are worth a line, not a second error. */
  handOnAtLast(more: Known): void {
    try {
      this.handOn(more)
    } catch (error) {
      createLogger().warning(messageOf(error))
    }
  }
}
