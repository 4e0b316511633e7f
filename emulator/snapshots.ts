import type { AtlasConfig, ClusterConfig } from './config.js'
import { type AtlasError, errors } from './errors.js'
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

/** A snapshot and its state. Times are in milliseconds since 1970. */
export interface SnapshotRecord extends StoredSnapshot {
  readonly type: 'replicaSet' | 'shardedCluster'
  readonly status: SnapshotStatus
  /** Set once the snapshot is completed. */
  readonly createdAt?: number
  readonly endsAt: number
  readonly expiresAt: number
  readonly memberIds: readonly string[]
}

interface NewSnapshot
  extends Pick<
    StoredSnapshot,
    'description' | 'snapshotType' | 'retentionInDays' | 'fails' | 'takenBy' | 'takenAt'
  > {
  readonly cluster: ClusterConfig
}

/** Why a cluster takes no snapshot of this type. The codes are assumed. */
function backupRefusal(
  { kind, name }: ClusterConfig,
  snapshotType: SnapshotType,
  groupId: string,
): AtlasError | undefined {
  switch (kind) {
    case 'm0':
      return errors.insufficientInstanceSize(name)
    case 'flex':
      return snapshotType === 'scheduled' ? undefined : errors.flexInClusterApi(name)
    case 'paused':
      return errors.backupJobNotFound(name)
    case 'noBackup':
      return errors.backupConfigNotFound(name, groupId)
    case 'replicaSet':
    case 'sharded':
      return undefined
  }
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

  /** Creates a snapshot, or returns why Atlas rejects it. */
  create(
    taking: NewSnapshot,
    now: number,
  ): { readonly snapshot: StoredSnapshot } | { readonly error: AtlasError } {
    const { cluster, ...rest } = taking
    const { takenAt, snapshotType } = taking
    const refusal = backupRefusal(cluster, snapshotType, this.#config.groupId)
    if (refusal !== undefined) return { error: refusal }
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
    if (snapshotType === 'onDemand' && isUnfinished(snapshot, now) && this.#isBlocked(cluster.name, now))
      return { error: errors.unfinishedSnapshot(cluster.name) }
    this.#snapshots.push(snapshot)
    this.#byCluster.set(cluster.name, [...this.#of(cluster.name), snapshot])
    return { snapshot }
  }

  /** True if an on-demand snapshot of the cluster prevents another one. */
  #isBlocked(clusterName: string, now: number): boolean {
    const since = now - this.#config.conflictLagSeconds * 1000
    return this.#of(clusterName).some(
      (snapshot) =>
        snapshot.snapshotType === 'onDemand' && !snapshot.deleted && isUnfinished(snapshot, since),
    )
  }

  #changed(description: string): string {
    const { prefix, maxLength } = this.#config.descriptions
    return `${prefix}${description}`.slice(0, maxLength)
  }

  /** The snapshots of a cluster that are neither deleted nor expired, oldest first. */
  existing(clusterName: string, now: number): StoredSnapshot[] {
    return this.#of(clusterName).filter(
      (snapshot) => !snapshot.deleted && lifetime(snapshot, now).expiresAt > now,
    )
  }

  /** The snapshot with this ID, or the member of a sharded one. */
  find(clusterName: string, id: string, now: number): StoredSnapshot | undefined {
    return this.existing(clusterName, now)
      .flatMap((whole) => [whole, ...toMembers(whole, this.#config)])
      .find((snapshot) => snapshot.id === id)
  }

  /** The state of all snapshots, including deleted ones. */
  records(clusterName: string | undefined, now: number): SnapshotRecord[] {
    const snapshots = clusterName === undefined ? this.#snapshots : this.#of(clusterName)
    return snapshots.map((snapshot) => this.record(snapshot, now))
  }

  record(snapshot: StoredSnapshot, now: number): SnapshotRecord {
    const { createdAt, endsAt, expiresAt } = lifetime(snapshot, now)
    const status = snapshotStatus(snapshot, now)
    return {
      ...snapshot,
      type: snapshot.sharded ? 'shardedCluster' : 'replicaSet',
      status,
      ...(status === 'completed' ? { createdAt } : {}),
      endsAt,
      expiresAt,
      memberIds: snapshot.members.map((member) => member.id),
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
