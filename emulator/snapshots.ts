import type { AtlasConfig, ClusterConfig } from './config.js'
import { RejectionError } from './errors.js'
import { lifetime, type SnapshotPlan, type SnapshotStatus, snapshotStatus } from './snapshot-life.js'

/** A stored snapshot. Everything else about it follows from these fields and the time. */
export interface StoredSnapshot extends SnapshotPlan {
  readonly id: string
  readonly clusterName: string
  readonly sharded: boolean
  readonly description: string
  readonly snapshotType: 'onDemand' | 'scheduled'
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

/** The members of a sharded snapshot as snapshots of replica sets. */
function toMembers(whole: StoredSnapshot): StoredSnapshot[] {
  return whole.members.map((member) => ({ ...whole, ...member, sharded: false, members: [] }))
}

/** A snapshot and its state. Times are in milliseconds since 1970. */
export interface SnapshotRecord extends StoredSnapshot {
  readonly status: SnapshotStatus
  readonly endsAt: number
  readonly memberIds: readonly string[]
}

/** A snapshot of another client. `takenAt`, in milliseconds since 1970, can be in the past. */
export interface OtherSnapshot
  extends Pick<StoredSnapshot, 'description'>,
    Partial<Pick<StoredSnapshot, 'snapshotType' | 'retentionInDays' | 'fails' | 'takenAt'>> {}

interface NewSnapshot extends Required<OtherSnapshot>, Pick<StoredSnapshot, 'takenBy'> {
  readonly cluster: ClusterConfig
}

/** All snapshots ever taken, oldest first. */
export class SnapshotStore {
  readonly #config: AtlasConfig
  readonly #randomHex: (bytes: number) => string
  readonly #snapshots: StoredSnapshot[] = []

  constructor(config: AtlasConfig, randomHex: (bytes: number) => string) {
    this.#config = config
    this.#randomHex = randomHex
  }

  /** @throws RejectionError if Atlas rejects the snapshot */
  create({ cluster, ...rest }: NewSnapshot, now: number): StoredSnapshot {
    const { takenAt, snapshotType } = rest
    // The code is assumed.
    if (cluster.kind === 'm0') throw new RejectionError('INSUFFICIENT_INSTANCE_SIZE', cluster.name)
    const sharded = cluster.kind === 'sharded'
    const id = this.#objectId(takenAt)
    const shards = sharded ? ['shard-0', 'shard-1', 'config-0'] : []
    const { secondsToInProgress, diskSnapshotShare, createdAtLeadSeconds, sizeLeadSeconds } = this.#config
    const snapshot: StoredSnapshot = {
      ...rest,
      description: `${this.#config.descriptionPrefix}${rest.description}`,
      clusterName: cluster.name,
      sharded,
      secondsToInProgress,
      diskSnapshotShare,
      secondsToCompleted: cluster.secondsToCompleted ?? this.#config.secondsToCompleted,
      createdAtLeadSeconds,
      sizeLeadSeconds,
      id,
      members: shards.map((shard) => ({
        id: this.#objectId(takenAt),
        replicaSetName: `${cluster.name}-${shard}`,
      })),
      deleted: false,
    }
    if (snapshotType === 'onDemand' && isUnfinished(snapshot, now) && this.#isBlocked(cluster.name, now))
      throw new RejectionError('UNFINISHED_ON_DEMAND_SNAPSHOT', cluster.name)
    this.#snapshots.push(snapshot)
    return snapshot
  }

  /** True if an on-demand snapshot of the cluster prevents another one. */
  #isBlocked(clusterName: string, now: number): boolean {
    return this.#of(clusterName).some(
      (snapshot) => snapshot.snapshotType === 'onDemand' && !snapshot.deleted && isUnfinished(snapshot, now),
    )
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
      .flatMap((whole) => [whole, ...toMembers(whole)])
      .find((snapshot) => snapshot.id === id)
  }

  /** The state of all snapshots, including deleted ones. */
  records(clusterName: string | undefined, now: number): SnapshotRecord[] {
    const snapshots = clusterName === undefined ? this.#snapshots : this.#of(clusterName)
    return snapshots.map((snapshot) => this.record(snapshot, now))
  }

  record(snapshot: StoredSnapshot, now: number): SnapshotRecord {
    return {
      ...snapshot,
      status: snapshotStatus(snapshot, now),
      endsAt: lifetime(snapshot, now).endsAt,
      memberIds: snapshot.members.map((member) => member.id),
    }
  }

  #of(clusterName: string): readonly StoredSnapshot[] {
    return this.#snapshots.filter((snapshot) => snapshot.clusterName === clusterName)
  }

  /** An ObjectId: four bytes with the seconds since 1970, then eight random bytes. */
  #objectId(at: number): string {
    const seconds = Math.floor(at / 1000)
    return seconds.toString(16).padStart(8, '0') + this.#randomHex(8)
  }
}
