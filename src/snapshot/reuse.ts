import { formatSnapshot, isCompleted, type Snapshot } from '../atlas/snapshot.js'
import { DAY_MS, formatDuration } from '../format.js'
import type { SnapshotOptions } from './context.js'

/** Age and retention both start at the restore point, by Atlas's clock. */
type ReuseCriteria = Pick<SnapshotOptions, 'reuseWithinMs' | 'request'>

/**
 * The newest completed on-demand snapshot that is recent enough and does not expire too early. If the response has no
 * `Date`, the age is unknown and no snapshot is reused.
 */
export function findReusable(snapshots: readonly Snapshot[], reuse: ReuseCriteria): Snapshot | undefined {
  const reusable = snapshots.filter((snapshot) => isReusable(snapshot, reuse))
  return reusable.toSorted((a, b) => toMs(b.createdAt) - toMs(a.createdAt))[0]
}

/** The warning about a reused snapshot. */
export function describeReuse(snapshot: Snapshot): string {
  const age = formatDuration(dataAge(snapshot))
  return `Using another snapshot (reuse-within-minutes): ${formatSnapshot(snapshot)}. Restore point: ${snapshot.createdAt}, ${age} ago.`
}

/** Milliseconds from the restore point to Atlas's response, `NaN` if unknown. */
export function dataAge({ serverTime = Number.NaN, createdAt }: Snapshot): number {
  return serverTime - toMs(createdAt)
}

function isReusable(snapshot: Snapshot, { reuseWithinMs = Number.NaN, request }: ReuseCriteria): boolean {
  const { snapshotType, createdAt, expiresAt } = snapshot
  if (!isCompleted(snapshot) || snapshotType !== 'onDemand') return false
  const keptFor = toMs(expiresAt) - toMs(createdAt)
  const isKept = toMs(expiresAt) > (snapshot.serverTime ?? Number.NaN)
  // A comparison with NaN is false, so a snapshot with an unknown time is not reused.
  const age = dataAge(snapshot)
  return isKept && age >= 0 && age <= reuseWithinMs && keptFor >= request.retentionInDays * DAY_MS
}

function toMs(iso: string | undefined): number {
  return Date.parse(iso ?? '')
}
