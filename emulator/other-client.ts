import { backupRefusal } from './api.js'
import type { AtlasConfig, ClusterConfig } from './config.js'
import type { SnapshotRecord, SnapshotStore, SnapshotType } from './snapshots.js'

/** A snapshot of another client. `takenAt`, in milliseconds since 1970, can be in the past. */
export interface OtherSnapshot {
  readonly description: string
  readonly snapshotType?: SnapshotType
  readonly retentionInDays?: number
  readonly fails?: boolean
  readonly takenAt?: number
}

export type OtherSnapshotResult =
  | { readonly kind: 'created'; readonly snapshot: SnapshotRecord }
  | { readonly kind: 'refused'; readonly errorCode: string }

/** Another client of the same clusters. Its requests are rejected for the same reasons as requests to the API. */
export class OtherClient {
  readonly #config: AtlasConfig
  readonly #store: SnapshotStore

  constructor(config: AtlasConfig, store: SnapshotStore) {
    this.#config = config
    this.#store = store
  }

  /** `now` is in milliseconds since 1970. Throws a RangeError for an unknown cluster. */
  createSnapshot(clusterName: string, taking: OtherSnapshot, now: number): OtherSnapshotResult {
    const cluster = this.#config.clusters.find(({ name }) => name === clusterName)
    if (cluster === undefined) throw new RangeError(`no cluster is named ${clusterName}`)
    return this.#createSnapshot(cluster, taking, now)
  }

  #createSnapshot(cluster: ClusterConfig, taking: OtherSnapshot, now: number): OtherSnapshotResult {
    const refusal = backupRefusal(cluster, this.#config.groupId)
    // A Flex cluster has scheduled snapshots only.
    const isFlexSchedule = cluster.kind === 'flex' && taking.snapshotType === 'scheduled'
    if (refusal !== undefined && !isFlexSchedule) return { kind: 'refused', errorCode: refusal.errorCode }
    const result = this.#store.create(
      {
        cluster,
        description: taking.description,
        snapshotType: taking.snapshotType ?? 'onDemand',
        retentionInDays: taking.retentionInDays ?? 7,
        fails: taking.fails ?? this.#config.failSnapshots,
        takenBy: 'other',
        takenAt: taking.takenAt ?? now,
      },
      now,
    )
    if ('blockedBy' in result) return { kind: 'refused', errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }
    return { kind: 'created', snapshot: this.#store.record(result.taken, now) }
  }

  /** Creates the completed snapshots that exist at the start, an hour apart. */
  createOlder(now: number): void {
    const { clusters, olderSnapshots, olderOfOtherKind, ...defaults } = this.#config
    for (const cluster of clusters) {
      const snapshotType = cluster.kind === 'flex' ? 'scheduled' : 'onDemand'
      const { secondsToCompleted = defaults.secondsToCompleted } = cluster
      const former: ClusterConfig = {
        ...cluster,
        kind: cluster.kind === 'sharded' ? 'replicaSet' : 'sharded',
      }
      for (let hours = olderSnapshots; hours > 0; hours -= 1) {
        const takenAt = now - secondsToCompleted * 1000 - hours * 3_600_000
        const description = `older, ${hours} h`
        const older = { description, snapshotType, retentionInDays: 3650, fails: false, takenAt } as const
        this.#createSnapshot(hours > olderSnapshots - olderOfOtherKind ? former : cluster, older, now)
      }
    }
  }
}
