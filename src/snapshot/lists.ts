import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { snapshotInTheWay } from './conflict.js'
import type { Context } from './context.js'
import { assertNoneCut, type Order } from './order.js'
import type { Outage } from './persist.js'
import { reusableOf } from './reuse.js'
import { survey } from './survey.js'
import { bearsTag } from './tag.js'

/** The cluster's lists as a step looks at them, and what they have shown so far. */
export class Lists {
  readonly #order: Order
  readonly #context: Context
  #latest: readonly Snapshot[] | undefined
  /** Ids of what had ended by the lists before the last POST, `undefined` where none was read before. */
  #ended: ReadonlySet<string> | undefined

  constructor(order: Order, context: Context) {
    this.#order = order
    this.#context = context
  }

  /** The snapshot among those shown last that `reuse-within-minutes` lets stand for a new one. */
  get reusable(): Snapshot | undefined {
    return reusableOf(this.#latest ?? [], this.#order)
  }

  /** Whether lists from before the last POST can tell what has ended since. */
  get canCompare(): boolean {
    return this.#ended !== undefined
  }

  /** The snapshot of somebody else that explains why the last POST was refused. */
  get inTheWay(): Snapshot | undefined {
    return snapshotInTheWay(this.#latest ?? [], this.#ended)
  }

  /** Reads the lists as far as it takes to find a reusable snapshot. */
  async lookForReusable(outage: Outage): Promise<void> {
    const isEnough = (plain: readonly Snapshot[]) => reusableOf(plain, this.#order) !== undefined
    this.#latest = await survey(this.#context, outage, isEnough)
  }

  /** Reads both lists until they answer; a snapshot that bears the tag is the one that was to be taken. */
  async lookForOwn(outage: Outage): Promise<Snapshot | undefined> {
    const { tag } = this.#order
    this.#latest = await survey(this.#context, outage)
    const found = this.#latest.find((snapshot) => bearsTag(snapshot, tag))
    if (found === undefined) assertNoneCut(this.#latest, this.#order)
    else this.#context.logger.info(`Snapshot ${found.id} bears ${tag}: Atlas did take it for this step.`)
    return found
  }

  /** To be called before each POST: what has ended by now cannot be what refuses it. */
  aboutToPost(): void {
    if (this.#latest === undefined) return
    const ended = this.#latest.filter(isFinished).map(({ id }) => id)
    this.#ended = new Set([...(this.#ended ?? []), ...ended])
  }
}
