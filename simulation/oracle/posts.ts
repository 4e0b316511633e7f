import type { OperationKind } from '../../emulator/routes.js'
import { LIST_DELAY_MS, MAX_HIDDEN_MS } from '../assumption.js'
import type { Exchange } from '../exchange.js'
import { faults } from '../faults.js'
import type { Run } from '../run-step.js'
import type { ListedRun } from './listings.js'

/** True if the POST was rejected because of another snapshot, perhaps one that a fault pretends. */
function isRefused({ status, errorCode }: Exchange): boolean {
  return status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT'
}

/** True if the response to a POST contains a snapshot without the tag. */
function isMismatch({ operation, json: { id, description } }: Exchange, { tag }: Run): boolean {
  return operation === 'create' && typeof id === 'string' && !String(description).includes(tag)
}

/**
 * True if the step itself can see that the POST might have been executed, and can look for its snapshot. What a response
 * means is taken from its fault.
 */
function isVisiblyOpen(exchange: Exchange): boolean {
  const { signed, failure, fault, status, body } = exchange
  if (!signed || failure === 'unknown') return signed
  const outcome = fault && faults[fault].outcome
  const isUsable = status === 200 && /"id":"[0-9a-f]{24}"/.test(body)
  const isOpen = outcome === 'open' || outcome === 'lost'
  return isOpen && failure === undefined && !isUsable
}

/** True if the POST might have been executed, as far as the step can see. */
export function isOpen(post: Exchange, run: Run): boolean {
  const isRedirect = post.fault?.startsWith('redirect') === true
  return isVisiblyOpen(post) || isRedirect || isMismatch(post, run)
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

/**
 * Finds a POST after a conflict, while the list shows another snapshot in progress. If a POST might have been executed, the list
 * might hide the step's own snapshot for ten minutes from the first conflict after it, unless a list after it has shown another
 * one in progress.
 */
export function findPostDuringConflict(run: ListedRun): string | undefined {
  const { exchanges, listings, posts } = run
  for (const post of posts.filter(isRefused)) {
    const next = exchanges.find(({ operation, index }) => operation === 'create' && index > post.index)
    if (next === undefined) continue
    const between = (from: number) =>
      listings.filter(({ first, last }) => first.index > from && last.index < next.index)
    if (between(post.index).at(-1)?.showsUnfinished)
      return `POST #${next.index} was sent while the list showed another snapshot in progress`
    const open = posts.findLast((one) => one.index < post.index && isOpen(one, run))
    if (open === undefined || between(open.index).some(({ showsInProgress }) => showsInProgress)) continue
    const conflict = posts.find((one) => one.index > open.index && isRefused(one))
    if (next.sentAt < (conflict?.endedAt ?? 0) + MAX_HIDDEN_MS)
      return `POST #${next.index} followed the conflict #${post.index}, although the list might hide its reason`
  }
  return undefined
}

/** The longest time between a read of the list and the next POST, in which a request for a token can be slow. */
const MAX_GAP_MS = 180_000
const SLACK_MS = 1

/**
 * Finds a POST without the read of the whole list that its predecessor requires: one that begins 5 s later if the
 * predecessor might have been executed. With `reuse-within-minutes`, the first POST requires a read, too.
 */
export function findBlindPost({ exchanges, listings, scenario }: ListedRun): string | undefined {
  const creates = exchanges.filter(({ operation }) => operation === 'create')
  const [first] = creates
  const isRead = listings.some(({ last }) => first !== undefined && last.index < first.index)
  if (first !== undefined && scenario.options.reuseWithinMs !== undefined && !isRead)
    return 'no read of the list before the first POST'
  for (const [place, post] of creates.entries()) {
    const before = creates[place - 1]
    if (before === undefined || isSentAgain(before, post, exchanges)) continue
    const look = listings.findLast(({ first, last }) => first.index > before.index && last.index < post.index)
    if (look === undefined)
      return `no read of the whole list between POST #${before.index} and POST #${post.index}`
    const laterMs = (before.endedAt ?? 0) + LIST_DELAY_MS - SLACK_MS
    if (isVisiblyOpen(before) && look.first.sentAt < laterMs)
      return `no read of the list 5 s after POST #${before.index}`
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

const LAST_READ_LEAD_MS = 2_000
const STARTS: readonly OperationKind[] = ['create', 'list', 'list-sharded']

/** Finds a POST or a read of the list that starts in the last 2 s. The first request of a step can. */
export function findLateStart({ exchanges, scenario }: Run): string | undefined {
  const lastReadAt = scenario.options.timeoutMs - LAST_READ_LEAD_MS + SLACK_MS
  const late = exchanges.find(({ operation, sentAt }, place) => {
    const before = exchanges[place - 1]
    // The same POST or read: a page, or what it needed first.
    const isContinued =
      before === undefined ||
      (before.endedAt === sentAt && [operation, 'cluster', 'token'].includes(before.operation))
    return sentAt > lastReadAt && STARTS.includes(operation) && !isContinued
  })
  return late && `${late.operation} #${late.index}`
}
