import { isOfTokens } from '../exchange.js'
import type { Run } from '../run-step.js'
import { wasSuspended } from '../scenario.js'
import { hasEnded } from './listings.js'

const MIN_INTERVAL_MS = 4_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.03
const JITTER = 0.1
const FINAL_POLL_LEAD_MS = 2_000
const MIN_GAPS = 6

/** Finds a status check of the step's own snapshot that deviates from the documented schedule. */
export function findWrongInterval(run: Run): string | undefined {
  const { exchanges, observed, scenario } = run
  const { options, atlas } = scenario
  const [observation] = observed
  // The interval grows near a rate limit.
  if (observation === undefined || Object.keys(atlas.rateLimits ?? {}).length > 0) return undefined
  const first = {
    at: observation.at,
    index: exchanges.findLastIndex(({ sentAt, endedAt = sentAt }) => endedAt <= observation.at),
  }
  const last = options.timeoutMs - FINAL_POLL_LEAD_MS
  const checks = exchanges.filter((exchange) => exchange.sentAt > first.at && !isOfTokens(exchange))
  const gaps: number[] = []
  for (const [place, check] of checks.entries()) {
    const { operation, status, fault, index, sentAt } = check
    const before =
      place === 0
        ? { endedAt: first.at, index: first.index, status: 200, fault: undefined }
        : checks[place - 1]
    if (before?.status !== 200 || before.fault !== undefined || before.endedAt === undefined) continue
    if (operation !== 'get') continue
    // The last status check failed to read the sharded form of a completed snapshot.
    if (checks[place - 1]?.body?.includes('"completed"')) continue
    // A snapshot found in a list is read at once if it has ended, or if the step doesn't wait.
    const isFirst = checks.slice(0, place).every((earlier) => !earlier.signed || earlier.status !== 200)
    if (isFirst && (hasEnded(observation.snapshot.status) || !options.wait)) continue
    // The step might renew a token first.
    const startedAt = exchanges[before.index + 1]?.sentAt ?? sentAt
    const waited = before.endedAt - first.at
    const expected = options.pollIntervalMs ?? clamp(waited * INTERVAL_FRACTION)
    const gap = startedAt - before.endedAt
    const slack = options.pollIntervalMs !== undefined || waited < MIN_INTERVAL_MS ? 0 : expected * JITTER
    const isFinal = Math.abs(startedAt - last) <= 1
    if (wasSuspended(scenario, before.endedAt, startedAt)) continue
    if (gap > expected + slack + 1 || (gap < expected - slack - 1 && !isFinal))
      return `status check #${index} was sent ${gap} ms after the previous one instead of about ${expected} ms`
    if (slack > 0 && status === 200 && fault === undefined && !isFinal) gaps.push(gap / expected)
  }
  const spread = Math.max(...gaps) - Math.min(...gaps)
  return gaps.length >= MIN_GAPS && spread < 0.001
    ? 'the intervals between status checks have no jitter'
    : undefined
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
}

const REFRESH_MARGIN_MS = 60_000
const REFRESH_MARGIN_FRACTION = 0.1

/** Finds a request whose token might have expired before it arrived. */
export function findLateToken({ exchanges, scenario }: Run): string | undefined {
  const lifetimeMs = (scenario.access.atlas.tokenSeconds ?? Number.POSITIVE_INFINITY) * 1000
  const marginMs = Math.min(REFRESH_MARGIN_MS, lifetimeMs * REFRESH_MARGIN_FRACTION)
  let requestedAt = Number.NaN
  for (const { index, operation, scheme, sentAt, status } of exchanges) {
    if (operation === 'token' && status === 200) requestedAt = sentAt
    // The step uses a new token at once, even if its response took long.
    const isNew = exchanges[index - 1]?.operation === 'token'
    const late = scheme === 'bearer' && !isNew ? sentAt - requestedAt - lifetimeMs + marginMs : 0
    if (late > 1) return `#${index} used a token that should have been renewed ${late} ms earlier`
  }
  return undefined
}
