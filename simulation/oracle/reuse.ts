import type { Run } from '../run-step.js'
import { findEnd, hasEnded, type ListedRun, type ListedSnapshot, type Listing } from './listings.js'
import { isConflict } from './posts.js'

const DAY_MS = 86_400_000
/** Atlas rounds its `Date` header and all times to seconds. */
const SECOND_MS = 1_000

/** True if a listed snapshot matches `reuse-within-minutes`. `undefined` if it depends on a fraction of a second. */
function isFit(entry: ListedSnapshot, { first, last }: Listing, run: Run): boolean | undefined {
  const { epoch, scenario } = run
  const { reuseWithinMs, retentionInDays } = scenario.options
  const { record, status, createdAt, expiresAt } = entry
  if (reuseWithinMs === undefined) return false
  if (record.snapshotType !== 'onDemand' || status !== 'completed' || Number.isNaN(createdAt)) return false
  if (expiresAt - createdAt < retentionInDays * DAY_MS) return false
  const latest = epoch + (last.endedAt ?? last.sentAt)
  if (expiresAt <= latest) return expiresAt <= epoch + first.sentAt ? false : undefined
  // The plain form of a sharded snapshot can show a restore point that lies ahead.
  if (createdAt > epoch + first.sentAt) return createdAt - SECOND_MS > latest ? false : undefined
  if (latest - createdAt + SECOND_MS <= reuseWithinMs) return true
  return epoch + first.sentAt - createdAt - SECOND_MS > reuseWithinMs ? false : undefined
}

/** True if Atlas did not find the snapshot in this time, or showed it only after it had become too old. */
function isGone({ record, createdAt }: ListedSnapshot, from: number, until: number, run: Run): boolean {
  const { exchanges, epoch, scenario } = run
  const { reuseWithinMs = 0 } = scenario.options
  return exchanges.some(({ operation, status, target, sentAt, endedAt = sentAt }) => {
    if (!operation.startsWith('get') || !target.endsWith(record.id)) return false
    const isTooOld = status === 200 && epoch + endedAt - createdAt + SECOND_MS > reuseWithinMs
    return sentAt >= from && sentAt <= until && (isTooOld || (operation === 'get' && status === 404))
  })
}

/** Finds a reused snapshot that doesn't match, or a step that didn't reuse the newest match. */
export function findWrongReuse(run: ListedRun): string | undefined {
  const { observed, posts, listings, scenario } = run
  const { reuseWithinMs, onConflict } = scenario.options
  const [used] = observed
  for (const post of reuseWithinMs === undefined ? [] : posts) {
    const listing = listings.findLast(({ last }) => last.index < post.index)
    if (listing === undefined) return `POST #${post.index} was sent without a search for a snapshot to reuse`
    // The step searches before the first POST and after a conflict.
    const before = run.exchanges
      .slice(0, listing.first.index)
      .findLast(({ operation }) => operation === 'create')
    if (before !== undefined && !isConflict(before)) continue
    const fit = listing.entries.find(
      (entry) => isFit(entry, listing, run) === true && !isGone(entry, before?.sentAt ?? 0, post.sentAt, run),
    )
    if (fit !== undefined && listing.isComplete)
      return `POST #${post.index} was sent although snapshot ${fit.record.id} can be reused`
  }
  if (used === undefined || used.created || scenario.options.snapshotId !== undefined) return undefined
  const listing = listings.findLast(({ last }) => (last.endedAt ?? last.sentAt) <= used.at)
  const entry = listing?.entries.find(({ record }) => record.id === used.snapshot.id)
  if (listing === undefined || entry === undefined) return `${used.snapshot.id} was reused but never listed`
  // A status check can show its end before the lists do.
  const hasSeenEnd = run.exchanges.some(
    ({ operation, endedAt, body }) =>
      operation.startsWith('get') &&
      (endedAt ?? 0) <= used.at &&
      body.includes(entry.record.id) &&
      body.includes('"completed"'),
  )
  if (!hasEnded(entry.status) && hasSeenEnd) return undefined
  if (isFit(entry, listing, run) !== false) {
    const newer = listing.entries.find(
      (other) =>
        isFit(other, listing, run) === true &&
        other.createdAt > entry.createdAt &&
        !isGone(other, posts.at(-1)?.sentAt ?? 0, used.at, run),
    )
    return newer && `${entry.record.id} was reused although ${newer.record.id} is newer`
  }
  if (onConflict !== 'reuse' || !posts.some(({ status }) => status === 400))
    return `${entry.record.id} (status: ${entry.status}) was reused but doesn't match`
  const { record } = entry
  if (record.snapshotType !== 'onDemand')
    return `${record.id} was reused although it is ${record.snapshotType}`
  const end = findEnd(run, record)
  const isNew = posts.some(
    ({ status, index }) =>
      status === 400 && index < end.index && run.complete.some(({ last }) => last.index < index),
  )
  if (hasEnded(entry.status) && !end.wasOpen && !isNew)
    return `${record.id} was reused although it does not explain the conflict`
  return entry.status === 'failed' ? `${entry.record.id} was reused after it failed` : undefined
}
