import { LIST_CONSISTENCY_DELAY_MS } from '../assumption.js'
import { type Exchange, failed } from '../exchange.js'
import type { ListedRun, Listing } from './listings.js'
import { isMismatch, isStray, isVisiblyOpen } from './posts.js'

/** The longest time between a read of the lists and the next POST, in which a POST can be slow. */
const MAX_GAP_MS = 180_000
const SLACK_MS = 1

/**
 * Finds a POST without the complete read of the lists that its predecessor requires: one that begins 5 s later if the
 * predecessor might have been executed. Also finds a step that gives up without it.
 */
export function findBlindPost(run: ListedRun): string | undefined {
  const creates = run.exchanges.filter(({ operation }) => operation === 'create')
  for (const [place, post] of creates.entries()) {
    const before = creates[place - 1]
    if (before === undefined || isSentAgain(before)) continue
    const since = run.complete.filter(
      ({ first, last }) => first.index > before.index && last.index < post.index,
    )
    const missing = findMissingLook(before, since)
    if (missing !== undefined) return `${missing} between POST #${before.index} and POST #${post.index}`
    const last = since.at(-1)?.last
    const ageMs = post.sentAt - (last?.endedAt ?? 0)
    // Only a request for a token can be in between.
    const between = run.exchanges.slice((last?.index ?? 0) + 1, post.index)
    const isSlow = between.length > 0 && between.every(({ operation }) => operation === 'token')
    const maxMs = isSlow ? MAX_GAP_MS : LIST_CONSISTENCY_DELAY_MS + SLACK_MS
    if (ageMs > maxMs) return `POST #${post.index} was sent ${ageMs} ms after the lists were read`
    const { tagPage } = run
    if (tagPage !== undefined && tagPage.index < post.index)
      return `POST #${post.index} followed #${tagPage.index}, which showed the tag`
  }
  return findHastyEnd(run, creates)
}

/** True for a request that Atlas rejected because of its credentials, which is then sent again. */
function isSentAgain(post: Exchange): boolean {
  return post.status === 401 && !isVisiblyOpen(post) && !(post.signed && isStray(post))
}

function findMissingLook(post: Exchange, since: readonly Listing[]): string | undefined {
  const [first] = since
  if (first === undefined) return 'no complete read of the lists'
  if (!isVisiblyOpen(post)) return undefined
  const laterMs = (post.endedAt ?? 0) + LIST_CONSISTENCY_DELAY_MS - SLACK_MS
  return since.some((look) => look.first.sentAt >= laterMs) ? undefined : 'no read of the lists after 5 s'
}

/** Finds a step that failed by its own decision after a POST that might have been executed, without a read after 5 s. */
function findHastyEnd(run: ListedRun, creates: readonly Exchange[]): string | undefined {
  const { ending, canceledAt, endedAt, scenario, exchanges } = run
  const post = creates.at(-1)
  if (ending.kind === 'success' || canceledAt !== undefined || post === undefined) return undefined
  const { timeoutMs } = scenario.options
  if (endedAt >= timeoutMs - SLACK_MS) return undefined
  // There was no time for the second one.
  if ((post.endedAt ?? endedAt) + LIST_CONSISTENCY_DELAY_MS > timeoutMs - SLACK_MS) return undefined
  if (!isVisiblyOpen(post) && !isMismatch(post, run) && !isStray(post)) return undefined
  if (!post.signed || exchanges.slice(post.index + 1).some(failed)) return undefined
  const since = run.listings.filter(({ first }) => first.index > post.index)
  if (since.some(({ first }) => first.sentAt >= (post.endedAt ?? 0) + LIST_CONSISTENCY_DELAY_MS - SLACK_MS))
    return undefined
  return run.tagPage !== undefined || since.some(({ isComplete }) => !isComplete)
    ? undefined
    : `it gave up after ${since.length} reads of the lists, although POST #${post.index} might have been executed`
}
