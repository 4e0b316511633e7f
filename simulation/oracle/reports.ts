import type { Exchange } from '../exchange.js'
import { failureText } from '../expectations.js'
import type { Run } from '../run-step.js'
import { hasEnded, type ListedRun, readRows } from './listings.js'
import { isConflict, isVisiblyOpen, LAST_READ_LEAD_MS } from './posts.js'

/** Finds a status that Atlas did not send. */
export function findInventedStatus({ observed, exchanges }: Run): string | undefined {
  for (const { snapshot, at } of observed) {
    const isSent = exchanges.some(
      (exchange) =>
        (exchange.endedAt ?? 0) <= at &&
        [exchange.json, ...readRows(exchange)].some(
          ({ id, status }) => id === snapshot.id && status === snapshot.status,
        ),
    )
    if (!isSent) return `status ${snapshot.status} of ${snapshot.id} is not from Atlas`
  }
  return undefined
}

const LAST_SEEN = /Snapshot ([0-9a-f]{24}) was last seen (.*?) ago/
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, min: 60_000, s: 1_000 }

/** A snapshot that was completed just now has no age in the report. */
const JUST_NOW_MS = 1_001

/** Finds a failed step that does not report when it last saw its unfinished snapshot. */
export function findWrongLastSeen(run: ListedRun): string | undefined {
  const { ending, endedAt, exchanges, listings, observed } = run
  const last = observed.at(-1)
  if (ending.kind === 'success' || last === undefined) return undefined
  const text = failureText(run)
  const { id: lastId, status, type, form } = last.snapshot
  const isOnlyPlain = type === 'shardedCluster' && form === 'plain' && status === 'completed'
  if (status === 'failed') return undefined
  const [, id, duration = ''] = LAST_SEEN.exec(text) ?? []
  const isCurrent = hasEnded(status) && !isOnlyPlain && endedAt - last.at <= JUST_NOW_MS
  if (isCurrent && id === undefined) return undefined
  if (id !== lastId) return `the step does not report when it saw ${lastId}: ${text}`
  const reportedMs = parseDuration(duration)
  const seen = exchanges.filter(({ status: code, body }) => code === 200 && body.includes(lastId))
  // A check whose second request failed does not count, but it can have shown the snapshot.
  const isHalf = ({ index }: Exchange) => {
    const next = exchanges.slice(index + 1).find(({ operation }) => operation !== 'token')
    return next?.operation === 'get-sharded' && next.status !== 200 && next.status !== 404
  }
  const recorded = seen.findLast(
    (exchange) => exchange.fault === undefined && (exchange.endedAt ?? 0) <= last.at && !isHalf(exchange),
  )
  const isRight = seen.some((exchange) => {
    const { index } = exchange
    // Lists count from the end of their last page, which can be slow.
    const listing = listings.find(({ first, last }) => first.index <= index && index <= last.index)
    const { endedAt: at = 0 } = listing?.last ?? exchange
    // The report has at most two units, and the plain form comes before the sharded one.
    const toleranceMs = Math.max(5_000, (endedAt - at) * 0.02)
    return index >= (recorded?.index ?? 0) && Math.abs(endedAt - at - reportedMs) <= toleranceMs
  })
  return isRight ? undefined : `the step reported that it saw ${lastId} ${duration} ago`
}

function parseDuration(text: string): number {
  return [...text.matchAll(/([\d.]+) (h|min|s)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  )
}

/** Finds a snapshot that the step reported as deleted, although Atlas only said so of its cluster or project. */
export function findWrongGone({ lines, exchanges }: Run): string | undefined {
  return lines.find((line) => {
    const [, id] = /snapshot ([0-9a-f]{24}) no longer exists/.exec(line) ?? []
    if (id === undefined) return false
    const isNotFound = exchanges.some(
      ({ operation, status, target, errorCode }) =>
        operation === 'get' && status === 404 && target.endsWith(id) && errorCode !== 'CLUSTER_NOT_FOUND',
    )
    return !isNotFound
  })
}

/** Finds a step that timed out without a last read of what it waited for. */
export function findMissedLastRead(run: Run): string | undefined {
  const { exchanges, requests, endedAt, scenario } = run
  const { timeoutMs } = scenario.options
  const lastReadAt = timeoutMs - LAST_READ_LEAD_MS
  if (run.ending.kind === 'success' || endedAt < timeoutMs - 1) return undefined
  const before = exchanges.filter(({ sentAt }) => sentAt < lastReadAt - 1)
  // Before a POST that was not executed is repeated, there is nothing to read.
  const isWaiting =
    run.posts.some((post) => isVisiblyOpen(post) || isConflict(post)) || run.observed.length > 0
  if (!isWaiting || !requests.some((request) => before.includes(request))) return undefined
  // A request that takes longer replaces the last read.
  const isBusy = before.some(({ endedAt: at = Number.POSITIVE_INFINITY }) => at > lastReadAt - 1)
  const isRead = exchanges.some(
    ({ operation, sentAt }) => operation !== 'create' && sentAt >= lastReadAt - 1 && sentAt < timeoutMs,
  )
  return isBusy || isRead
    ? undefined
    : `the last request was #${exchanges.at(-1)?.index}, sent before the last read`
}
