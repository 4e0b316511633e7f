import type { SnapshotRecord } from '../../emulator/atlas.js'
import { LIST_CONSISTENCY_DELAY_MS } from '../assumption.js'
import type { Exchange } from '../exchange.js'
import { faults } from '../faults.js'
import type { Run } from '../run-step.js'
import type { ListedRun } from './listings.js'

/** True if the POST was rejected because of another snapshot, perhaps one that a fault pretends. */
export function isRefused({ status, errorCode }: Exchange): boolean {
  return status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT'
}

/** True if the POST might have been executed. */
export function isOpen(post: Exchange): boolean {
  const outcome = post.fault && faults[post.fault].outcome
  const isDoubled = outcome === 'doubled' && post.status !== 200
  return isVisiblyOpen(post) || isDoubled || ['open', 'lost', 'late'].includes(outcome ?? '')
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
export function isStray({ fault, status = 0, isAnonymous = false }: Exchange): boolean {
  // A rate limit means the same from anyone.
  return (
    status >= 400 &&
    status < 500 &&
    status !== 429 &&
    (isAnonymous || fault?.startsWith('repeat-nonce') === true)
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

/**
 * Finds a POST after a conflict, while the snapshot that caused it is still in progress and the lists show it. In doubt, the
 * step's own snapshot can be the cause, unless the end of another one explains the conflict.
 */
export function findPostDuringConflict(run: ListedRun): string | undefined {
  const { epoch, exchanges, posts, records } = run
  for (const post of posts.filter((one) => isRefused(one) && one.fault === undefined)) {
    const next = exchanges.find(({ operation, index }) => operation === 'create' && index > post.index)
    const at = epoch + (post.arrivedAt ?? 0)
    const cause = records.find(
      ({ snapshotType, takenAt, endsAt }) => snapshotType === 'onDemand' && takenAt <= at && at < endsAt,
    )
    if (next === undefined) continue
    const mustSearch = isInDoubt(run, post) && !hasOtherEnded(run, next) && !hidesNothing(run, next)
    if (cause === undefined && run.knowsKind && mustSearch)
      return `POST #${next.index} followed the conflict #${post.index} in doubt, long after another snapshot`
    if (cause === undefined || next.sentAt + epoch > cause.endsAt - 1) continue
    // A 404 for it means that it was deleted.
    const isGone = exchanges.some(
      ({ target, status, index }) => target.endsWith(cause.id) && status === 404 && index < next.index,
    )
    const isForbidden =
      cause.takenBy === 'request'
        ? mustSearch
        : run.knowsKind && isShown(cause, post.endedAt ?? 0, run) && !cause.deleted && !isGone
    if (isForbidden)
      return `POST #${next.index} was sent while the conflicting snapshot ${cause.id} was in progress`
  }
  return undefined
}

/** True if the lists had shown a snapshot in progress by then, so they hide none. */
export function hidesNothing({ listings }: ListedRun, { index }: Exchange): boolean {
  return listings.some(({ last, showsUnfinished }) => last.index < index && showsUnfinished)
}

/** How long after an end a step in doubt can send a POST, because its own snapshot can't have ended so soon. */
const ECHO_MS = 60_000
/** The longest interval between two reads without `poll-interval-seconds`, and a slow request. */
const USUAL_INTERVAL_MS = 20_000
const SLOW_REQUEST_MS = 30_000

/** True if a snapshot of another client ended at most a minute before this POST, as far as the step could see. */
function hasOtherEnded({ epoch, exchanges, records, scenario }: Run, next: Exchange): boolean {
  const { options, suspension } = scenario
  const seenLateMs = (options.pollIntervalMs ?? USUAL_INTERVAL_MS) + SLOW_REQUEST_MS
  return records.filter(isOther).some(({ endsAt, deleted }) => {
    const endedAt = endsAt - epoch
    const isDelayed = exchanges.some(
      ({ operation, sentAt, index, fault, status }) =>
        operation !== 'create' &&
        sentAt > endedAt &&
        index < next.index &&
        (fault !== undefined || status === 429),
    )
    const isRecent = next.sentAt - endedAt < ECHO_MS + seenLateMs || isDelayed || suspension !== undefined
    return deleted || (endedAt > 0 && endedAt <= next.sentAt && isRecent)
  })
}

/** True for an on-demand snapshot of another client. */
function isOther({ takenBy, snapshotType }: SnapshotRecord): boolean {
  return takenBy === 'other' && snapshotType === 'onDemand'
}

/** True if the lists show a snapshot at this time. */
export function isShown({ takenAt }: SnapshotRecord, atMs: number, { epoch, scenario }: Run): boolean {
  const { lagSeconds = 0, hidesUnfinished = false } = scenario.atlas.list ?? {}
  return !hidesUnfinished && takenAt + lagSeconds * 1000 <= epoch + atMs
}

/** The longest time between a read of the lists and the next POST, in which a request for a token can be slow. */
const MAX_GAP_MS = 180_000
const SLACK_MS = 1

/**
 * Finds a POST without the complete read of the lists that its predecessor requires: one that begins 5 s later if the
 * predecessor might have been executed.
 */
export function findBlindPost({ exchanges, listings, tagPage }: ListedRun): string | undefined {
  const creates = exchanges.filter(({ operation }) => operation === 'create')
  for (const [place, post] of creates.entries()) {
    const before = creates[place - 1]
    if (before === undefined || isSentAgain(before)) continue
    const looks = listings.filter(({ first, last }) => first.index > before.index && last.index < post.index)
    const last = looks.at(-1)?.last
    if (last === undefined)
      return `no complete read of the lists between POST #${before.index} and POST #${post.index}`
    const laterMs = (before.endedAt ?? 0) + LIST_CONSISTENCY_DELAY_MS - SLACK_MS
    if (isVisiblyOpen(before) && !looks.some(({ first }) => first.sentAt >= laterMs))
      return `no read of the lists 5 s after POST #${before.index}`
    const ageMs = post.sentAt - (last.endedAt ?? 0)
    const between = exchanges.slice(last.index + 1, post.index)
    const isSlow = between.length > 0 && between.every(({ operation }) => operation === 'token')
    if (ageMs > (isSlow ? MAX_GAP_MS : LIST_CONSISTENCY_DELAY_MS + SLACK_MS))
      return `POST #${post.index} was sent ${ageMs} ms after the lists were read`
    if (tagPage !== undefined && tagPage.index < post.index)
      return `POST #${post.index} followed #${tagPage.index}, which showed the tag`
  }
  return undefined
}

/** True for a request that Atlas rejected because of its credentials, which is then sent again. */
function isSentAgain(post: Exchange): boolean {
  return post.status === 401 && !isVisiblyOpen(post) && !(post.signed && isStray(post))
}
