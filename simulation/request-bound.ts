import { PAGE_SIZE } from '../src/atlas/client.js'
import { failed, isOfTokens } from './exchange.js'
import type { Run } from './run-step.js'

const MIN_INTERVAL_MS = 4_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.03
const MIN_JITTER = 0.9

/** The most polls in a time, if jitter always makes the interval shortest, and the one before the deadline. */
function maxPolls(ms: number, fixedMs: number | undefined): number {
  if (fixedMs !== undefined) return Math.floor(ms / fixedMs) + 2
  let polls = 1
  for (let waited = 0; waited <= ms; polls++) {
    const interval = Math.min(Math.max(waited * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
    waited += interval * MIN_JITTER
  }
  return polls
}

/**
 * The most requests that a run may make. Let
 *
 * - S be the requests with credentials for reading both lists once: two for each page of `PAGE_SIZE`,
 * - N the polls in the time of the run, or in each of its conflicts if those are fewer,
 * - F the requests without a usable response (faults, refused nonces, conflicts),
 * - C the changes of the lists' length, each of which may make both lists be read once more.
 *
 * Then there are at most `1 + N (2 S + 2) + F (2 S + 2) + C S + S + 2` requests with credentials: the first POST; after
 * each poll a GET of one snapshot, both lists twice and a POST; the same after each failure; the lists again where
 * they changed; the lists before the first POST; a GET of an adopted snapshot; and the members of a sharded cluster.
 * Each may have a request without credentials before it, to get a nonce, or one that gets a token; and the last token
 * is revoked.
 */
export function maxRequests(run: Run): number {
  const { exchanges, records, endedAt, scenario } = run
  const { pollIntervalMs } = scenario.options
  const changes =
    scenario.concurrent.length + records.length - (scenario.atlas.olderSnapshots ?? 0) + shrinks(run)
  const bothLists = 2 * Math.ceil((records.length + 1) / PAGE_SIZE)
  const failures = exchanges.filter(failed).length
  const conflicts = exchanges.filter(
    ({ operation, status }) => operation === 'create' && status === 400,
  ).length
  const fastest = pollIntervalMs ?? MIN_INTERVAL_MS * MIN_JITTER
  const polls = Math.min(endedAt / fastest + 2, (conflicts + 1) * maxPolls(endedAt, pollIntervalMs))
  return 1 + 2 * Math.ceil(3 + (polls + failures) * (2 * bothLists + 2) + (changes + 1) * bothLists)
}

/** Requests since the snapshot was known: one for each poll and each failure, an adopted snapshot's GET, the members. */
export function maxReadsWhileWaiting(run: Run): { readonly reads: number; readonly allowed: number } {
  const { exchanges, observed, endedAt, scenario } = run
  const [first] = observed
  if (first === undefined) return { reads: 0, allowed: 0 }
  const since = exchanges.filter(({ sentAt }) => sentAt > first.at)
  const failures = since.filter(failed).length
  const polls = maxPolls(endedAt - first.at, scenario.options.pollIntervalMs)
  const signed = since.filter((exchange) => exchange.signed && !isOfTokens(exchange)).length
  // The sharded form is read as well once the plain one says completed.
  const readsPerPoll = scenario.atlas.clusters?.[0]?.kind === 'sharded' ? 2 : 1
  return { reads: signed, allowed: (polls + failures) * readsPerPoll + 2 }
}

function shrinks({ scenario }: Run): number {
  return scenario.atlas.list?.shrinks ?? 0
}
