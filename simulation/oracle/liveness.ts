import type { SnapshotRecord } from '../../emulator/atlas.js'
import { LIST_CONSISTENCY_DELAY_MS } from '../assumption.js'
import type { Exchange } from '../exchange.js'
import { faults } from '../faults.js'
import { ownSnapshots } from '../reports.js'
import type { Run } from '../run-step.js'
import type { ListedRun } from './listings.js'
import { isInDoubt, isMismatch, isRefused, isShown, isStray, isVisiblyOpen, recognize } from './posts.js'

/**
 * Finds a step that failed by its own decision without a cause (docs/architecture.md), or that timed out although it had
 * enough time after the last disturbance, and none of the limits in docs/reliability.md applies.
 */
export function findNeedlessFailure(run: ListedRun): string | undefined {
  const { ending, canceledAt, endedAt, scenario } = run
  if (ending.status === 'fulfilled' || canceledAt !== undefined) return undefined
  const isNeedless = endedAt >= scenario.options.timeoutMs - 1 ? !mayTimeOut(run) : !mayFail(run)
  return isNeedless ? String(ending.reason) : undefined
}

/** True if a response or the state of Atlas must end the step before its timeout. */
function mayFail(run: ListedRun): boolean {
  // Without Atlas's usual responses to requests without credentials.
  const exchanges = run.exchanges.filter(
    ({ operation, signed, status, fault }) =>
      operation !== 'revoke' && (signed || status !== 401 || fault !== undefined),
  )
  // A read of the cluster can follow, to explain the error. The last two can be a challenge and the answer to it.
  const end = exchanges.findLastIndex(({ operation }) => operation !== 'cluster') + 1
  const last = [...exchanges.slice(Math.max(0, end - 2), end), ...exchanges.slice(-1)]
  return (
    last.some((exchange) => isFinal(exchange, run)) ||
    isRejectedTwice(exchanges) ||
    isFinalPost(run) ||
    hasLongOutage(run, exchanges) ||
    isUnusable(run)
  )
}

/** True if a token was rejected, and so was the next one. */
function isRejectedTwice(exchanges: readonly Exchange[]): boolean {
  const last = exchanges.filter(({ operation }) => operation !== 'token').slice(-2)
  return last.length === 2 && last.every(({ scheme, status }) => scheme === 'bearer' && status === 401)
}

/** True for a response that ends the step. */
function isFinal(exchange: Exchange, run: Run): boolean {
  const { fault, operation, status = 0, scheme, index } = exchange
  if (status === 404 && operation === 'get') return isLost(exchange, run)
  if (fault === undefined) return false
  // The step answers the digest challenge of a gateway, which makes its key seem wrong.
  if (fault.startsWith('page') && status === 401 && scheme !== 'bearer') return true
  // A page in response to the first request, to a POST, or instead of a token means a wrong address.
  if (isStray(exchange)) return operation === 'create' || operation === 'token' || isEarly(index, run)
  return fault === 'token-rejected' || faults[fault].outcome === 'fatal'
}

function isEarly(index: number, { posts }: Run): boolean {
  return !posts.some((post) => post.index < index)
}

/** True if the last POST can't be repeated, because of its response or of the time that it requires. */
function isFinalPost(run: ListedRun): boolean {
  const { observed, scenario, exchanges } = run
  const { timeoutMs, onConflict } = scenario.options
  const post = exchanges.findLast(({ operation }) => operation === 'create')
  const isTooLate = [post, exchanges.findLast(({ operation }) => operation === 'token')].some(
    (last) => last !== undefined && endOfFault(last) >= timeoutMs,
  )
  if (post === undefined || observed.length > 0) return isTooLate
  if (isFindable(run, post)) return false
  return isTooLate || isStray(post) || isMismatch(post, run) || (onConflict === 'fail' && isRefused(post))
}

/** True if the step would find its snapshot in the lists, which it has to read after this POST, and could. */
function isFindable(run: ListedRun, post: Exchange): boolean {
  const { index, endedAt = run.endedAt } = post
  if (!isVisiblyOpen(post) && !isRefused(post)) return false
  // After a conflict, the lists are read again only in doubt.
  const delayMs = isRefused(post) && !isInDoubt(run, post) ? 0 : LIST_CONSISTENCY_DELAY_MS
  const isReadable = !run.exchanges
    .slice(index + 1)
    .some(({ fault, signed, status }) => fault !== undefined || (signed && status !== 200))
  const isListed = (own: SnapshotRecord) =>
    isShown(own, endedAt + delayMs, run) && recognize(own.description, run) === 'own'
  return isReadable && run.knowsKind && ownSnapshots(run).some(isListed)
}

/** True for a request that is sent again at once, with other credentials or on another connection. */
function isSentAgain({ fault, status }: Exchange): boolean {
  return status === 401 || fault === 'closed'
}

/** The step retries a 404 for its own snapshot for 60 s, from the first one in a row, less a margin. */
const NOT_FOUND_GRACE_MS = 50_000

/** True for a 404 for another snapshot, or for the step's own after a minute of them. */
function isLost({ index, target, sentAt, endedAt = sentAt, errorCode }: Exchange, run: Run): boolean {
  if (run.observed[0]?.created !== true || errorCode === 'CLUSTER_NOT_FOUND') return true
  const reads = run.exchanges.filter(
    (one) => one.operation === 'get' && one.target === target && one.index <= index && !isSentAgain(one),
  )
  const found = reads.findLastIndex(({ status }) => status !== 404)
  return endedAt - (reads[found + 1]?.sentAt ?? sentAt) >= NOT_FOUND_GRACE_MS
}

