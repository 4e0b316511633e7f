import { ActionError } from '../action-error.js'
import type { SnapshotPage } from '../atlas/client.js'
import { AtlasError, couldNot, means } from '../atlas/errors.js'
import type { Snapshot, SnapshotForm, SnapshotType } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import type { Context } from './context.js'
import { type Retries, type RetryPolicy, retry } from './retry.js'

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

/** The entries of one list. */
interface Entries {
  readonly snapshots: readonly Snapshot[]
  /** Whether it has entries, even invalid ones. */
  readonly hasEntries: boolean
  /** Why it does not exist (`rejected`), or is not complete (`incomplete`). */
  readonly error: AtlasError | undefined
}

interface ListOptions {
  /** Called as soon as any entry shows this tag, even a part, an invalid entry, or one in a list that is never complete. */
  readonly tag?: string
  readonly onTag?: () => void
}

/** Much more than any cluster has. Without a limit, a list could fill the runner's memory. */
const MAX_ENTRIES = 20_000
const PURPOSE = 'list the snapshots of the cluster'

/** Atlas responds with these statuses if the cluster has no such list, or no such page. */
const NOT_THERE_STATUSES: readonly number[] = [400, 404]

/** The plain or the sharded list of a cluster. If it cannot be read completely, it is never taken for an empty one. */
export class SnapshotList {
  readonly #form: SnapshotForm
  readonly #context: Context
  readonly #options: ListOptions
  /** Whether it has responded in this step, so it exists. */
  #hasResponded = false

  constructor(form: SnapshotForm, context: Context, options: ListOptions = {}) {
    this.#form = form
    this.#context = context
    this.#options = options
  }

  /**
   * Reads all pages.
   *
   * @throws ActionError if it is too large, or AtlasError for a failed request
   */
  async read(signal: AbortSignal): Promise<Entries> {
    const entries = new Map<string, Snapshot | undefined>()
    let error: AtlasError | undefined
    try {
      await this.#readPages(entries, signal)
    } catch (thrown) {
      if (means(thrown, 'incomplete')) error = thrown
      else if (!isNotThere(thrown)) throw thrown
      else error = this.#hasResponded ? listUnreadableError('a list that existed was rejected') : thrown
    }
    const snapshots = [...entries.values()].filter((snapshot) => snapshot !== undefined)
    return { snapshots, hasEntries: entries.size > 0, error }
  }

  /**
   * Adds the entries of all pages, by ID. Invalid entries are added by their text. Without a count, a page that adds
   * nothing is the last one.
   *
   * @throws AtlasError `incomplete` if the count changes between pages, or is larger than the number of entries
   */
  async #readPages(entries: Map<string, Snapshot | undefined>, signal: AbortSignal): Promise<void> {
    let count: number | undefined
    for (let page = 1; ; page++) {
      const result = await this.#readPage(page, signal)
      const { snapshots = [], invalidEntries = [], totalCount = count } = result ?? {}
      this.#hasResponded = true
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
  async #readPage(page: number, signal: AbortSignal): Promise<SnapshotPage | undefined> {
    const { tag, onTag } = this.#options
    try {
      const result = await this.#context.client.listSnapshots(this.#form, page, signal)
      const texts = [...result.snapshots.map(({ description = '' }) => description), ...result.invalidEntries]
      if (tag !== undefined && texts.some((text) => text.includes(tag))) onTag?.()
      return result
    } catch (error) {
      if (page > 1 && isNotThere(error)) return undefined
      throw error
    }
  }
}

/**
 * Both lists of a cluster. A snapshot of a sharded cluster consists of one part for each shard. A part can be in the plain
 * list like the snapshot of a replica set, with the description of the whole snapshot, and completed before it. So the type
 * of the cluster decides which list counts. If the cluster can't be read, the sharded list counts as soon as it has entries,
 * and until then the entries of the plain one may be parts. A list can also have snapshots from before, when the type was
 * another.
 */
