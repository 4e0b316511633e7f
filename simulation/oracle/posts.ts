import type { Exchange } from '../exchange.js'
import { faults } from '../faults.js'
import type { Run } from '../run-step.js'
import type { ListedRun, Listing } from './listings.js'

/** True if the POST was rejected because of another snapshot, perhaps one that a fault pretends. */
function isRefused({ status, errorCode }: Exchange): boolean {
  return status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT'
}

/** True if the response to a POST contains a snapshot without the tag. */
function isMismatch({ operation, json: { id, description } }: Exchange, { tag }: Run): boolean {
  return operation === 'create' && typeof id === 'string' && !String(description).includes(tag)
}

/** True if the POST might have been executed, as far as the step can see. What a response means is taken from its fault. */
export function isOpen(post: Exchange, run: Run): boolean {
  const { signed, failure, fault, status, body } = post
  if (!signed || failure === 'unknown') return signed
  if (fault?.startsWith('redirect') || fault === 'certificate' || isMismatch(post, run)) return true
  const outcome = fault && faults[fault].outcome
  const isUsable = status === 200 && /"id":"[0-9a-f]{24}"/.test(body)
  return (outcome === 'open' || outcome === 'lost') && failure === undefined && !isUsable
}

/** Finds a POST after a response that contained another snapshot or wasn't from Atlas. */
export function findPostAfterMismatch(run: Run): string | undefined {
  const { posts } = run
  const isUntrusted = (post: Exchange) =>
    isMismatch(post, run) || post.isForeign || (post.fault && faults[post.fault].recovery === undefined)
  const place = posts.findIndex(isUntrusted)
  const next = place < 0 ? undefined : posts[place + 1]
  return next && `POST #${next.index} followed POST #${posts[place]?.index}, whose response was untrusted`
}

/** Finds a POST that follows a list with another snapshot in progress, although the step waits for it. */
export function findPostDuringConflict({ exchanges, listings, scenario }: ListedRun): string | undefined {
  if (scenario.options.onConflict === 'fail') return undefined
  for (const post of exchanges.filter(({ operation }) => operation === 'create'))
    if (listings.findLast(({ last }) => last.index < post.index)?.showsInProgress)
      return `POST #${post.index} was sent while the list showed another snapshot in progress`
  return undefined
}

/** How long an outage is retried. Not taken from what it checks. */
const OUTAGE_MS = 300_000

/** Finds a POST after too long an outage, which another failure ends, or a wait for another snapshot. */
export function findEndlessOutage(run: ListedRun): string | undefined {
  const { listings, posts, scenario } = run
  let since: number | undefined
  for (const [place, post] of posts.entries()) {
    const waits = ({ last, showsInProgress }: Listing) =>
      showsInProgress && last.index > (posts[place - 1]?.index ?? 0) && last.index < post.index
    if (scenario.options.onConflict === 'wait' && listings.some(waits)) since = undefined
    if (!isOpen(post, run) && post.failure === undefined) {
      since = undefined
      continue
    }
    const { endedAt = 0 } = post
    since ??= endedAt
    const next = posts[place + 1]
    if (next !== undefined && endedAt >= since + OUTAGE_MS)
      return `POST #${next.index} followed POST #${post.index} after too long an outage`
  }
  return undefined
}

/** How late a list is assumed to be at most, which each pause lasts at least. Not taken from what it checks. */
export const PAUSE_MS = 5_000
/** The longest time between a read of the list and the next POST, in which a request for a token can be slow. */
const MAX_GAP_MS = 180_000
const SLACK_MS = 1

/**
 * Finds a POST without a pause after its predecessor, or without the read of the whole list that the previous ones require: if
 * one might have been executed, and after a conflict. With `reuse-within-minutes`, each POST requires a read.
 */
export function findBlindPost(run: ListedRun): string | undefined {
  const { exchanges, listings, scenario } = run
  const creates = exchanges.filter(({ operation }) => operation === 'create')
  const isReusing = scenario.options.reuseWithinMs !== undefined
  for (const [place, post] of creates.entries()) {
    const before = creates[place - 1]
    if (before !== undefined) {
      if (isSentAgain(before, post, exchanges)) continue
      // A rejected token is replaced at once.
      const next = exchanges.slice(before.index + 1).find(({ operation }) => operation !== 'token')
      if (next !== undefined && next.sentAt < (before.endedAt ?? 0) + PAUSE_MS - SLACK_MS)
        return `no pause of 5 s after POST #${before.index}`
    }
    const isNeeded =
      before !== undefined && (isRefused(before) || creates.slice(0, place).some((one) => isOpen(one, run)))
    if (!isNeeded && !isReusing) continue
    const after = before?.index ?? -1
    const look = listings.findLast(({ first, last }) => first.index > after && last.index < post.index)
    if (look === undefined) return `no read of the whole list between POST #${after} and POST #${post.index}`
    if (!isAtOnce(look.last, post, exchanges))
      return `POST #${post.index} was not sent right after the list was read`
  }
  return undefined
}

/** True if nothing but requests for a token is between an exchange and the next POST. */
function isAtOnce(before: Exchange, post: Exchange, exchanges: readonly Exchange[]): boolean {
  const between = exchanges.slice(before.index + 1, post.index)
  const isSlow = between.length > 0 && between.every(({ operation }) => operation === 'token')
  return post.sentAt - (before.endedAt ?? 0) <= (isSlow ? MAX_GAP_MS : SLACK_MS)
}

/** True if Atlas rejected the credentials of a POST, and the step sent it again at once. */
function isSentAgain(before: Exchange, post: Exchange, exchanges: readonly Exchange[]): boolean {
  const isRejected = before.status === 401 && !(before.signed && before.isForeign)
  return isRejected && isAtOnce(before, post, exchanges)
}
