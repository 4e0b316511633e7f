import { formatSnapshot, isCompleted, type Snapshot } from '../atlas/snapshot.js'
import { DAY_MS, formatDuration } from '../format.js'
import type { SnapshotOptions } from './context.js'

/** Age and retention both start at the restore point, by Atlas's clock. */
type ReuseCriteria = Pick<SnapshotOptions, 'reuseWithinMs' | 'request'>

/** The newest completed on-demand snapshot that is recent enough and does not expire too early. */
export function findReusable(snapshots: readonly Snapshot[], reuse: ReuseCriteria): Snapshot | undefined {
  const reusable = snapshots.filter((snapshot) => isReusable(snapshot, reuse))
  return reusable.toSorted((a, b) => toMs(b.createdAt) - toMs(a.createdAt))[0]
}

/** The warning about a reused snapshot. */
export function describeReuse(snapshot: Snapshot): string {
  const age = restorePointAge(snapshot)
  const ago = age === undefined ? '' : `, ${formatDuration(age)} ago`
  return `Using another snapshot (reuse-within-minutes): ${formatSnapshot(snapshot)}. Restore point: ${snapshot.createdAt}${ago}.`
}

/** Milliseconds from the restore point to Atlas's response. `undefined` without a restore point or a `Date`. */
export function restorePointAge({ serverTime, createdAt }: Snapshot): number | undefined {
  return serverTime === undefined || createdAt === undefined ? undefined : serverTime - Date.parse(createdAt)
}

/** A snapshot with an unknown age or expiry is not reused. */
function isReusable(snapshot: Snapshot, { reuseWithinMs, request }: ReuseCriteria): boolean {
  const age = restorePointAge(snapshot)
  if (reuseWithinMs === undefined || age === undefined) return false
  if (!isCompleted(snapshot) || snapshot.snapshotType !== 'onDemand') return false
  const keptFor = toMs(snapshot.expiresAt) - toMs(snapshot.createdAt)
  return age >= 0 && age <= reuseWithinMs && keptFor > age && keptFor >= request.retentionInDays * DAY_MS
}

/** Milliseconds since 1970. `NaN` if unknown, so every comparison is false. */
function toMs(iso: string | undefined): number {
  return Date.parse(iso ?? '')
}
