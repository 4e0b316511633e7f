import { ActionError } from '../action-error.js'
import type { SnapshotPage } from '../atlas/client.js'
import { type AtlasError, couldNot, IncompleteListError, RejectedError } from '../atlas/errors.js'
import type { Snapshot, SnapshotForm, SnapshotType } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import type { Context } from './context.js'
import { type Retries, retry } from './retry.js'
import type { Tag } from './tag.js'

/** One complete read of the lists. Times are milliseconds on the clock. */
export interface Listing {
  readonly startedAt: number
  readonly endedAt: number
  /** The whole snapshots of the cluster, without the parts of sharded ones unless `mayContainParts`. */
  readonly snapshots: readonly Snapshot[]
  /** Whether the cluster could not be read, so a snapshot can be a part that the sharded list does not show yet. */
  readonly mayContainParts: boolean
}

/** The type of the cluster's snapshots now, if the cluster can be read. */
export type ClusterType = SnapshotType | 'unreadable'

/** One list. */
interface Entries {
  readonly snapshots: readonly Snapshot[]
  /** Whether it has entries, even invalid ones. */
  readonly hasEntries: boolean
  /** Why it does not exist, or is not complete. */
  readonly error: RejectedError | IncompleteListError | undefined
}

/** Much more than any cluster has. Without a limit, a list could fill the runner's memory. */
const MAX_ENTRIES = 20_000
const PURPOSE = 'list the snapshots of the cluster'

/** Atlas responds with these statuses if the cluster has no such list, or no such page. */
const NOT_THERE_STATUSES: readonly number[] = [400, 404]

/**
 * Reads the plain and the sharded list of a cluster. A list that cannot be read completely is never taken for an empty one.
 *
 * A snapshot of a sharded cluster consists of one part for each shard. A part can be in the plain list like the snapshot of
 * a replica set, with the description of the whole snapshot, and completed before it. So the type of the cluster decides
 * which list counts. A list can also have snapshots from before, of a cluster with the same name and another type.
 */
export class SnapshotLists {
  readonly #context: Context
  /** The tag of the step, if it creates a snapshot. */
  readonly #tag: Tag | undefined
  /** The lists that have responded in this step, so they exist. */
  readonly #existing = new Set<SnapshotForm>()
  /** The IDs of all parts that the sharded list has named. It can lack entries in a later read. */
  readonly #parts = new Set<string>()
  /** Known if the cluster has been read. */
  #clusterType: ClusterType | undefined
  #showsTag = false

  constructor(context: Context, tag?: Tag, clusterType?: ClusterType) {
    this.#context = context
    this.#tag = tag
    this.#clusterType = clusterType
  }

  /** Whether any entry has shown the tag, even a part, an invalid entry, or one in a list that was not read to its end. */
  get showsTag(): boolean {
    return this.#showsTag
  }

  /**
   * Reads all pages of both lists. If a request fails or entries move, it reads everything again, because a page from
   * before a long retry is too old.
   *
   * @throws StopReason, ActionError, or AtlasError like `retry`
   */
  read(retries: Retries, mayRetry?: (error: AtlasError) => boolean): Promise<Listing> {
    return retry((signal) => this.#readBoth(signal), this.#context, retries, mayRetry)
  }

  /**
   * Reads the sharded list once.
   *
   * @returns the sharded snapshot with this ID, or with a part with this ID. `undefined` if there is none, or no list.
   * @throws ActionError or AtlasError
   */
  async findWhole(id: string, signal: AbortSignal): Promise<Snapshot | undefined> {
    const { snapshots, error } = await this.#readList('sharded', signal)
    const found = snapshots.find((one) => one.id === id || one.memberIds?.includes(id))
    if (found === undefined && error instanceof IncompleteListError) throw error
    return found?.type === 'shardedCluster' ? found : undefined
  }

  async #readBoth(signal: AbortSignal): Promise<Listing> {
    const { clock } = this.#context
    const startedAt = clock.now()
    this.#clusterType ??= await this.#readClusterType(signal)
    const plain = await this.#readList('plain', signal)
    const sharded = await this.#readList('sharded', signal)
    const isUnknown = this.#clusterType === 'unreadable'
    // Without the cluster's own word, the sharded list tells its type, so it has to be complete.
    if (isUnknown && sharded.error instanceof IncompleteListError) throw sharded.error
    // It stays sharded, although an entry can disappear again if the list is out of date.
    if (isUnknown && (sharded.hasEntries || (plain.error instanceof RejectedError && !sharded.error)))
      this.#clusterType = 'shardedCluster'
    const isSharded = this.#clusterType === 'shardedCluster'
    const { snapshots, error } = isSharded ? sharded : plain
    if (error !== undefined) throw error
    for (const id of sharded.snapshots.flatMap(({ memberIds = [] }) => memberIds)) this.#parts.add(id)
    return {
      startedAt,
      endedAt: clock.now(),
      snapshots: isSharded ? snapshots : snapshots.filter(({ id }) => !this.#parts.has(id)),
      mayContainParts: isUnknown && !isSharded,
    }
  }

  async #readClusterType(signal: AbortSignal): Promise<ClusterType> {
    try {
      return (await this.#context.client.getCluster(signal)).type ?? 'unreadable'
    } catch (error) {
      // The role that is enough to create a snapshot might not be enough to read the cluster.
      if (error instanceof RejectedError) return 'unreadable'
      throw error
    }
  }

  /**
   * Reads all pages of a list.
   *
   * @throws ActionError if it is too large, or AtlasError for a failed request
   */
  async #readList(form: SnapshotForm, signal: AbortSignal): Promise<Entries> {
    const entries = new Map<string, Snapshot | undefined>()
    let error: Entries['error']
    try {
      await this.#readPages(form, entries, signal)
    } catch (thrown) {
      if (thrown instanceof IncompleteListError) error = thrown
      else if (!isNotThere(thrown)) throw thrown
      else error = this.#existing.has(form) ? listUnreadableError('a list that existed was rejected') : thrown
    }
    const snapshots = [...entries.values()].filter((snapshot) => snapshot !== undefined)
    return { snapshots, hasEntries: entries.size > 0, error }
  }

