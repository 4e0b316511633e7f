import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { explanationOf } from './conflict.js'

/** What the cluster's lists have shown a step so far. */
export class Shown {
  #latest: readonly Snapshot[] | undefined
  /** Ids of what had ended by the lists before the last POST, `undefined` where none was read before. */
  #ended: ReadonlySet<string> | undefined

  get latest(): readonly Snapshot[] {
    return this.#latest ?? []
  }

  /** Whether lists from before the last POST can tell what has ended since. */
  get canCompare(): boolean {
    return this.#ended !== undefined
  }

  note(snapshots: readonly Snapshot[]): void {
    this.#latest = snapshots
  }

  /** To be called before each POST: what has ended by now cannot be what refuses it. */
  aboutToPost(): void {
    if (this.#latest === undefined) return
    const ended = this.#latest.filter(isFinished).map(({ id }) => id)
    this.#ended = new Set([...(this.#ended ?? []), ...ended])
  }

  /** The snapshot of somebody else that explains why the last POST was refused. */
  explanation(): Snapshot | undefined {
    return explanationOf(this.latest, this.#ended)
  }
}
