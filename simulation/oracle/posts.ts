import type { Exchange } from '../exchange.js'
import { faults } from '../faults.js'
import type { Run } from '../run-step.js'
import { findEnd, hasEnded, isLaterPage, type ListedRun, type ListedSnapshot } from './listings.js'

/** The step doesn't take a shorter description for one that was cut. */
const MIN_CUT = 64
/** Atlas rounds its `Date` header and all times to seconds. */
const ROUNDING_MS = 2_000

/** True if Atlas itself rejected the POST because of another snapshot. */
export function isConflict({ status, fault }: Exchange): boolean {
  return status === 400 && fault === undefined
}

/** True if the step can't know whether the POST was executed. */
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

/** How much of what the step sent is in a description. `changed` has the tag, but more around it. */
export function recognize(description: string, run: Run): 'own' | 'cut' | 'changed' | 'other' {
  const { tag } = run
  const sent = `${run.scenario.options.description} ${tag}`
  if (description.endsWith(tag) || description.startsWith(sent)) return 'own'
  if (description.length >= MIN_CUT && sent.startsWith(description)) return 'cut'
  return description.includes(tag) ? 'changed' : 'other'
}

/** True if a snapshot can be the step's own although its description doesn't show it. */
export function hasUnclearSnapshot(run: Run): boolean {
  const first = run.exchanges.find(({ operation }) => operation === 'create')
  return run.records.some(
    ({ description, endsAt, status }) =>
      ['cut', 'changed'].includes(recognize(description, run)) &&
      // A failed snapshot has no restore point, so its age is not known.
      (status === 'failed' || endsAt > run.epoch + (first?.sentAt ?? 0) - ROUNDING_MS),
  )
}

/** True if the response to a POST contains a snapshot that the step can't identify as its own. */
export function isMismatch({ operation, json }: Exchange, run: Run): boolean {
  const { id, description, status, type } = json
  if (operation !== 'create' || typeof id !== 'string') return false
  const kind = recognize(String(description), run)
  // A new snapshot has not ended yet.
  const isOnlyPlain = type === 'shardedCluster' && status === 'completed'
  return kind === 'other' || (kind !== 'own' && hasEnded(String(status)) && !isOnlyPlain)
}

/** True if the token of a POST was rejected without an Atlas error code. */
function isUncodedRefusal({ operation, scheme, status, errorCode }: Exchange): boolean {
  return operation === 'create' && scheme === 'bearer' && status === 401 && errorCode === undefined
}

/** True if a Bearer challenge says that the token of a POST is invalid, which Atlas or a gateway can send. */
function isTokenChallenge(exchange: Exchange): boolean {
  return isUncodedRefusal(exchange) && /\bbearer\b/i.test(exchange.challenge ?? '')
}

/**
 * True if nothing shows that the response is from Atlas: a proxy's page, a challenge from a cache, or a token of a POST
 * that was rejected without a challenge or code. A page with 429 is like a 503.
 */
export function isStray(exchange: Exchange): boolean {
  const { fault, status = 0 } = exchange
  if (isTokenChallenge(exchange)) return false
  const name = fault?.replace('-executed', '')
  const isForeign = (name === 'page' || name === 'repeat-nonce') && status >= 400 && status !== 429
  return isForeign || isUncodedRefusal(exchange)
}

/** True if the step itself can see that the POST might have been executed. */
export function isVisiblyOpen(exchange: Exchange): boolean {
  const { signed, error, fault, status = 0, body } = exchange
  if (!signed) return false
  if (isTokenChallenge(exchange)) return true
  const isPage429 = status === 429 && fault?.startsWith('page') === true
  const isUnusable = status === 200 && !/"id":"[0-9a-f]{24}"/.test(body)
  return error === 'OutcomeUnknownError' || status >= 500 || status === 408 || isPage429 || isUnusable
}

/** Finds a POST after a response that contained another snapshot or wasn't from Atlas. */
export function findPostAfterMismatch(run: Run): string | undefined {
  const { posts } = run
  const place = posts.findIndex((post) => isMismatch(post, run) || isStray(post))
  const next = place < 0 ? undefined : posts[place + 1]
  return next && `POST #${next.index} followed POST #${posts[place]?.index}, whose response was untrusted`
}

/** Finds a POST that was sent while the snapshot behind a conflict was in progress. */
export function findPostDuringConflict(run: ListedRun): string | undefined {
  const { epoch, posts } = run
  const unexplained = findPostAfterUnexplained(run)
  if (unexplained !== undefined) return unexplained
  for (const [place, post] of posts.entries()) {
    const next = posts[place + 1]
    if (next === undefined || !isConflict(post)) continue
    // The last read of the lists for this conflict, before any other problem. An older list can show more.
    const until = run.exchanges.find(({ operation, index }) => operation === 'create' && index > post.index)
    const listing = run.complete.findLast(
      ({ first, last }) => first.index > post.index && last.index < (until?.index ?? next.index),
    )
    const other = listing?.entries.find(isOtherInProgress)?.record
    // A 404 means that the snapshot was deleted.
    const isGone = run.exchanges.some(
      ({ operation, status, index }) =>
        operation === 'get' && status === 404 && index > post.index && index < next.index,
    )
    if (other === undefined || other.deleted || isGone) continue
    const earlyMs = other.endsAt - epoch - next.sentAt
    // A snapshot that another client created during the wait is only in the last list before the POST.
    const isExplained = other.takenAt <= epoch + (post.arrivedAt ?? post.sentAt)
    if (isExplained && earlyMs > 1)
      return `POST #${next.index} was sent ${earlyMs} ms before the conflicting snapshot ${other.id} ended`
  }
  return undefined
}

