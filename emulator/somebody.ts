import { backupRefusal } from './api.js'
import type { AtlasConfig } from './config.js'
import type { SnapshotType } from './lifecycle.js'
import type { SnapshotRecord, SnapshotStore } from './store.js'

/** What somebody else takes; `takenAt` (milliseconds since 1970) may lie in the past. */
export interface SomebodysSnapshot {
  readonly description: string
  readonly snapshotType?: SnapshotType
  readonly retentionInDays?: number
  readonly fails?: boolean
  readonly takenAt?: number
}

export type TakeResult =
  | { readonly kind: 'taken'; readonly snapshot: SnapshotRecord }
  | { readonly kind: 'refused'; readonly errorCode: string }

/** Whoever takes snapshots of the same clusters, without the API; refused as theirs would be. */
export class Somebody {
  readonly #config: AtlasConfig
  readonly #store: SnapshotStore

  constructor(config: AtlasConfig, store: SnapshotStore) {
    this.#config = config
    this.#store = store
  }

  /** Takes one; `now` in milliseconds since 1970. Throws a RangeError for an unknown cluster. */
  take(clusterName: string, taking: SomebodysSnapshot, now: number): TakeResult {
    const cluster = this.#config.clusters.find(({ name }) => name === clusterName)
    if (cluster === undefined) throw new RangeError(`no cluster is named ${clusterName}`)
    const refusal = backupRefusal(cluster, this.#config.groupId)
    if (refusal !== undefined) return { kind: 'refused', errorCode: refusal.errorCode }
    const result = this.#store.take(
      {
        cluster,
        description: taking.description,
        snapshotType: taking.snapshotType ?? 'onDemand',
        retentionInDays: taking.retentionInDays ?? 7,
        fails: taking.fails ?? this.#config.failSnapshots,
        takenBy: 'somebody',
        takenAt: taking.takenAt ?? now,
      },
      now,
    )
    if ('blockedBy' in result) return { kind: 'refused', errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }
    return { kind: 'taken', snapshot: this.#store.record(result.taken, now) }
  }

  /** Takes those that exist at the start: so many of each cluster, an hour apart, all completed. */
  takeOlder(now: number): void {
    const { clusters, groupId, olderSnapshots, ...defaults } = this.#config
    for (const cluster of clusters) {
      if (backupRefusal(cluster, groupId) !== undefined) continue
      const { secondsToCompleted = defaults.secondsToCompleted } = cluster
      for (let hours = olderSnapshots; hours > 0; hours -= 1) {
        const takenAt = now - secondsToCompleted * 1000 - hours * 3_600_000
        const description = `older, ${hours} h`
        this.take(cluster.name, { description, retentionInDays: 3650, fails: false, takenAt }, now)
      }
    }
  }
}
