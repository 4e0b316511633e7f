import type { Run } from '../run-step.js'
import { wasSuspended } from '../scenario.js'
import { LAST_READ_LEAD_MS } from './posts.js'

/** The requests that a step can need. Never a DELETE, and nothing about flex clusters. */
const NEEDED = ['create', 'get', 'get-sharded', 'list', 'list-sharded', 'cluster', 'token', 'revoke']

/**
 * Finds a request that the step does not need. It needs the sharded form of a sharded cluster's snapshot. It needs the
 * cluster once if it reads lists, to learn its kind, and once as the last request of a failed step.
 */
export function findNeedlessRequest({ exchanges, records, ending }: Run): string | undefined {
  const wholes = new Set(records.filter(({ type }) => type === 'shardedCluster').map(({ id }) => id))
  const clusterReads = exchanges.filter(
    ({ operation, status, fault }) => operation === 'cluster' && status === 200 && fault === undefined,
  )
  const last = exchanges.findLast(({ operation }) => operation !== 'token' && operation !== 'revoke')
  const isDiagnosis = ending.kind === 'failure' && last?.operation === 'cluster'
  const needless =
    exchanges.find(({ operation }) => !NEEDED.includes(operation)) ??
    exchanges.find(
      ({ operation, target }) => operation === 'get-sharded' && !wholes.has(target.slice(-24)),
    ) ??
    clusterReads[
      (exchanges.some(({ operation }) => operation.startsWith('list')) ? 1 : 0) + (isDiagnosis ? 1 : 0)
    ]
  return needless && `#${needless.index} ${needless.method} ${needless.target}`
}

const MINUTE_MS = 60_000
/** The backoff of a POST allows about ten, each with up to three new nonces. */
const MAX_POSTS_PER_MINUTE = 60
/** A status check each second, two reads of a list for each, and a rejected nonce for each read. */
const MAX_READS_PER_MINUTE = 240

/** Finds far more equal requests in a minute than any backoff or interval allows. */
export function findBurst({ exchanges }: Run): string | undefined {
  const recent = new Map<string, readonly number[]>()
  for (const { operation, method, target, signed, sentAt, index } of exchanges) {
    if (!signed) continue
    const request = `${method} ${target}`
    const times = [...(recent.get(request) ?? []).filter((at) => at > sentAt - MINUTE_MS), sentAt]
    recent.set(request, times)
    // A token can expire before each read.
    if (times.length > (operation === 'create' ? MAX_POSTS_PER_MINUTE : MAX_READS_PER_MINUTE))
      return `#${index} was the ${times.length}th ${request} within a minute`
  }
  return undefined
}

/** The shortest and the longest adaptive interval, with jitter. */
const ADAPTIVE_MS = [2_700, 16_500] as const
/** The same before the first status check of a snapshot that the step created, and while it is young. */
const FIRST_MS = [3_600, 4_400] as const
const YOUNG_MS = [9_000, 11_000] as const
/** Less a margin. */
const MAX_YOUNG_AGE_MS = 70_000
/** Intervals in a row that differ if they have jitter. */
const MIN_GAPS = 6

/** Finds a status check that was sent too early or too late after the previous one, or intervals without jitter. */
export function findWrongInterval({ exchanges, requests, scenario }: Run): string | undefined {
  const { pollIntervalMs, timeoutMs } = scenario.options
  // The interval grows near a rate limit.
  if (Object.keys(scenario.atlas.rateLimits ?? {}).length > 0) return undefined
  const created = requests.find(({ operation, fault, json }) => {
    return operation === 'create' && fault === undefined && 'id' in json
  })
  const gaps: number[] = []
  for (const [place, { operation, target, index }] of requests.entries()) {
    const before = requests[place - 1]
    const isFirst = before === created && scenario.options.wait
    if (operation !== 'get' || before?.status !== 200 || !(before.target === target || isFirst)) continue
    // A status check that shows the end, but whose sharded form could not be read, is repeated.
    if (before.fault !== undefined || before.body.includes('"completed"')) continue
    const { endedAt = 0 } = before
    // The step might renew a token first.
    const startedAt = exchanges[before.index + 1]?.sentAt ?? 0
    const isLast = Math.abs(startedAt - (timeoutMs - LAST_READ_LEAD_MS)) <= 1
    if (isLast || wasSuspended(scenario, endedAt, startedAt)) continue
    const gap = startedAt - endedAt
    const ageMs = endedAt - (created?.endedAt ?? Number.NEGATIVE_INFINITY)
    const isYoung = ageMs >= 0 && ageMs < MAX_YOUNG_AGE_MS
    const adaptive = isFirst ? FIRST_MS : isYoung ? YOUNG_MS : ADAPTIVE_MS
    const [shortest, longest] = pollIntervalMs === undefined ? adaptive : [pollIntervalMs, pollIntervalMs]
    if (gap < shortest - 1 || gap > longest + 1)
      return `status check #${index} was sent ${gap} ms after the previous one`
    if (!isFirst) gaps.push(gap)
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
