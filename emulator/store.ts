import type { AtlasConfig, ClusterConfig } from './config.js'
import {
  isUnfinished,
  lifeOf,
  type SnapshotStatus,
  type SnapshotType,
  type StoredSnapshot,
  statusOf,
} from './lifecycle.js'

/** The truth about a snapshot, as of the moment it was asked for. Instants in milliseconds since 1970. */
export interface SnapshotRecord {
  readonly id: string
  readonly clusterName: string
  readonly type: 'replicaSet' | 'shardedCluster'
  readonly snapshotType: SnapshotType
  readonly description: string
  readonly status: SnapshotStatus
  readonly takenAt: number
  /** `request`: by a POST to the API. `somebody`: by the emulator's owner, in another person's place. */
  readonly takenBy: 'request' | 'somebody'
  /** Only when completed. */
  readonly createdAt?: number
  readonly endsAt: number
  readonly expiresAt: number
  readonly retentionInDays: number
  readonly memberIds: readonly string[]
  readonly deleted: boolean
}

/** What a snapshot to take is like. */
export interface Taking {
  readonly cluster: ClusterConfig
  readonly description: string
  readonly snapshotType: SnapshotType
  readonly retentionInDays: number
  readonly fails: boolean
  readonly takenBy: 'request' | 'somebody'
  readonly takenAt: number
}

/** All snapshots ever taken, in the order they were taken in. */
export class SnapshotStore {
  readonly #config: AtlasConfig
  readonly #randomHex: (bytes: number) => string
  readonly #snapshots: StoredSnapshot[] = []
  /** The same by cluster, since a project may have thousands. */
  readonly #byCluster = new Map<string, readonly StoredSnapshot[]>()

  constructor(config: AtlasConfig, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#randomHex = randomHex
  }

  /** Takes one, or gives back the unfinished on-demand snapshot of the cluster that forbids it. */
  take(
    taking: Taking,
    now: number,
  ): { readonly taken: StoredSnapshot } | { readonly blockedBy: StoredSnapshot } {
    const { cluster, ...rest } = taking
    const { takenAt } = taking
    const sharded = cluster.kind === 'sharded'
    const shards = sharded ? ['shard-0', 'shard-1', 'config-0'] : []
    const snapshot: StoredSnapshot = {
      ...rest,
      clusterName: cluster.name,
      sharded,
      secondsToCompleted: cluster.secondsToCompleted ?? this.#config.secondsToCompleted,
      id: this.#objectId(takenAt),
      members: shards.map((shard) => ({
        id: this.#objectId(takenAt),
        replicaSetName: `${cluster.name}-${shard}`,
      })),
      deleted: false,
    }
    if (snapshot.snapshotType === 'onDemand' && isUnfinished(snapshot, this.#config, now)) {
      const unfinished = this.unfinished(cluster.name, now)
      if (unfinished !== undefined) return { blockedBy: unfinished }
    }
    this.#snapshots.push(snapshot)
    this.#byCluster.set(cluster.name, [...this.#of(cluster.name), snapshot])
    return { taken: snapshot }
  }

  /** The unfinished on-demand snapshot of a cluster, if there is one. */
  unfinished(clusterName: string, now: number): StoredSnapshot | undefined {
    return this.#of(clusterName).find(
      (snapshot) =>
        snapshot.snapshotType === 'onDemand' &&
        !snapshot.deleted &&
        isUnfinished(snapshot, this.#config, now),
    )
  }

  /** The snapshots of a cluster that neither were deleted nor have expired, in the order taken. */
  existing(clusterName: string, now: number): StoredSnapshot[] {
    return this.#of(clusterName).filter(
      (snapshot) => !snapshot.deleted && lifeOf(snapshot, this.#config, now).expiresAt > now,
    )
  }

  /** One snapshot by id, if it exists. */
  find(clusterName: string, id: string, now: number): StoredSnapshot | undefined {
    return this.existing(clusterName, now).find((snapshot) => snapshot.id === id)
  }

  /** The truth, deleted ones included. */
  records(clusterName: string | undefined, now: number): SnapshotRecord[] {
    const snapshots = clusterName === undefined ? this.#snapshots : this.#of(clusterName)
    return snapshots.map((snapshot) => this.record(snapshot, now))
  }

  /** The truth about one snapshot. */
  record(snapshot: StoredSnapshot, now: number): SnapshotRecord {
    const life = lifeOf(snapshot, this.#config, now)
    const status = statusOf(snapshot, this.#config, now)
    return {
      id: snapshot.id,
      clusterName: snapshot.clusterName,
      type: snapshot.sharded ? 'shardedCluster' : 'replicaSet',
      snapshotType: snapshot.snapshotType,
      description: snapshot.description,
      status,
      takenAt: snapshot.takenAt,
      takenBy: snapshot.takenBy,
      ...(status === 'completed' ? { createdAt: life.createdAt } : {}),
      endsAt: life.endsAt,
      expiresAt: life.expiresAt,
      retentionInDays: snapshot.retentionInDays,
      memberIds: snapshot.members.map((member) => member.id),
      deleted: snapshot.deleted,
    }
  }

  #of(clusterName: string): readonly StoredSnapshot[] {
    return this.#byCluster.get(clusterName) ?? []
  }

  /** An ObjectId: four bytes of seconds since 1970, eight random ones. */
  #objectId(at: number): string {
    const seconds = Math.floor(at / 1000)
    return seconds.toString(16).padStart(8, '0') + this.#randomHex(8)
  }
}
