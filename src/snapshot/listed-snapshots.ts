import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { findConflictingSnapshot } from './conflict.js'
import type { Context } from './context.js'
import { listSnapshots } from './list-snapshots.js'
import type { SnapshotOptions } from './options.js'
import type { OutageTracker } from './retry.js'
import { findReusable } from './reuse.js'
import { assertNoneTruncated, findTagged, type Tag } from './tag.js'

/** What to search for in the lists. */
interface SearchCriteria extends Pick<SnapshotOptions, 'retentionInDays' | 'reuseWithinMs'> {
  /** The description of the step's own snapshot. Ends in the tag. */
  readonly description: string
  readonly tag: Tag
}

/** The cluster's lists, and what they have contained so far. */
export class ListedSnapshots {
  readonly #request: SearchCriteria
  readonly #context: Context
  #latest: readonly Snapshot[] | undefined
  /** IDs of the snapshots that were finished in any list. */
  readonly #finished = new Set<string>()
  /** IDs of the snapshots that were finished in a list before the last POST, `undefined` without such a list. */
  #finishedBeforePost: ReadonlySet<string> | undefined

  constructor(request: SearchCriteria, context: Context) {
    this.#request = request
    this.#context = context
  }

  /** The snapshot in the latest list that `reuse-within-minutes` allows. */
  get reusable(): Snapshot | undefined {
    return findReusable(this.#latest ?? [], this.#request)
  }

  /** Whether a list from before the last POST shows which snapshots have finished since. */
  get hasBaseline(): boolean {
    return this.#finishedBeforePost !== undefined
  }

  /** The other snapshot that explains the last conflict. */
  get conflicting(): Snapshot | undefined {
    return findConflictingSnapshot(this.#latest ?? [], this.#finishedBeforePost)
  }

  /** Reads the lists until a reusable snapshot is found. */
  async readForReuse(outage: OutageTracker): Promise<void> {
    const canStopAfter = (plain: readonly Snapshot[]) => findReusable(plain, this.#request) !== undefined
    this.#remember(await listSnapshots(this.#context, outage, { canStopAfter, failOnNonAtlasResponse: true }))
  }

  /** Reads both lists. Returns the snapshot with the tag, if there is one. */
  async findOwn(outage: OutageTracker): Promise<Snapshot | undefined> {
    const { tag } = this.#request
    const latest = await listSnapshots(this.#context, outage)
    this.#remember(latest)
    const found = findTagged(latest, tag)
    if (found === undefined) assertNoneTruncated(latest, this.#request)
    else this.#context.logger.info(`Found snapshot ${found.id} with tag ${tag}. This step created it.`)
    return found
  }

  /** Call this before each POST, because a snapshot that has finished by now cannot cause a conflict. */
  beforePost(): void {
    if (this.#latest !== undefined) this.#finishedBeforePost = new Set(this.#finished)
  }

  #remember(snapshots: readonly Snapshot[]): void {
    this.#latest = snapshots
    for (const snapshot of snapshots) if (isFinished(snapshot)) this.#finished.add(snapshot.id)
  }
}
