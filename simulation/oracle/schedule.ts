import { isOfTokens } from '../exchange.js'
import type { Run } from '../run-step.js'
import { wasSuspended } from '../scenario.js'
import { LAST_READ_LEAD_MS } from './posts.js'

/** The shortest and the longest adaptive interval, with jitter. */
const ADAPTIVE_MS = [3_600, 16_500] as const
/** Intervals in a row that differ if they have jitter. */
const MIN_GAPS = 6

/** Finds a status check that was sent too early or too late after the previous one, or intervals without jitter. */
export function findWrongInterval({ exchanges, scenario }: Run): string | undefined {
  const { pollIntervalMs, timeoutMs } = scenario.options
  // The interval grows near a rate limit.
  if (Object.keys(scenario.atlas.rateLimits ?? {}).length > 0) return undefined
  const [shortest, longest] = pollIntervalMs === undefined ? ADAPTIVE_MS : [pollIntervalMs, pollIntervalMs]
  const gaps: number[] = []
  const requests = exchanges.filter((exchange) => exchange.signed && !isOfTokens(exchange))
  for (const [place, { operation, target, index }] of requests.entries()) {
    const before = requests[place - 1]
    if (operation !== 'get' || before?.target !== target || before.status !== 200) continue
    // A status check that shows the end, but whose sharded form could not be read, is repeated.
    if (before.fault !== undefined || before.body?.includes('"completed"') === true) continue
    const { endedAt = 0 } = before
    // The step might renew a token first.
    const startedAt = exchanges[before.index + 1]?.sentAt ?? 0
    const isLast = Math.abs(startedAt - (timeoutMs - LAST_READ_LEAD_MS)) <= 1
    if (isLast || wasSuspended(scenario, endedAt, startedAt)) continue
    const gap = startedAt - endedAt
    if (gap < shortest - 1 || gap > longest + 1)
      return `status check #${index} was sent ${gap} ms after the previous one`
    gaps.push(gap)
    const recent = gaps.slice(-MIN_GAPS)
    const hasJitter = Math.max(...recent) - Math.min(...recent) > 0.001
    if (pollIntervalMs === undefined && recent.length === MIN_GAPS && !hasJitter)
      return `the intervals before status check #${index} have no jitter`
  }
  return undefined
}

/** Finds a request whose token might have expired before it was sent. */
export function findLateToken({ exchanges, scenario }: Run): string | undefined {
  const lifetimeMs = (scenario.access.atlas.tokenSeconds ?? Number.POSITIVE_INFINITY) * 1000
  let requestedAt = Number.NaN
  for (const { index, operation, scheme, sentAt, status } of exchanges) {
    if (operation === 'token' && status === 200) requestedAt = sentAt
    // The step uses a new token at once, even if its response took long.
    const isNew = exchanges[index - 1]?.operation === 'token'
    const lateMs = sentAt - requestedAt - lifetimeMs
    if (scheme === 'bearer' && !isNew && lateMs > 0)
      return `#${index} used a token ${lateMs} ms after its end`
  }
  return undefined
}
