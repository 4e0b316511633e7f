import type { Run } from '../run-step.js'

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
