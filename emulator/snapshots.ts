import type { AtlasConfig, ClusterConfig } from './config.js'

export const snapshotTypes = ['onDemand', 'scheduled', 'fallback'] as const
export type SnapshotType = (typeof snapshotTypes)[number]
export type SnapshotStatus = 'queued' | 'inProgress' | 'completed' | 'failed'

/** A snapshot as the emulator keeps it: everything else about it follows from these and the time. */
export interface StoredSnapshot {
  readonly id: string
  readonly clusterName: string
  readonly sharded: boolean
  readonly description: string
  readonly snapshotType: SnapshotType
  readonly retentionInDays: number
  readonly takenAt: number
  readonly secondsToCompleted: number
  readonly fails: boolean
  readonly members: readonly { readonly id: string; readonly replicaSetName: string }[]
  /** Who created it: a POST to the API, or another client outside of it. */
  readonly takenBy: 'request' | 'other'
  deleted: boolean
}

/** The instants of a snapshot's life, in milliseconds since 1970. */
export interface Lifetime {
  readonly inProgressAt: number
  readonly mongodVersionAt: number
  /** The instant of the disk snapshot, and so of the data. */
  readonly createdAt: number
  readonly endsAt: number
  readonly expiresAt: number
}

type Times = Pick<AtlasConfig, 'secondsToInProgress' | 'createdAtFraction'>

const dayMs = 86_400_000

/**
 * When what happens. `expiresAt` is as of `now`: retention counts from the POST until the snapshot is completed,
 * from completion afterwards, as recorded. `mongodVersion` was first seen between 7 s and 15 s of 159 s.
 */
export function lifetime(snapshot: StoredSnapshot, times: Times, now: number): Lifetime {
  const { takenAt, secondsToCompleted, fails, retentionInDays } = snapshot
  const endsAt = takenAt + secondsToCompleted * 1000
  const inProgressAt = Math.min(takenAt + times.secondsToInProgress * 1000, endsAt)
  const createdAt = takenAt + Math.round((endsAt - takenAt) * times.createdAtFraction)
  const completed = now >= endsAt && !fails
  return {
    inProgressAt,
    mongodVersionAt: inProgressAt + (createdAt - inProgressAt) * 0.1,
    createdAt,
    endsAt,
    expiresAt: (completed ? endsAt : takenAt) + retentionInDays * dayMs,
  }
}

/** Atlas's word for where a snapshot is at an instant. */
export function snapshotStatus(snapshot: StoredSnapshot, times: Times, now: number): SnapshotStatus {
  const life = lifetime(snapshot, times, now)
  if (now >= life.endsAt) return snapshot.fails ? 'failed' : 'completed'
  return now >= life.inProgressAt ? 'inProgress' : 'queued'
}

/** True while it keeps other on-demand snapshots of its cluster from being taken. */
export function isUnfinished(snapshot: StoredSnapshot, times: Times, now: number): boolean {
  const status = snapshotStatus(snapshot, times, now)
  return status === 'queued' || status === 'inProgress'
}

/** The truth about a snapshot, as of the moment it was asked for. Instants in milliseconds since 1970. */
export interface SnapshotRecord {
  readonly id: string
  readonly clusterName: string
  readonly type: 'replicaSet' | 'shardedCluster'
  readonly snapshotType: SnapshotType
  readonly description: string
  readonly status: SnapshotStatus
  readonly takenAt: number
  /** Who created it: a POST to the API, or another client outside of it. */
  readonly takenBy: 'request' | 'other'
  /** Only when completed. */
  readonly createdAt?: number
  readonly endsAt: number
  readonly expiresAt: number
  readonly retentionInDays: number
  readonly memberIds: readonly string[]
  readonly deleted: boolean
}

/** What a snapshot to take is like. */
export interface NewSnapshot {
  readonly cluster: ClusterConfig
  readonly description: string
  readonly snapshotType: SnapshotType
  readonly retentionInDays: number
  readonly fails: boolean
  readonly takenBy: 'request' | 'other'
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
  create(
    taking: NewSnapshot,
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
      (snapshot) => !snapshot.deleted && lifetime(snapshot, this.#config, now).expiresAt > now,
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
    const life = lifetime(snapshot, this.#config, now)
    const status = snapshotStatus(snapshot, this.#config, now)
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
