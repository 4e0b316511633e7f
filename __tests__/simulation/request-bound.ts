import { PAGE_SIZE } from '../../src/atlas/client.js'
import { failed, isOfTokens } from './exchange.js'
import type { Run } from './step.js'

const SHORTEST_MS = 2_000 * 0.9
const SHARE = 0.05
const LONGEST_MS = 30_000

/** The most looks that the schedule makes in a time, its jitter always at its shortest, and the one before the deadline. */
function looksIn(ms: number, fixedMs: number | undefined): number {
  if (fixedMs !== undefined) return Math.floor(ms / fixedMs) + 2
  let looks = 1
  for (let waited = 0; waited <= ms; looks++) {
    waited += 0.9 * Math.min(Math.max(waited * SHARE, SHORTEST_MS / 0.9), LONGEST_MS)
  }
  return looks
}

/**
 * The most requests that a run may make. Let
 *
 * - S be the requests with credentials of reading both lists once: two for each page of `PAGE_SIZE`,
 * - N the looks that the schedule makes in the time of the run, or in each of its conflicts if those are fewer,
 * - F the requests that brought nothing usable (faults, refused nonces, conflicts),
 * - C the changes of the lists' length, each of which may make both lists be read once more.
 *
 * Then there are at most `1 + N (2 S + 2) + F (2 S + 2) + C S + S + 1` requests with credentials: the first POST; after each
 * look on the schedule a read of one snapshot, two readings of the lists and a POST; the same after each failure; the
 * lists again where they changed; one look before the first POST; and the members of a sharded cluster. Each may have a
 * request without credentials before it, to get a nonce, or one that gets a token; and the last token is revoked.
 */
export function mostRequests(run: Run): number {
  const { exchanges, truth, endedAt, scenario } = run
  const { pollIntervalMs } = scenario.task
  const changes = scenario.others.length + truth.length - (scenario.atlas.olderSnapshots ?? 0) + shrinks(run)
  const pages = Math.ceil((truth.length + 1) / PAGE_SIZE)
  const survey = 2 * pages
  const failures = exchanges.filter(failed).length
  const conflicts = exchanges.filter(({ operation, status }) => operation === 'take' && status === 400).length
  const fastest = pollIntervalMs ?? SHORTEST_MS
  const looks = Math.min(endedAt / fastest + 2, (conflicts + 1) * looksIn(endedAt, pollIntervalMs))
  return 1 + 2 * Math.ceil(2 + (looks + failures) * (2 * survey + 2) + (changes + 1) * survey)
}

/** Requests since the snapshot was known: one for each look, one more for each failure, one for the members. */
export function mostReads(run: Run): { readonly reads: number; readonly allowed: number } {
  const { exchanges, sightings, endedAt, scenario } = run
  const [first] = sightings
  if (first === undefined) return { reads: 0, allowed: 0 }
  const since = exchanges.filter(({ sentAt }) => sentAt > first.at)
  const failures = since.filter(failed).length
  const looks = looksIn(endedAt - first.at, scenario.task.pollIntervalMs)
  const signed = since.filter((exchange) => exchange.signed && !isOfTokens(exchange)).length
  return { reads: signed, allowed: looks + failures + 1 }
}

function shrinks({ scenario }: Run): number {
  return scenario.atlas.list?.shrinks ?? 0
}
