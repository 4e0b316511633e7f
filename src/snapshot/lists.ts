import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { findConflictingSnapshot } from './conflict.js'
import type { Context } from './context.js'
import { assertNoneTruncated, type CreateRequest } from './order.js'
import type { OutageTracker } from './persist.js'
import { findReusable } from './reuse.js'
import { listSnapshots } from './survey.js'
import { hasTag } from './tag.js'

/** The cluster's lists as a step looks at them, and what they have shown so far. */
export class SnapshotLists {
  readonly #order: CreateRequest
  readonly #context: Context
  #latest: readonly Snapshot[] | undefined
  /** Ids of what had ended by the lists before the last POST, `undefined` where none was read before. */
  #finishedBeforePost: ReadonlySet<string> | undefined

  constructor(order: CreateRequest, context: Context) {
    this.#order = order
    this.#context = context
  }

  /** The snapshot among those shown last that `reuse-within-minutes` lets stand for a new one. */
  get reusable(): Snapshot | undefined {
    return findReusable(this.#latest ?? [], this.#order)
  }

  /** Whether lists from before the last POST can tell what has ended since. */
  get hasBaseline(): boolean {
    return this.#finishedBeforePost !== undefined
  }

  /** The snapshot of somebody else that explains why the last POST was refused. */
  get conflicting(): Snapshot | undefined {
    return findConflictingSnapshot(this.#latest ?? [], this.#finishedBeforePost)
  }

  /** Reads the lists as far as it takes to find a reusable snapshot. */
  async findReusable(outage: OutageTracker): Promise<void> {
    const isEnough = (plain: readonly Snapshot[]) => findReusable(plain, this.#order) !== undefined
    this.#latest = await listSnapshots(this.#context, outage, isEnough)
  }

  /** Reads both lists until they answer; a snapshot that bears the tag is the one that was to be taken. */
  async findOwn(outage: OutageTracker): Promise<Snapshot | undefined> {
    const { tag } = this.#order
    this.#latest = await listSnapshots(this.#context, outage)
    const found = this.#latest.find((snapshot) => hasTag(snapshot, tag))
    if (found === undefined) assertNoneTruncated(this.#latest, this.#order)
    else this.#context.logger.info(`Snapshot ${found.id} bears ${tag}: Atlas did take it for this step.`)
    return found
  }

  /** To be called before each POST: what has ended by now cannot be what refuses it. */
  beforePost(): void {
    if (this.#latest === undefined) return
    const ended = this.#latest.filter(isFinished).map(({ id }) => id)
    this.#finishedBeforePost = new Set([...(this.#finishedBeforePost ?? []), ...ended])
  }
}
