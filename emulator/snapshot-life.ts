import type { AtlasConfig } from './config.js'

export type SnapshotStatus = 'queued' | 'inProgress' | 'completed' | 'failed'

/** What decides about the life of a snapshot. Seconds count from the POST, unless they are a lead. */
export interface SnapshotPlan {
  /** Milliseconds since 1970. */
  readonly takenAt: number
  readonly retentionInDays: number
  readonly fails: boolean
  readonly secondsToInProgress: number
  /** When the disk snapshot is made, whose time is the restore point, as a share of the time to `completed`. */
  readonly diskSnapshotShare: number
  readonly secondsToCompleted: number
  /** By how much `createdAt` appears before `completed`. */
  readonly createdAtLeadSeconds: number
  /** By how much the final size appears before `completed`. */
  readonly sizeLeadSeconds: number
}

type Durations = Omit<SnapshotPlan, 'takenAt' | 'retentionInDays' | 'fails'>

/** Times in the life of a snapshot, in milliseconds since 1970. */
export interface Lifetime {
  readonly inProgressAt: number
  readonly mongodVersionAt: number
  /** Time of the disk snapshot, which is the restore point. */
  readonly createdAt: number
  readonly createdAtShownAt: number
  readonly sizeShownAt: number
  readonly endsAt: number
  readonly expiresAt: number
}

const dayMs = 86_400_000

// Limits of the 311 recorded snapshots, none of which failed.
const MAX_QUEUED_SECONDS = 7
const MIN_DISK_SNAPSHOT_SHARE = 0.25
const MAX_DISK_SNAPSHOT_SHARE = 0.9
const MAX_LEAD_SECONDS = 4
/** Short snapshots of tests keep about the proportions of recorded ones. */
const MAX_SHORT_SHARE = 0.05
/** More often than recorded (4 of 311), because each recorded one was seen by chance. */
const EARLY_SHARE = 1 / 16

/**
 * Draws the durations that are not configured. The random digits of the snapshot's ID decide, so the same ID has the
 * same life and no other random numbers are needed.
 */
export function planSnapshot(
  config: Pick<AtlasConfig, keyof Durations>,
  fails: boolean,
  id: string,
): Durations {
  const share = (place: number) => Number.parseInt(id.slice(8 + 4 * place, 12 + 4 * place), 16) / 0x1_0000
  const isEarly = (portion: number) => share(2) < EARLY_SHARE * portion && !fails
  const { secondsToCompleted } = config
  const short = (seconds: number) => Math.min(seconds, secondsToCompleted * MAX_SHORT_SHARE)
  const {
    secondsToInProgress = short(MAX_QUEUED_SECONDS) * share(0),
    diskSnapshotShare = MIN_DISK_SNAPSHOT_SHARE +
      (MAX_DISK_SNAPSHOT_SHARE - MIN_DISK_SNAPSHOT_SHARE) * share(1),
    createdAtLeadSeconds = isEarly(1) ? short(MAX_LEAD_SECONDS) * share(3) : 0,
    // One of the four recorded ones did not show its size yet.
    sizeLeadSeconds = isEarly(0.75) ? createdAtLeadSeconds : 0,
  } = config
  return {
    secondsToInProgress,
    diskSnapshotShare,
    secondsToCompleted,
    createdAtLeadSeconds,
    sizeLeadSeconds,
  }
}

/**
 * The times of a snapshot. As recorded, retention counts from the POST until the snapshot is completed, then from the
 * end of the copy. In a recording, `mongodVersion` appeared between 7 s and 15 s of 159 s.
 */
export function lifetime(plan: SnapshotPlan, now: number): Lifetime {
  const { takenAt, secondsToCompleted, diskSnapshotShare, fails, retentionInDays } = plan
  const endsAt = takenAt + secondsToCompleted * 1000
  const inProgressAt = Math.min(takenAt + plan.secondsToInProgress * 1000, endsAt)
  const createdAt = Math.max(
    inProgressAt,
    takenAt + Math.round(secondsToCompleted * diskSnapshotShare * 1000),
  )
  const createdAtShownAt = endsAt - plan.createdAtLeadSeconds * 1000
  const completed = now >= endsAt && !fails
  return {
    inProgressAt,
    mongodVersionAt: inProgressAt + (createdAt - inProgressAt) * 0.1,
    createdAt,
    createdAtShownAt,
    sizeShownAt: endsAt - plan.sizeLeadSeconds * 1000,
    endsAt,
    expiresAt: (completed ? createdAtShownAt : takenAt) + retentionInDays * dayMs,
  }
}

/** The status of a snapshot at a time. */
export function snapshotStatus(plan: SnapshotPlan, now: number): SnapshotStatus {
  const { endsAt, inProgressAt } = lifetime(plan, now)
  if (now >= endsAt) return plan.fails ? 'failed' : 'completed'
  return now >= inProgressAt ? 'inProgress' : 'queued'
}
