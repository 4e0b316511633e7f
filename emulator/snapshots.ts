import type { AtlasConfig, ClusterConfig } from './config.js'
import {
  lifetime,
  planSnapshot,
  type SnapshotPlan,
  type SnapshotStatus,
  snapshotStatus,
} from './snapshot-life.js'

export type SnapshotType = 'onDemand' | 'scheduled' | 'fallback'

/** A stored snapshot. Everything else about it follows from these fields and the time. */
export interface StoredSnapshot extends SnapshotPlan {
  readonly id: string
  readonly clusterName: string
  readonly sharded: boolean
  readonly description: string
  readonly snapshotType: SnapshotType
  readonly members: readonly { readonly id: string; readonly replicaSetName: string }[]
  /** Set for a member of a sharded snapshot. */
  readonly replicaSetName?: string
  /** Creator: a POST to the API, or another client. */
  readonly takenBy: 'request' | 'other'
  deleted: boolean
}

/** True while Atlas rejects other on-demand snapshots of the cluster because of this one. */
export function isUnfinished(snapshot: StoredSnapshot, now: number): boolean {
  const status = snapshotStatus(snapshot, now)
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
    const id = this.#objectId(takenAt)
    const shards = sharded ? ['shard-0', 'shard-1', 'config-0'] : []
    const snapshot: StoredSnapshot = {
      ...rest,
      description: this.#changed(rest.description),
      clusterName: cluster.name,
      sharded,
      ...planSnapshot({ ...this.#config, ...cluster }, rest.fails, id),
      id,
      members: shards.map((shard) => ({
        id: this.#objectId(takenAt),
        replicaSetName: `${cluster.name}-${shard}`,
      })),
      deleted: false,
    }
    if (snapshot.snapshotType === 'onDemand' && isUnfinished(snapshot, now)) {
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
        snapshot.snapshotType === 'onDemand' && !snapshot.deleted && isUnfinished(snapshot, since),
    )
  }

  #changed(description: string): string {
    const { prefix, suffix, maxLength } = this.#config.descriptions
    return `${prefix}${description}${suffix}`.slice(0, maxLength)
  }

  /** The snapshots of a cluster that are neither deleted nor expired, oldest first. */
  existing(clusterName: string, now: number): StoredSnapshot[] {
    return this.#of(clusterName).filter(
      (snapshot) => !snapshot.deleted && lifetime(snapshot, now).expiresAt > now,
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
    const life = lifetime(snapshot, now)
    const status = snapshotStatus(snapshot, now)
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
