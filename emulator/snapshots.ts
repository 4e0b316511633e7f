import type { AtlasConfig, ClusterConfig } from './config.js'

export type SnapshotType = 'onDemand' | 'scheduled' | 'fallback'
type SnapshotStatus = 'queued' | 'inProgress' | 'completed' | 'failed'

/** A stored snapshot. Everything else about it follows from these fields and the time. */
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
  /** Set for a member of a sharded snapshot. */
  readonly replicaSetName?: string
  /** Creator: a POST to the API, or another client. */
  readonly takenBy: 'request' | 'other'
  deleted: boolean
}

/** Times in the life of a snapshot, in milliseconds since 1970. */
export interface Lifetime {
  readonly inProgressAt: number
  readonly mongodVersionAt: number
  /** Time of the disk snapshot, which is the restore point. */
  readonly createdAt: number
  readonly endsAt: number
  readonly expiresAt: number
}

type Times = Pick<AtlasConfig, 'secondsToInProgress'>

/** The disk snapshot was made after 86 s of 159 s in the recording. */
const CREATED_AT_FRACTION = 0.541

const dayMs = 86_400_000

/**
 * The times of a snapshot. As recorded, retention counts from the POST until the snapshot is completed, then from its
 * completion. In the recording, `mongodVersion` appeared between 7 s and 15 s of 159 s.
 */
export function lifetime(snapshot: StoredSnapshot, times: Times, now: number): Lifetime {
  const { takenAt, secondsToCompleted, fails, retentionInDays } = snapshot
  const endsAt = takenAt + secondsToCompleted * 1000
  const inProgressAt = Math.min(takenAt + times.secondsToInProgress * 1000, endsAt)
  const createdAt = takenAt + Math.round((endsAt - takenAt) * CREATED_AT_FRACTION)
  const completed = now >= endsAt && !fails
  return {
    inProgressAt,
    mongodVersionAt: inProgressAt + (createdAt - inProgressAt) * 0.1,
    createdAt,
    endsAt,
    expiresAt: (completed ? endsAt : takenAt) + retentionInDays * dayMs,
  }
}

/** The status of a snapshot at a time. */
export function snapshotStatus(snapshot: StoredSnapshot, times: Times, now: number): SnapshotStatus {
  const life = lifetime(snapshot, times, now)
  if (now >= life.endsAt) return snapshot.fails ? 'failed' : 'completed'
  return now >= life.inProgressAt ? 'inProgress' : 'queued'
}

/** True while Atlas rejects other on-demand snapshots of the cluster because of this one. */
export function isUnfinished(snapshot: StoredSnapshot, times: Times, now: number): boolean {
  const status = snapshotStatus(snapshot, times, now)
  return status === 'queued' || status === 'inProgress'
}

/** The members of a sharded snapshot as snapshots of replica sets. They don't fail, even if the whole snapshot does. */
export function toMembers(
  whole: StoredSnapshot,
  { memberLeadSeconds }: Pick<AtlasConfig, 'memberLeadSeconds'>,
): StoredSnapshot[] {
  const secondsToCompleted = Math.max(0, whole.secondsToCompleted - memberLeadSeconds)
  return whole.members.map((member) => ({
    ...whole,
    ...member,
    sharded: false,
    secondsToCompleted,
    fails: false,
    members: [],
  }))
}

/** The state of a snapshot. Times are in milliseconds since 1970. */
export interface SnapshotRecord {
  readonly id: string
  readonly clusterName: string
  readonly type: 'replicaSet' | 'shardedCluster'
  readonly snapshotType: SnapshotType
  readonly description: string
  readonly status: SnapshotStatus
  readonly takenAt: number
  /** Creator: a POST to the API, or another client. */
  readonly takenBy: 'request' | 'other'
  /** Set once the snapshot is completed. */
  readonly createdAt?: number
  readonly endsAt: number
  readonly expiresAt: number
  readonly retentionInDays: number
  readonly memberIds: readonly string[]
  readonly deleted: boolean
}

interface NewSnapshot {
  readonly cluster: ClusterConfig
  readonly description: string
  readonly snapshotType: SnapshotType
  readonly retentionInDays: number
  readonly fails: boolean
  readonly takenBy: 'request' | 'other'
  readonly takenAt: number
}

/** All snapshots ever taken, oldest first. */
export class SnapshotStore {
  readonly #config: AtlasConfig
  readonly #randomHex: (bytes: number) => string
  readonly #snapshots: StoredSnapshot[] = []
  /** The same by cluster, because a project can have thousands. */
  readonly #byCluster = new Map<string, readonly StoredSnapshot[]>()

  constructor(config: AtlasConfig, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#randomHex = randomHex
  }

  /** Takes a snapshot, or returns the on-demand snapshot in progress that prevents it. */
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
      description: this.#changed(rest.description),
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
      const blockedBy = this.#blocker(cluster.name, now)
      if (blockedBy !== undefined) return { blockedBy }
    }
    this.#snapshots.push(snapshot)
    this.#byCluster.set(cluster.name, [...this.#of(cluster.name), snapshot])
    return { taken: snapshot }
  }

  /** The on-demand snapshot of a cluster that prevents another one. */
  #blocker(clusterName: string, now: number): StoredSnapshot | undefined {
    const since = now - this.#config.conflictLagSeconds * 1000
    return this.#of(clusterName).find(
      (snapshot) =>
        snapshot.snapshotType === 'onDemand' &&
        !snapshot.deleted &&
        isUnfinished(snapshot, this.#config, since),
    )
  }

  #changed(description: string): string {
    const { prefix, suffix, maxLength } = this.#config.descriptions
    return `${prefix}${description}${suffix}`.slice(0, maxLength)
  }

  /** The snapshots of a cluster that are neither deleted nor expired, oldest first. */
  existing(clusterName: string, now: number): StoredSnapshot[] {
    return this.#of(clusterName).filter(
      (snapshot) => !snapshot.deleted && lifetime(snapshot, this.#config, now).expiresAt > now,
    )
  }

  find(clusterName: string, id: string, now: number): StoredSnapshot | undefined {
    return this.existing(clusterName, now).find((snapshot) => snapshot.id === id)
  }

  /** The member of a sharded snapshot with this ID. */
  findMember(clusterName: string, id: string, now: number): StoredSnapshot | undefined {
    const whole = this.existing(clusterName, now).find(({ members }) =>
      members.some((member) => member.id === id),
    )
    return whole && toMembers(whole, this.#config).find((member) => member.id === id)
  }

  /** The state of all snapshots, including deleted ones. */
  records(clusterName: string | undefined, now: number): SnapshotRecord[] {
    const snapshots = clusterName === undefined ? this.#snapshots : this.#of(clusterName)
    return snapshots.map((snapshot) => this.record(snapshot, now))
  }

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

  /** An ObjectId: four bytes with the seconds since 1970, then eight random bytes. */
  #objectId(at: number): string {
    const seconds = Math.floor(at / 1000)
    return seconds.toString(16).padStart(8, '0') + this.#randomHex(8)
  }
}
