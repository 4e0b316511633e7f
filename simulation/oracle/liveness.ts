import type { Exchange } from '../exchange.js'
import { ownSnapshots } from '../expectations.js'
import { faults } from '../faults.js'
import type { Run } from '../run-step.js'
import { findLastEnd, isLaterPage, type ListedRun } from './listings.js'
import { isConflict, isInDoubt, isMismatch, isRefused, isStray, recognize } from './posts.js'

/** Outage limit for network errors and 5xx while there is no snapshot, less a margin for the last retry. */
const SHORTEST_FATAL_OUTAGE_MS = 240_000
/** The longest pause before another POST, and until the next status check. */
const BACKOFF_S = 180
/** Time after the last fault for backoff, a rate limit, some conflicts, and the next status check. */
const AMPLE_TIME_MS = 900_000

/** Finds a failure without a cause: the cluster becomes free, the faults end early enough, and there is enough time. */
export function findNeedlessFailure(run: ListedRun): string | undefined {
  const { ending, scenario, canceledAt } = run
  if (ending.kind === 'success' || canceledAt !== undefined) return undefined
  const { options, atlas, concurrent } = scenario
  const { secondsToCompleted = 0, conflictLagSeconds = 0 } = atlas
  const lastFaultAt = Math.max(0, ...run.exchanges.filter(isFaulted).map(endOfFault))
  const neededMs =
    (concurrent.length + 2) * (secondsToCompleted * 1.5 + conflictLagSeconds + BACKOFF_S) * 1000 +
    AMPLE_TIME_MS
  if (options.timeoutMs - lastFaultAt < neededMs) return undefined
  const isHindered =
    atlas.failSnapshots === true ||
    run.exchanges.some((exchange) => isFatal(exchange, run)) ||
    isLostAtFirst(run) ||
    isCopied(run) ||
    hasLongOutage(run) ||
    isRejectedTwice(run) ||
    isStuckInDoubt(run) ||
    isUnidentified(run) ||
    isLostLater(run) ||
    isUnusableGiven(run) ||
    hasUnreadableList(run) ||
    run.records.some(({ deleted }) => deleted)
  return isHindered || mayFailByOthers(run) ? undefined : String(ending.thrown)
}

function isFaulted(exchange: Exchange): boolean {
  return exchange.fault !== undefined && exchange.operation !== 'revoke'
}

/** When the step can continue after a fault. */
function endOfFault({ endedAt, sentAt, retryAfter = 0 }: Exchange): number {
  return (endedAt ?? sentAt) + retryAfter * 1000
}

/** True for a fault after which the step must fail. */
function isFatal(exchange: Exchange, run: Run): boolean {
  const { fault, operation } = exchange
  if (fault === undefined || operation === 'revoke') return false
  // The step answers a gateway's digest challenge, which makes its key seem wrong.
  if (fault.startsWith('page') && exchange.status === 401 && exchange.scheme !== 'bearer') return true
  return faults[fault].outcome === 'fatal' || isMismatch(exchange, run)
}

/** True if another snapshot begins with the tag, so the step can't identify its own. */
function isCopied(run: Run): boolean {
  return run.records.filter(({ description }) => recognize(description, run) === 'own').length > 1
}

/**
 * True if only lists showed the step's own snapshot, with the tag behind other text, or if the step can't tell whether it
 * is a member of another one.
 */
function isUnidentified(run: ListedRun): boolean {
  const isAnswered = run.posts.some(({ body }) => body.includes(run.tag))
  const isTagged = ownSnapshots(run).some(({ description }) => recognize(description, run) === 'tagged')
  return run.tagPage !== undefined && !isAnswered && (isTagged || mayMistakeKind(run))
}

/** True if the step may not read the cluster, whose lists have entries from before it changed its kind. */
function mayMistakeKind({ knowsKind, scenario }: ListedRun): boolean {
  return !knowsKind && scenario.atlas.keys !== undefined
}

/** True if a POST, a request for a token, or a request before the first POST got a response that isn't from Atlas. */
function isLostAtFirst(run: Run): boolean {
  const { exchanges } = run
  const first = exchanges.find(({ operation }) => operation === 'create')
  const isEarly = ({ operation, index }: Exchange) =>
    ['create', 'token'].includes(operation) || first === undefined || index < first.index
  return exchanges.some((exchange) => isStray(exchange) && isEarly(exchange))
}

/** Faults with a response that tells the step to come back later, for as long as there is time. */
const BACK_LATER: readonly (string | undefined)[] = ['429', 'upgrade', 'token-limit', 'phantom-conflict']
const MIN_FAILURES = 5

