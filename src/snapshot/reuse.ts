import { nameOf, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import type { Task } from './task.js'

/**
 * What a snapshot has to be like to be used in place of a new one: its age is counted from the instant whose data it
 * holds, by Atlas's own clock, and so are the days that it has to be kept at least.
 */
type Reuse = Pick<Task, 'reuseWithinMs' | 'retentionInDays'>

const DAY_MS = 86_400_000

/**
 * The newest completed on-demand snapshot that is young enough and is kept long enough. One whose age cannot be told,
 * since the answer bore no `Date`, is not used.
 */
export function reusableOf(snapshots: readonly Snapshot[], reuse: Reuse): Snapshot | undefined {
  const fit = snapshots.filter((snapshot) => isFit(snapshot, reuse))
  return fit.toSorted((a, b) => instant(b.createdAt) - instant(a.createdAt))[0]
}

/** The warning that goes with it. */
export function saidOfReuse(snapshot: Snapshot): string {
  const age = formatDuration(Math.max(0, ageOf(snapshot)))
  return `Using snapshot ${nameOf(snapshot)}, which this step did not take (reuse-within-minutes): its data is as of ${snapshot.createdAt}, ${age} ago.`
}

/** Milliseconds from the instant whose data it holds to Atlas's answer about it; `NaN` where that cannot be told. */
function ageOf({ asOf = Number.NaN, createdAt }: Snapshot): number {
  return asOf - instant(createdAt)
}

function isFit(snapshot: Snapshot, { reuseWithinMs = Number.NaN, retentionInDays }: Reuse): boolean {
  const { status, snapshotType, createdAt, expiresAt } = snapshot
  if (status !== 'completed' || snapshotType !== 'onDemand') return false
  const keptFor = instant(expiresAt) - instant(createdAt)
  const isKept = instant(expiresAt) > (snapshot.asOf ?? Number.NaN)
  // A comparison with NaN is false, so that what is not known is not good enough.
  return isKept && ageOf(snapshot) <= reuseWithinMs && keptFor >= retentionInDays * DAY_MS
}

function instant(iso: string | undefined): number {
  return Date.parse(iso ?? '')
}