const MIN_FAILURES = 5
/** The step gives up after 5 minutes of failures, less a margin for the last retry. */
const SHORTEST_OUTAGE_MS = 240_000

/**
 * True if POSTs or reads have failed for five minutes. Lists that are read between two POSTs do not end their outage, and
 * only a complete read ends one of reads. A step that waits for its snapshot has no such limit.
 */
function hasLongOutage(run: ListedRun, exchanges: readonly Exchange[]): boolean {
  const { listings, observed, scenario } = run
  const since = (isEnd: (exchange: Exchange) => boolean) =>
    exchanges.slice(exchanges.findLastIndex(isEnd) + 1)
  const posts = since((post) => post.operation === 'create' && isRefused(post)).filter(
    ({ operation, fault }) => (operation === 'create' || operation === 'token') && fault !== undefined,
  )
  const lastPages = new Set(listings.map(({ last }) => last))
  const isComplete = ({ operation, index, status, fault }: Exchange) => {
    if (!operation.startsWith('get') || status !== 200 || fault !== undefined) return false
    const later = exchanges.filter((one) => one.index > index && one.operation !== 'token')
    const next = later.findIndex(({ operation }) => !operation.endsWith('-sharded'))
    // A read of a snapshot can go on with requests about its sharded form.
    return (next < 0 ? later : later.slice(0, next)).at(-1)?.fault === undefined
  }
  const reads = since((read) => lastPages.has(read) || isComplete(read)).filter(
    ({ operation, fault }) => operation.startsWith('list') || (operation !== 'create' && fault !== undefined),
  )
  // A read is sent again on another connection, so this is no outage.
  const hasOnlyClosed = reads.every(({ fault }) => fault === undefined || fault === 'closed')
  const isWaiting = scenario.options.wait && observed.length > 0
  const isLasting = (failures: readonly Exchange[]) =>
    failures.length >= MIN_FAILURES &&
    (failures.at(-1)?.endedAt ?? 0) - (failures[0]?.sentAt ?? 0) >= SHORTEST_OUTAGE_MS
  return !isWaiting && (isLasting(posts) || (isLasting(reads) && !hasOnlyClosed))
}

/** True if the snapshot failed, or is a part of another one. */
function isUnusable({ observed, records, scenario }: ListedRun): boolean {
  const id = observed.at(-1)?.snapshot.id ?? scenario.options.snapshotId
  const record = records.find((one) => one.id === id)
  return id !== undefined && (record === undefined || record.status === 'failed')
}

/** The longest pause before another POST, and until the next status check. */
const BACKOFF_S = 180
/** Time after the last fault for backoff, a rate limit, and the next status check. */
const AMPLE_TIME_MS = 600_000

/** True if there was too little time after the last fault, or if a limit of docs/reliability.md applies. */
function mayTimeOut(run: ListedRun): boolean {
  const { scenario, exchanges } = run
  const { options, atlas, concurrent } = scenario
  const { secondsToCompleted = 0, conflictLagSeconds = 0 } = atlas
  const disturbed = exchanges.filter(({ fault }) => fault !== undefined && fault !== 'closed')
  const lastFaultAt = Math.max(0, ...disturbed.map(endOfFault))
  const turnMs = (secondsToCompleted * 1.5 + conflictLagSeconds + BACKOFF_S) * 1000
  const neededMs = (concurrent.length + 2) * turnMs + AMPLE_TIME_MS
  return options.timeoutMs - lastFaultAt < neededMs || isStuckInDoubt(run) || isUnidentified(run)
}

/** No read waits longer, whatever `Retry-After` says. */
const MAX_READ_PAUSE_S = 120

/** When the step can continue after a fault. */
function endOfFault({ endedAt, sentAt, operation, retryAfter = 0 }: Exchange): number {
  const isRead = operation !== 'create' && operation !== 'token'
  return (endedAt ?? sentAt) + (isRead ? Math.min(retryAfter, MAX_READ_PAUSE_S) : retryAfter) * 1000
}

/** How long a conflict in doubt can be an echo, less a margin. */
const ECHO_MS = 55_000

/** "Conflicts in doubt": no list showed a snapshot in progress, and the last conflict came too late after an end for an echo. */
function isStuckInDoubt(run: ListedRun): boolean {
  const last = run.posts.findLast(isRefused)
  if (last === undefined || !isInDoubt(run, last)) return false
  if (!run.knowsKind) return true
  if (run.listings.some(({ showsUnfinished }) => showsUnfinished)) return false
  const end = run.exchanges.findLast(
    ({ operation, json: { status } }) =>
      operation.startsWith('get') && (status === 'completed' || status === 'failed'),
  )?.endedAt
  const listing = run.listings.find(({ first }) => first.index > last.index)
  return end === undefined || (listing?.last.endedAt ?? Number.POSITIVE_INFINITY) - end >= ECHO_MS
}

/** "Changed descriptions", and "Cluster that can't be read": lists show the tag, but not in a whole snapshot. */
function isUnidentified(run: ListedRun): boolean {
  const isTagged = ownSnapshots(run).some(({ description }) => recognize(description, run) === 'tagged')
  return run.tagPage !== undefined && (isTagged || !run.knowsKind)
}