/** True for an on-demand snapshot of another client. */
function isOther({ record }: ListedSnapshot): boolean {
  return record.takenBy === 'other' && record.snapshotType === 'onDemand'
}

function isOtherInProgress(entry: ListedSnapshot): boolean {
  return isOther(entry) && !hasEnded(entry.status)
}

/** How long a snapshot that ended explains a conflict, with a margin for lists that must be read again. */
const EXPLAINS_MS = 150_000

/** Finds a POST after a conflict that can be with the step's own snapshot. Without an earlier list, one is allowed. */
function findPostAfterUnexplained(run: ListedRun): string | undefined {
  const { posts, complete } = run
  let unexplainedAt: number | undefined
  for (const [place, post] of posts.entries()) {
    const next = posts[place + 1]
    if (next === undefined || post.status !== 400) continue
    const earlier = complete.filter(({ last }) => last.index < post.index)
    const ended = earlier
      .filter(({ last }) => last.sentAt < post.sentAt - EXPLAINS_MS)
      .flatMap(({ entries }) => entries.filter(({ status }) => hasEnded(status)))
      .map(({ record }) => record)
    const since = run.listings.filter(
      ({ first, last }) => first.index > post.index && last.index < next.index,
    )
    // After an open POST, only a later list shows whether the snapshot that ended explains the conflict.
    const open = posts.slice(0, place).findLast(isVisiblyOpen)
    const openIndex = open?.index ?? -1
    const recent = earlier.filter(({ first }) => first.index > openIndex)
    // The end counts if no list before the POST showed it, or if the step saw it, after the last open POST.
    const isRecentEnd = ({ record }: ListedSnapshot) => {
      const end = findEnd(run, record)
      if (end.index > post.index) return true
      // Or if it was first shown after an earlier conflict.
      const isExplanation = posts.some(
        ({ status, index }) => status === 400 && index > openIndex && index < end.index,
      )
      return (end.wasOpen || isExplanation) && end.index > openIndex
    }
    const isEnd = (entry: ListedSnapshot) =>
      isOther(entry) &&
      hasEnded(entry.status) &&
      !ended.includes(entry.record) &&
      (open === undefined || isRecentEnd(entry))
    const isExplained =
      since.some(({ entries }) => entries.some((entry) => isEnd(entry) || isOtherInProgress(entry))) ||
      recent.some(({ entries }) => entries.some(isEnd))
    if (isExplained) unexplainedAt = undefined
    if (isExplained || earlier.length === 0) continue
    unexplainedAt ??= next.sentAt
    // If no POST might have been executed, Atlas can still reject one after the end of another snapshot.
    const isEarly = (post.endedAt ?? post.sentAt) - unexplainedAt < EXPLAINS_MS
    if (!isEarly || open !== undefined)
      return `POST #${next.index} followed the conflict #${post.index}, which no other snapshot explains`
  }
  return undefined
}

/** Finds a step with `on-conflict: fail` that continued after a conflict with a snapshot that can't be its own. */
export function findIgnoredConflict(run: Run): string | undefined {
  const { posts, scenario } = run
  if (scenario.options.onConflict !== 'fail') return undefined
  const place = posts.findIndex(isConflict)
  const conflict = posts[place]
  if (conflict === undefined || posts.slice(0, place).some(isOpen)) return undefined
  const more = posts.length - place - 1
  if (more > 0) return `${more} POSTs followed the conflict #${conflict.index}`
  return run.ending.kind === 'success'
    ? `the step succeeded after the conflict #${conflict.index}`
    : undefined
}

const SHORTEST_POLL_MS = 3_600
/** The last read before the timeout. */
export const LAST_READ_LEAD_MS = 2_000

/** When the lists are read again after a POST with an unknown outcome, in milliseconds. */
export const LIST_CONSISTENCY_DELAY_MS = 5_000

/** Finds a read of both lists right after another one, in a run without faults, although nothing was sent in between. */
export function findNeedlessListing({ exchanges, complete, scenario }: ListedRun): string | undefined {
  const { pollIntervalMs = SHORTEST_POLL_MS, timeoutMs } = scenario.options
  // Lists with several pages can change while they are read. After a POST that might have been executed, they are read
  // twice. The kind of the cluster can stay unknown.
  const mayRepeat = exchanges.some(
    (exchange) =>
      exchange.fault !== undefined ||
      isLaterPage(exchange) ||
      (exchange.operation === 'create' && (isVisiblyOpen(exchange) || isStray(exchange))) ||
      (exchange.operation === 'cluster' && exchange.status !== 200),
  )
  if (mayRepeat) return undefined
  for (const [place, { first }] of complete.entries()) {
    const last = complete[place - 1]?.last
    if (last === undefined || first.sentAt >= timeoutMs - LAST_READ_LEAD_MS - 1) continue
    // A POST might have failed because there was no token.
    const hasRequest = exchanges
      .slice(last.index + 1, first.index)
      .some(({ operation, signed }) => operation === 'create' || (signed && !operation.startsWith('list')))
    const gapMs = first.sentAt - (last.endedAt ?? last.sentAt)
    if (gapMs < pollIntervalMs - 1 && !hasRequest)
      return `the lists were read at #${first.index} again, ${gapMs} ms after #${last.index}`
  }
  return undefined
}
