import { failed, isOfTokens } from './exchange.js'
import type { Run } from './run-step.js'

const MIN_INTERVAL_MS = 4_000
const MAX_INTERVAL_MS = 15_000
const INTERVAL_FRACTION = 0.03
const MIN_JITTER = 0.9
/** The sizes of pages with and without a query. */
const MAX_PAGE = 500
const DEFAULT_PAGE = 100

/** The maximum number of status checks in a time: shortest interval every time, plus the one before the timeout. */
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
 * The maximum number of requests of a run.
 *
 * - S: requests with credentials that read both lists once
 * - N: status checks in the time of the run, or in each of its conflicts if those are fewer
 * - F: requests without a usable response (faults, rejected nonces, conflicts)
 * - C: changes of the lists' length, each of which can lead to another read of both lists
 *
 * The maximum with credentials is `1 + N (2 S + 3) + F (2 S + 3) + C S + S + 2`:
 *
 * - the first POST (1), and both lists before it (S)
 * - after each status check and each failure: a GET of a snapshot or of the cluster, both lists twice, and a POST (2 S + 3)
 * - the lists again after each change (C S)
 * - a GET of the step's own snapshot if it was found in a list, and the members of a sharded snapshot (2)
 *
 * Another request can precede each of these, to get a nonce or a token. The last request revokes the token.
 */
export function maxRequests(run: Run): number {
  const { exchanges, records, endedAt, scenario } = run
  const { pollIntervalMs } = scenario.options
  const changes =
    scenario.concurrent.length + records.length - (scenario.atlas.olderSnapshots ?? 0) + shrinks(run)
  const bothLists = pagesOfBothLists(run)
  const failures = exchanges.filter(failed).length
  const conflicts = exchanges.filter(
    ({ operation, status }) => operation === 'create' && status === 400,
  ).length
  const fastest = pollIntervalMs ?? MIN_INTERVAL_MS * MIN_JITTER
  const polls = Math.min(endedAt / fastest + 2, (conflicts + 1) * maxPolls(endedAt, pollIntervalMs))
  return 1 + 2 * Math.ceil(3 + (polls + failures) * (2 * bothLists + 3) + (changes + 1) * bothLists)
}

/** Requests since the snapshot was known: for each status check and failure, a snapshot found in a list, the members. */
export function maxReadsWhileWaiting(run: Run): { readonly reads: number; readonly allowed: number } {
  const { exchanges, observed, endedAt, scenario } = run
  const [first] = observed
  if (first === undefined) return { reads: 0, allowed: 0 }
  const since = exchanges.filter(({ sentAt }) => sentAt > first.at)
  const failures = since.filter(failed).length
  const polls = maxPolls(endedAt - first.at, scenario.options.pollIntervalMs)
  const signed = since.filter((exchange) => exchange.signed && !isOfTokens(exchange)).length
  // The sharded form is also read when the plain form is completed.
  const readsPerPoll = scenario.atlas.clusters?.[0]?.kind === 'sharded' ? 2 : 1
  return { reads: signed, allowed: (polls + failures) * readsPerPoll + 2 }
}

/** The page past the end is also read if there is no count. */
function pagesOfBothLists({ records, scenario }: Run): number {
  const { pageLimit = MAX_PAGE, brokenEntries = [] } = scenario.atlas.list ?? {}
  const rows = records.reduce((sum, { memberIds }) => sum + 1 + memberIds.length, brokenEntries.length)
  return [MAX_PAGE, DEFAULT_PAGE].reduce(
    (sum, size) => sum + Math.ceil(rows / Math.min(size, pageLimit)) + 1,
    0,
  )
}

function shrinks({ scenario }: Run): number {
  return scenario.atlas.list?.shrinks ?? 0
}