  /**
   * Adds the entries of all pages, by ID. Invalid entries are added by their text. Without a count, a page that adds
   * nothing is the last one.
   *
   * @throws IncompleteListError if the count changes between pages, or is larger than the number of entries
   */
  async #readPages(
    form: SnapshotForm,
    entries: Map<string, Snapshot | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    let count: number | undefined
    for (let page = 1; ; page++) {
      const result = await this.#readPage(form, page, signal)
      const { snapshots = [], invalidEntries = [], totalCount = count } = result ?? {}
      this.#existing.add(form)
      if (page > 1 && result !== undefined && result.totalCount !== count) throw listChangedError()
      count = totalCount
      const before = entries.size
      for (const snapshot of snapshots) entries.set(snapshot.id, snapshot)
      // Two entries on a page can be equal.
      for (const [place, text] of invalidEntries.entries()) entries.set(`${place} ${text}`, undefined)
      if (Math.max(entries.size, count ?? 0) > MAX_ENTRIES) throw listTooLargeError()
      if (count === undefined ? entries.size === before : entries.size >= count) return
      if (entries.size === before)
        throw listUnreadableError(`the pages contain only ${entries.size} of ${count} snapshots`)
    }
  }

  /**
   * Reads a page, and searches it for the tag.
   *
   * @returns `undefined` if there is no such page. The specification of the sharded list has only one.
   */
  async #readPage(form: SnapshotForm, page: number, signal: AbortSignal): Promise<SnapshotPage | undefined> {
    const tag = this.#tag
    try {
      const result = await this.#context.client.listSnapshots(form, page, signal)
      const texts = [...result.snapshots.map(({ description = '' }) => description), ...result.invalidEntries]
      if (tag !== undefined && texts.some((text) => text.includes(tag))) this.#showsTag = true
      return result
    } catch (error) {
      if (page > 1 && isNotThere(error)) return undefined
      throw error
    }
  }
}

function isNotThere(error: unknown): error is RejectedError {
  return error instanceof RejectedError && NOT_THERE_STATUSES.includes(error.response.status)
}

function listTooLargeError(): ActionError {
  return new ActionError({
    title: TITLES.listTooLarge,
    message: couldNot(PURPOSE, `the list has more than ${MAX_ENTRIES} entries`),
    remedy:
      'Delete snapshots of the cluster that you do not need. If there are fewer, check the base-url input.',
  })
}

function listChangedError(): IncompleteListError {
  return new IncompleteListError({
    title: TITLES.listKeepsChanging,
    message: couldNot(PURPOSE, 'the list changed between two pages'),
    remedy: 'Re-run the job when fewer snapshots of the cluster are created and deleted.',
  })
}

/** @param reason a clause: `a list that existed was rejected` */
function listUnreadableError(reason: string): IncompleteListError {
  return new IncompleteListError({
    title: TITLES.listUnreadable,
    message: couldNot(PURPOSE, reason),
    remedy: 'Check the base-url input and any proxies between the runner and Atlas.',
  })
}
