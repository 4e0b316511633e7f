export type SnapshotStatus = 'queued' | 'inProgress' | 'completed' | 'failed'

/** How long the life of a snapshot takes. Seconds count from the POST, unless they are a lead. */
export interface SnapshotDurations {
  readonly secondsToInProgress: number
  /** When the disk snapshot is made, whose time is the restore point, as a share of the time to `completed`. */
  readonly diskSnapshotShare: number
  readonly secondsToCompleted: number
  /** By how much `createdAt` appears before `completed`. */
  readonly createdAtLeadSeconds: number
  /** By how much the final size appears before `completed`. */
  readonly sizeLeadSeconds: number
}

/** What decides about the life of a snapshot. */
export interface SnapshotPlan extends SnapshotDurations {
  /** Milliseconds since 1970. */
  readonly takenAt: number
  readonly retentionInDays: number
  readonly fails: boolean
}

const dayMs = 86_400_000

/**
 * The times in the life of a snapshot, in milliseconds since 1970. As recorded, retention counts from the POST until the snapshot is completed, then from the
 * end of the copy. In a recording, `mongodVersion` appeared between 7 s and 15 s of 159 s.
 */
export function lifetime(plan: SnapshotPlan, now: number) {
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
    /** Time of the disk snapshot, which is the restore point. */
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
