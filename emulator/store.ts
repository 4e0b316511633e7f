import type { AtlasConfig } from './config.js'
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
  readonly clusterName: string
  readonly sharded: boolean
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

  constructor(config: AtlasConfig, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#randomHex = randomHex
  }

  /** Takes one, or gives back the unfinished on-demand snapshot of the cluster that forbids it. */
  take(
    taking: Taking,
    now: number,
  ): { readonly taken: StoredSnapshot } | { readonly blockedBy: StoredSnapshot } {
    const { takenAt, clusterName } = taking
    const shards = taking.sharded ? ['shard-0', 'shard-1', 'config-0'] : []
    const snapshot: StoredSnapshot = {
      ...taking,
      id: this.#objectId(takenAt),
      members: shards.map((shard) => ({
        id: this.#objectId(takenAt),
        replicaSetName: `${clusterName}-${shard}`,
      })),
      deleted: false,
    }
    if (snapshot.snapshotType === 'onDemand' && isUnfinished(snapshot, this.#config, now)) {
      const unfinished = this.unfinished(clusterName, now)
      if (unfinished !== undefined) return { blockedBy: unfinished }
    }
    this.#snapshots.push(snapshot)
    return { taken: snapshot }
  }

  /** The unfinished on-demand snapshot of a cluster, if there is one. */
  unfinished(clusterName: string, now: number): StoredSnapshot | undefined {
    return this.#snapshots.find(
      (snapshot) =>
        snapshot.clusterName === clusterName &&
        snapshot.snapshotType === 'onDemand' &&
        !snapshot.deleted &&
        isUnfinished(snapshot, this.#config, now),
    )
  }

  /** The snapshots of a cluster that neither were deleted nor have expired, in the order taken. */
  existing(clusterName: string, now: number): StoredSnapshot[] {
    return this.#snapshots.filter(
      (snapshot) =>
        snapshot.clusterName === clusterName &&
        !snapshot.deleted &&
        lifeOf(snapshot, this.#config, now).expiresAt > now,
    )
  }

  /** One snapshot by id, if it exists. */
  find(clusterName: string, id: string, now: number): StoredSnapshot | undefined {
    return this.existing(clusterName, now).find((snapshot) => snapshot.id === id)
  }

  /** The truth, deleted ones included. */
  records(clusterName: string | undefined, now: number): SnapshotRecord[] {
    return this.#snapshots
      .filter((snapshot) => clusterName === undefined || snapshot.clusterName === clusterName)
      .map((snapshot) => this.record(snapshot, now))
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

  /** An ObjectId: four bytes of seconds since 1970, eight random ones. */
  #objectId(at: number): string {
    const seconds = Math.floor(at / 1000)
    return seconds.toString(16).padStart(8, '0') + this.#randomHex(8)
  }
}
