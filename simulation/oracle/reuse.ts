import { hasEnded, isOther, type ListedRun, type ListedSnapshot, type Listing } from './listings.js'
import { isConflict, isInDoubt, isRefused, isVisiblyOpen } from './posts.js'

const DAY_MS = 86_400_000
/** Atlas rounds its `Date` header and all times to seconds. */
const SECOND_MS = 1_000

/** True if a listed snapshot matches `reuse-within-minutes`. `undefined` if it depends on what the step can't know. */
function isFit(entry: ListedSnapshot, { first, last }: Listing, run: ListedRun): boolean | undefined {
  const { epoch, scenario } = run
  const { reuseWithinMs, retentionInDays } = scenario.options
  const { record, status, createdAt, expiresAt } = entry
  if (reuseWithinMs === undefined) return false
  if (!run.knowsKind) return undefined
  if (record.snapshotType !== 'onDemand' || status !== 'completed' || Number.isNaN(createdAt)) return false
  if (expiresAt - createdAt < retentionInDays * DAY_MS) return false
  const latest = epoch + (last.endedAt ?? last.sentAt)
  if (expiresAt <= latest) return expiresAt <= epoch + first.sentAt ? false : undefined
  // The plain form of a sharded snapshot can show a restore point that lies ahead.
  if (createdAt > epoch + first.sentAt) return createdAt - SECOND_MS > latest ? false : undefined
  if (latest - createdAt + SECOND_MS <= reuseWithinMs) return true
  return epoch + first.sentAt - createdAt - SECOND_MS > reuseWithinMs ? false : undefined
}

/** Finds a reused snapshot that doesn't match, or a step that didn't reuse the newest match. */
export function findWrongReuse(run: ListedRun): string | undefined {
  const { complete, observed, posts, listings, scenario } = run
  const { reuseWithinMs, onConflict } = scenario.options
  const [used] = observed
  for (const post of reuseWithinMs === undefined ? [] : posts) {
    const listing = listings.findLast(({ last }) => last.index < post.index)
    if (listing === undefined) return `POST #${post.index} was sent without a search for a snapshot to reuse`
    // The step searches before the first POST, and after each wait for another snapshot.
    const before = run.exchanges
      .slice(0, listing.first.index)
      .findLast(({ operation }) => operation === 'create')
    const hasWaited = run.sightings.some(
      ({ index, isListed, hasEnded }) =>
        before !== undefined && index > before.index && index < post.index && hasEnded && !isListed,
    )
    const isAfterWait = before !== undefined && isConflict(before) && hasWaited && !isInDoubt(run, before)
    if (before !== undefined && !isAfterWait) continue
    // One that was not found need not be used.
    const isGone = ({ record: { id } }: ListedSnapshot) =>
      run.exchanges.some(({ operation, status, target }) => {
        return operation === 'get' && status === 404 && target.endsWith(id)
      })
    const fit = listing.entries.find((entry) => isFit(entry, listing, run) === true && !isGone(entry))
    if (fit !== undefined && listing.isComplete)
      return `POST #${post.index} was sent although snapshot ${fit.record.id} can be reused`
  }
  if (used === undefined || used.created || scenario.options.snapshotId !== undefined) return undefined
  if (posts.some(isVisiblyOpen))
    return `${used.snapshot.id} was reused although the step's own snapshot might exist`
  const listing = complete.findLast(({ last }) => (last.endedAt ?? last.sentAt) <= used.at)
  const entry = listing?.entries.find(({ record }) => record.id === used.snapshot.id)
  if (listing === undefined || entry === undefined) return `${used.snapshot.id} was reused but never listed`
  // A list can be older than a status check.
  const hasSeenEnd = run.sightings.some(({ id, at, isListed, hasEnded }) => {
    return id === entry.record.id && at <= used.at && hasEnded && !isListed
  })
  if (!hasEnded(entry.status) && hasSeenEnd) return undefined
  if (isFit(entry, listing, run) !== false) {
    const newer = listing.entries.find(
      (other) => isFit(other, listing, run) === true && other.createdAt > entry.createdAt,
    )
    return newer && `${entry.record.id} was reused although ${newer.record.id} is newer`
  }
  if (onConflict !== 'reuse' || !posts.some(isRefused))
    return `${entry.record.id} (status: ${entry.status}) was reused but doesn't match`
  return !isOther(entry.record) || hasEnded(entry.status)
    ? `${entry.record.id} (status: ${entry.status}) was reused but is no conflicting snapshot`
    : undefined
}
