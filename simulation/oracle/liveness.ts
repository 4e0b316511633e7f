import { type Exchange, failed } from '../exchange.js'
import { faults } from '../faults.js'
import type { Run } from '../run-step.js'
import { findPosts, isConflict, isMismatch, isStray } from './posts.js'

/** How long network errors and 5xx are retried while there is no snapshot, with a margin for the last retry. */
const SHORTEST_FATAL_OUTAGE_MS = 240_000
/** Time enough after the last fault for backoff, a rate limit, a few conflicts and the schedule of polls. */
const AMPLE_TIME_MS = 900_000
/** As often in a row a nonce can be rejected as stale. */
const MAX_STALE = 3

/** How a step failed that had all it needs: a cluster that becomes free, faults that ended early enough, and plenty of time. */
export function findNeedlessFailure(run: Run): string | undefined {
  const { ending, scenario, cancelledAt } = run
  if (ending.kind === 'success' || cancelledAt !== undefined) return undefined
  const { options, atlas, concurrent } = scenario
  const { secondsToCompleted = 0, read404Seconds = 0 } = atlas
  const lastFaultAt = Math.max(0, ...run.exchanges.filter(isFaulted).map(endOfFault))
  const neededMs = (concurrent.length + 2) * (secondsToCompleted * 1.5 + 60) * 1000 + AMPLE_TIME_MS
  if (options.timeoutMs - lastFaultAt < neededMs) return undefined
  const isHindered =
    atlas.failSnapshots === true ||
    run.exchanges.some(isFatal) ||
    isLostAtFirst(run) ||
    isCopied(run) ||
    hasLongOutage(run) ||
    isRejectedTwice(run.exchanges) ||
    isTwiceForgotten(run) ||
    hasHiddenConflict(run) ||
    read404Seconds > (options.reuseWithinMs === undefined ? 50 : 0) ||
    run.records.some(({ deleted }) => deleted)
  return isHindered || mayFailByOthers(run) ? undefined : String(ending.thrown)
}

function isFaulted(exchange: Exchange): boolean {
  return exchange.fault !== undefined && exchange.operation !== 'revoke'
}

/** When the step can go on after a fault. */
function endOfFault({ endedAt, sentAt, retryAfter = 0 }: Exchange): number {
  return (endedAt ?? sentAt) + retryAfter * 1000
}

/** A fault that no step can survive, or after which it must not go on. */
function isFatal(exchange: Exchange): boolean {
  const { fault, operation } = exchange
  if (fault === undefined || operation === 'revoke') return false
  // Nothing ever explains a conflict that there is not.
  return faults[fault].outcome === 'fatal' || fault === 'phantom-conflict' || isMismatch(exchange)
}

/** Whether two snapshots have the step's description, so that it cannot know its own. */
function isCopied({ records }: Run): boolean {
  const own = records.find(({ takenBy }) => takenBy === 'request')
  return own !== undefined && records.filter(({ description }) => description === own.description).length > 1
}

/** Whether a response that was not Atlas's own came to a POST, to a request for a token, or before the first POST. */
function isLostAtFirst({ exchanges }: Run): boolean {
  const first = exchanges.find(({ operation }) => operation === 'create')
  return exchanges.some(
    (exchange) =>
      isStray(exchange) &&
      (['create', 'token'].includes(exchange.operation) ||
        first === undefined ||
        exchange.index < first.index),
  )
}

/** Whether requests without a usable response were spread over more time than a step without a snapshot bears. */
function hasLongOutage({ exchanges, observed, endedAt }: Run): boolean {
  const knownAt = observed[0]?.at ?? endedAt
  const failures = exchanges.filter(
    (exchange) => exchange.sentAt <= knownAt && exchange.operation !== 'revoke' && failed(exchange),
  )
  const [first] = failures
  const last = failures.at(-1)
  return (
    first !== undefined && last !== undefined && endOfFault(last) - first.sentAt > SHORTEST_FATAL_OUTAGE_MS
  )
}

/** Whether a nonce was rejected as stale too often in a row, or a token twice. */
function isRejectedTwice(exchanges: readonly Exchange[]): boolean {
  let stale = 0
  let tokens = 0
  let hasRepeated = false
  for (const { operation, status, signed, scheme, fault } of exchanges) {
    if (operation === 'token' || operation === 'revoke' || !signed) continue
    const isRejected = status === 401
    stale = isRejected && scheme === 'digest' ? stale + 1 : 0
    tokens = isRejected && scheme === 'bearer' ? tokens + 1 : 0
    hasRepeated = isRejected && (hasRepeated || fault?.startsWith('repeat-nonce') === true)
    // A repeated nonce that is then rejected looks like a wrong key.
    if (stale >= MAX_STALE || tokens >= 2 || (hasRepeated && stale >= 2)) return true
  }
  return false
}

/** Whether Atlas forgot a token, and the one in its place before its first use: a rejection of that one stands. */
function isTwiceForgotten({ exchanges, scenario }: Run): boolean {
  return (
    scenario.access.tokensExpireAtMs.length >= 2 &&
    exchanges.some(
      ({ operation, status }, index) =>
        operation === 'token' &&
        status === 200 &&
        [exchanges[index - 1], exchanges[index + 1]].every((request) => request?.status === 401),
    )
  )
}

/** Whether a conflict can stay unexplained, because the lists hide unfinished snapshots. */
function hasHiddenConflict({ scenario, exchanges }: Run): boolean {
  return scenario.atlas.list?.hidesUnfinished === true && exchanges.some(isFaulted)
}

/** Whether the snapshots of other clients may make the step fail. */
function mayFailByOthers(run: Run): boolean {
  const { onConflict } = run.scenario.options
  if (onConflict === 'wait') return false
  // A doubled POST has a conflict with itself, which the step cannot know.
  if (findPosts(run).some((post) => post.status === 400 && !isConflict(post))) return true
  return run.records.some(({ takenBy, endsAt }) => takenBy === 'other' && endsAt > run.epoch)
}
