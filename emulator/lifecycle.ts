import type { AtlasConfig } from './config.js'

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
  /** Who took it: a POST, or somebody else outside of the API. */
  readonly takenBy: 'request' | 'somebody'
  deleted: boolean
}

/** The instants of a snapshot's life, in milliseconds since 1970. */
export interface Life {
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
export function lifeOf(snapshot: StoredSnapshot, times: Times, now: number): Life {
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
export function statusOf(snapshot: StoredSnapshot, times: Times, now: number): SnapshotStatus {
  const life = lifeOf(snapshot, times, now)
  if (now >= life.endsAt) return snapshot.fails ? 'failed' : 'completed'
  return now >= life.inProgressAt ? 'inProgress' : 'queued'
}

/** True while it keeps other on-demand snapshots of its cluster from being taken. */
export function isUnfinished(snapshot: StoredSnapshot, times: Times, now: number): boolean {
  const status = statusOf(snapshot, times, now)
  return status === 'queued' || status === 'inProgress'
}
