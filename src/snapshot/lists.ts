import { means } from '../atlas/errors.js'
import type { Snapshot, SnapshotType } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { type ListOptions, SnapshotList } from './list-pages.js'
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
  readonly sharded: SnapshotList
  /** The IDs of all parts that the sharded list has named. It can lack entries in a later read. */
  readonly #parts = new Set<string>()
  /** Known if the cluster has been read. */
  #clusterType: ClusterType | undefined
  #seemsSharded = false

  constructor(context: Context, options: ListOptions & { readonly clusterType?: ClusterType } = {}) {
    this.#context = context
    this.#plain = new SnapshotList('plain', context, options)
    this.sharded = new SnapshotList('sharded', context, options)
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
    const sharded = await this.sharded.read(signal)
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