/** True if faults hit requests for longer than a step retries that has no snapshot, or does not wait for it. */
function hasLongOutage({ exchanges, observed, endedAt, scenario }: Run): boolean {
  const knownAt = (scenario.options.wait ? observed[0]?.at : undefined) ?? endedAt
  const early = exchanges.filter(
    (exchange) => isFaulted(exchange) && !BACK_LATER.includes(exchange.fault) && exchange.sentAt <= knownAt,
  )
  const [first] = early
  const last = early.at(-1)
  if (first === undefined || last === undefined || early.length < MIN_FAILURES) return false
  return endOfFault(last) - first.sentAt > SHORTEST_FATAL_OUTAGE_MS
}

/** True if two tokens in a row were rejected. */
function isRejectedTwice({ requests }: Run): boolean {
  return requests.some(
    ({ scheme, status }, place) =>
      scheme === 'bearer' && status === 401 && requests[place + 1]?.status === 401,
  )
}

/** How long Atlas can reject a POST after an end so that a step in doubt surely repeats it in time. */
const SHORT_LAG_S = 5
/** How long after that end the lists can take so that a POST is still possible. */
const SHORT_READ_MS = 40_000

/** True if the last conflict can be with the step's own snapshot, and no end that the step saw shows in time that it isn't. */
function isStuckInDoubt(run: ListedRun): boolean {
  const { complete, posts, scenario } = run
  const { conflictLagSeconds = 0 } = scenario.atlas
  const last = posts.findLast(isRefused)
  if (last === undefined || !isInDoubt(run, last)) return false
  if (!isConflict(last) || mayMistakeKind(run)) return true
  const end = findLastEnd(run, Number.POSITIVE_INFINITY)
  if (end === undefined) return conflictLagSeconds > 0
  const listedAt = complete.find(({ last }) => (last.endedAt ?? 0) >= end)?.last.endedAt
  return conflictLagSeconds > SHORT_LAG_S || (listedAt ?? Number.POSITIVE_INFINITY) - end > SHORT_READ_MS
}

/**
 * True if a conflict ends the step, or the snapshot of another client that it used can fail. In doubt, a conflict can be
 * with the step's own snapshot, so it ends the step only if there is another one.
 */
function mayFailByOthers(run: Run): boolean {
  const { posts, records, epoch, scenario } = run
  const { onConflict } = scenario.options
  const conflicts = posts.filter(isRefused)
  if (onConflict === 'wait' || conflicts.length === 0) return false
  if (onConflict === 'fail' && conflicts.some((post) => !isInDoubt(run, post))) return true
  return records.some(({ takenBy, endsAt }) => takenBy === 'other' && endsAt > epoch)
}

/** The step retries a 404 for its own snapshot for 60 s, from the first one in a row, less a margin. */
const NOT_FOUND_GRACE_MS = 50_000

/** True if Atlas did not find another snapshot that the step uses, or the step's own for long. */
function isLostLater({ exchanges, observed, scenario }: Run): boolean {
  const [first] = observed
  if (first === undefined && scenario.attach === undefined) return false
  let since: number | undefined
  for (const { operation, status, fault, sentAt } of exchanges) {
    // A rejected nonce or token is not an answer.
    if (operation !== 'get' || status === 401) continue
    if (status !== 404) since = undefined
    else if (fault === undefined || fault === 'delay') since ??= sentAt
    if (since === undefined) continue
    if (first?.created !== true || sentAt - since >= NOT_FOUND_GRACE_MS) return true
  }
  return false
}

/** A longer list without a count can't be the first of several pages. */
const MIN_WHOLE = 100

/** True if the step read a list that never seems to be complete, or one with pages that seem to be wrong. */
function hasUnreadableList({ scenario, exchanges }: Run): boolean {
  const { list = {}, olderSnapshots = 0 } = scenario.atlas
  const { countError = 0, laterPages = 'normal', brokenEntries = [], ignoresQuery = false } = list
  const later = exchanges.filter(isLaterPage)
  const isOdd =
    laterPages !== 'normal' || brokenEntries.length > 0 || (ignoresQuery && olderSnapshots < MIN_WHOLE)
  return (
    (typeof countError === 'number' && countError > 0) ||
    brokenEntries.includes('own') ||
    (isOdd && later.length > 0) ||
    // A later page exceeds the rate limit each time, because the first ones have used it.
    later.some(({ status, fault }) => status === 429 && fault === undefined)
  )
}

/** True if the given snapshot failed, or is a member of another one. */
function isUnusableGiven({ scenario, records }: Run): boolean {
  const { snapshotId } = scenario.options
  const given = records.find(({ id }) => id === snapshotId)
  return snapshotId !== undefined && given?.status !== 'completed'
}