export class SnapshotLists {
  readonly #context: Context
  readonly #plain: SnapshotList
  readonly #sharded: SnapshotList
  /** The IDs of all parts that the sharded list has named. It can lack entries in a later read. */
  readonly #parts = new Set<string>()
  /** Known if the cluster has been read. */
  #clusterType: ClusterType | undefined
  #seemsSharded = false

  constructor(context: Context, options: ListOptions & { readonly clusterType?: ClusterType } = {}) {
    this.#context = context
    this.#plain = new SnapshotList('plain', context, options)
    this.#sharded = new SnapshotList('sharded', context, options)
    this.#clusterType = options.clusterType
  }

  /**
   * Reads all pages of both lists. If a request fails or entries move, it reads everything again, because a page from
   * before a long retry is too old.
   *
   * @throws StopReason, ActionError, or AtlasError like `retry`
   */
  read(retries: Retries, policy: RetryPolicy): Promise<Listing> {
    return retry((signal) => this.#readBoth(signal), this.#context, retries, policy)
  }

  async #readBoth(signal: AbortSignal): Promise<Listing> {
    const { clock } = this.#context
    const startedAt = clock.now()
    this.#clusterType ??= await this.#readClusterType(signal)
    const plain = await this.#plain.read(signal)
    const sharded = await this.#sharded.read(signal)
    const isUnknown = this.#clusterType === 'unreadable'
    const incomplete = [sharded.error, plain.error].find((error) => means(error, 'incomplete'))
    // Without the cluster's own word, the sharded list only suggests its type, so both lists have to be complete.
    if (isUnknown && incomplete !== undefined) throw incomplete
    // It stays sharded, although an entry can disappear again if the list is out of date.
    if (isUnknown && (sharded.hasEntries || (means(plain.error, 'rejected') && !sharded.error)))
      this.#seemsSharded = true
    const isSharded = this.#seemsSharded || this.#clusterType === 'shardedCluster'
    const { snapshots, error } = isSharded ? sharded : plain
    if (error !== undefined) throw error
    for (const id of sharded.snapshots.flatMap(({ memberIds = [] }) => memberIds)) this.#parts.add(id)
    const isFromBefore = ({ type }: Snapshot) =>
      this.#clusterType === 'replicaSet' && type === 'shardedCluster'
    return {
      startedAt,
      endedAt: clock.now(),
      snapshots: snapshots.filter((one) => !this.#parts.has(one.id) && !isFromBefore(one)),
      mayContainParts: isUnknown && !isSharded,
    }
  }

  async #readClusterType(signal: AbortSignal): Promise<ClusterType> {
    try {
      return (await this.#context.client.getCluster(signal)).type ?? 'unreadable'
    } catch (error) {
      // The role that is enough to create a snapshot might not be enough to read the cluster.
      if (means(error, 'rejected')) return 'unreadable'
      throw error
    }
  }
}

function isNotThere(thrown: unknown): thrown is AtlasError {
  return thrown instanceof AtlasError && NOT_THERE_STATUSES.includes(thrown.response?.status ?? 0)
}

function listTooLargeError(): ActionError {
  return new ActionError({
    title: TITLES.listTooLarge,
    message: couldNot(PURPOSE, `the list has more than ${MAX_ENTRIES} entries`),
    remedy:
      "Keep fewer snapshots in the cluster's backup policy. If there are fewer already, check the base-url input.",
  })
}

function listChangedError(): AtlasError {
  return new AtlasError('incomplete', {
    title: TITLES.listKeepsChanging,
    message: couldNot(PURPOSE, 'the list changed between two pages'),
    remedy: 'Wait until fewer snapshots of the cluster are created and deleted.',
  })
}

/** @param reason a clause: `a list that existed was rejected` */
function listUnreadableError(reason: string): AtlasError {
  return new AtlasError('incomplete', {
    title: TITLES.listUnreadable,
    message: couldNot(PURPOSE, reason),
    remedy: 'Check the base-url input and any proxies between the runner and Atlas.',
  })
}
