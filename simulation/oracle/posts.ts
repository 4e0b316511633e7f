import type { Exchange } from '../exchange.js'
import { faults } from '../faults.js'
import type { Run } from '../run-step.js'
import { findLastEnd, hasEnded, isOther, type ListedRun } from './listings.js'

/** True if the POST was rejected because of another snapshot, perhaps one that a fault pretends. */
export function isRefused({ status, errorCode }: Exchange): boolean {
  return status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT'
}

/** True if Atlas itself rejected the POST because of another snapshot. */
export function isConflict(post: Exchange): boolean {
  return isRefused(post) && post.fault === undefined
}

/** True if the POST might have been executed. */
export function isOpen(post: Exchange): boolean {
  const { fault, status } = post
  if (isVisiblyOpen(post)) return true
  if (fault === undefined) return false
  const { outcome } = faults[fault]
  return (
    outcome === 'open' ||
    outcome === 'lost' ||
    outcome === 'late' ||
    (outcome === 'doubled' && status !== 200)
  )
}

/** A description of the step's own snapshot begins with the tag. One with the tag elsewhere shows that it exists. */
export function recognize(description: string, { tag }: Pick<Run, 'tag'>): 'own' | 'tagged' | 'other' {
  if (tag === '' || !description.includes(tag)) return 'other'
  return description.startsWith(tag) ? 'own' : 'tagged'
}

/** True if the response to a POST contains a snapshot without the tag. */
export function isMismatch({ operation, json: { id, description } }: Exchange, run: Run): boolean {
  return operation === 'create' && typeof id === 'string' && recognize(String(description), run) === 'other'
}

/** True if nothing shows that a 4xx is from Atlas: a proxy's page, or a challenge with the nonce just answered. */
export function isStray({ fault, status = 0, isPage = false }: Exchange): boolean {
  // A rate limit means the same from anyone.
  return (
    status >= 400 && status < 500 && status !== 429 && (isPage || fault?.startsWith('repeat-nonce') === true)
  )
}

/**
 * True if the step itself can see that the POST might have been executed, and can look for its snapshot. What a response
 * means is taken from its fault.
 */
export function isVisiblyOpen(exchange: Exchange): boolean {
  const { signed, failure, fault, status, body } = exchange
  if (!signed || failure === 'unknown') return signed
  const outcome = fault && faults[fault].outcome
  const isUsable = status === 200 && /"id":"[0-9a-f]{24}"/.test(body)
  const isOpen = outcome === 'open' || outcome === 'lost'
  return isOpen && failure === undefined && !isUsable && !isStray(exchange)
}

/** True if a POST before this one might have been executed, as far as the step can see. */
export function isInDoubt({ posts }: Run, { index }: Exchange): boolean {
  return posts.some((post) => post.index < index && isVisiblyOpen(post))
}

/** Finds a step that used the snapshot of another client, although its own one might exist. */
export function findReuseInDoubt({ observed: [used], posts, scenario }: Run): string | undefined {
  const isReused = used?.created === false && scenario.options.snapshotId === undefined
  return isReused && posts.some(isVisiblyOpen) ? `${used.snapshot.id} was used in doubt` : undefined
}

/** Finds a POST after a response that contained another snapshot or wasn't from Atlas. */
export function findPostAfterMismatch(run: Run): string | undefined {
  const { posts } = run
  const place = posts.findIndex((post) => isMismatch(post, run) || isStray(post))
  const next = place < 0 ? undefined : posts[place + 1]
  return next && `POST #${next.index} followed POST #${posts[place]?.index}, whose response was untrusted`
}

/** How long after an end a step in doubt can send a POST, because its own snapshot can't have ended so soon. */
const ECHO_MS = 60_000

/**
 * Finds a POST after a conflict that was decided on while another snapshot was shown in progress. In doubt, also finds one
 * without a recent end, because the conflict can be with the step's own snapshot.
 */
export function findPostDuringConflict(run: ListedRun): string | undefined {
  const { complete, epoch, exchanges, posts } = run
  for (const post of posts.filter(isRefused)) {
    const next = exchanges.find(({ operation, index }) => operation === 'create' && index > post.index)
    // The lists that decided. Without any, another invariant is broken.
    const listing = complete.findLast(
      ({ first, last }) => first.index > post.index && last.index < (next?.index ?? 0),
    )
    if (next === undefined || listing === undefined) continue
    // The last POST failed because there was no token, so it was no conflict.
    const between = exchanges.slice(post.index + 1, listing.first.index)
    if (between.some(({ operation, status }) => operation === 'token' && status !== 200)) continue
    const other = run.knowsKind
      ? listing.entries.find(({ record, status }) => isOther(record) && !hasEnded(status))?.record
      : undefined
    // A 404 means that the snapshot was deleted.
    const isGone = run.sightings.some(
      ({ id, index, isListed, hasEnded }) =>
        id === other?.id && index > post.index && index < next.index && hasEnded && !isListed,
    )
    const earlyMs = other === undefined || other.deleted || isGone ? 0 : other.endsAt - epoch - next.sentAt
    if (earlyMs > 1)
      return `POST #${next.index} was sent ${earlyMs} ms before the conflicting snapshot ${other?.id} ended`
    // Without the kind of the cluster, the step can see an end later than the oracle.
    if (!isInDoubt(run, post) || !run.knowsKind) continue
    const end = findLastEnd(run, next.index) ?? Number.NEGATIVE_INFINITY
    // The other snapshot was still in progress, so the conflict was with that one.
    if (end > (post.endedAt ?? post.sentAt)) continue
    // The POST can be slow, and its token, too.
    const decidedAt = exchanges.find(({ index }) => index > listing.last.index)?.sentAt ?? next.sentAt
    const sinceEndMs = decidedAt - end
    if (sinceEndMs > ECHO_MS + 1)
      return `POST #${next.index} followed the conflict #${post.index} in doubt, ${sinceEndMs} ms after an end`
  }
  return undefined
}

/** Finds a step with `on-conflict: fail` that continued after a conflict with a snapshot that can't be its own. */
export function findIgnoredConflict(run: Run): string | undefined {
  const { exchanges, posts, scenario } = run
  const conflict = posts.find(isRefused)
  if (scenario.options.onConflict !== 'fail' || conflict === undefined) return undefined
  if (isInDoubt(run, conflict)) return undefined
  const next = exchanges.find(({ operation, index }) => operation === 'create' && index > conflict.index)
  if (next !== undefined) return `POST #${next.index} followed the conflict #${conflict.index}`
  return run.ending.kind === 'success' && isConflict(conflict)
    ? `the step succeeded after the conflict #${conflict.index}`
    : undefined
}
