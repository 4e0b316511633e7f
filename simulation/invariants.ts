import { type ListedRun, withListings } from './oracle/listings.js'
import { findNeedlessFailure, MAX_READ_PAUSE_S } from './oracle/liveness.js'
import {
  findBlindPost,
  findIgnoredConflict,
  findPostAfterMismatch,
  findPostDuringConflict,
  findReuseInDoubt,
} from './oracle/posts.js'
import {
  findExposedSecret,
  findFalseSuccess,
  findIncompleteReport,
  findRequestAfterUntrusted,
  findWrongCreator,
  findWrongLeftover,
  findWrongOther,
  ownSnapshots,
} from './reports.js'
import type { Run } from './run-step.js'

/** A rule that every run must follow. `check` returns how a run violates it, or `undefined`. */
interface Invariant {
  readonly name: string
  readonly check: (run: ListedRun) => string | undefined
}

export interface Violation {
  readonly invariant: string
  readonly how: string
}

/** How long before the timeout the last read is. */
const LAST_READ_LEAD_MS = 2_000
/** How long a POST in flight can still complete, with the precision of timers. */
const GRACE_MS = 1_001
/** The same with everything after the outputs, and the limit of that alone. */
const END_MS = 6_002
const CLEANUP_MS = 4_001
const MINUTE_MS = 60_000
/** The backoff of a POST allows about ten, each with up to three new nonces. */
const MAX_POSTS_PER_MINUTE = 60
/** A status check each second, two reads of a list for each, and a rejected nonce or an expired token for each read. */
const MAX_READS_PER_MINUTE = 240

export const invariants: readonly Invariant[] = [
  {
    name: 'a step creates at most one snapshot',
    check: (run) => {
      const own = ownSnapshots(run)
      return own.length > 1 ? `it created ${own.map(({ id }) => id).join(' and ')}` : undefined
    },
  },
  { name: 'success means that the snapshot exists and, with wait, is completed', check: findFalseSuccess },
  { name: 'created is true if and only if this step created the snapshot', check: findWrongCreator },
  { name: 'no other snapshot is used while the own one might exist', check: findReuseInDoubt },
  { name: 'no POST while the conflicting snapshot is in progress', check: findPostDuringConflict },
  { name: 'on-conflict: fail makes a conflict an error', check: findIgnoredConflict },
  { name: 'no POST after an untrusted response', check: findPostAfterMismatch },
  { name: 'the lists are read before every further POST', check: findBlindPost },
  { name: 'nothing is sent after a response that is not trusted', check: findRequestAfterUntrusted },
  { name: 'no request after the end', check: findLateRequest },
  { name: 'no burst of requests', check: findBurst },
  { name: 'Retry-After is respected', check: findHastyRequest },
  { name: 'a step ends within 6 s after its timeout or cancellation', check: findLateEnd },
  { name: 'a step without obstacles succeeds', check: findNeedlessFailure },
  { name: 'every failure has a title, a message, and a remedy', check: findIncompleteReport },
  { name: 'a failure reports the snapshot that exists or might exist', check: findWrongLeftover },
  { name: "another snapshot is neither the step's own nor a part of one", check: findWrongOther },
  { name: 'every token is masked, and no secret is logged', check: findExposedSecret },
]

/** Finds a request after the end of the step, except for the revocation of its token. */
function findLateRequest({ exchanges, endedAt, closedAt }: Run): string | undefined {
  const late = exchanges.find(
    ({ operation, sentAt }) => sentAt > closedAt || (sentAt > endedAt && operation !== 'revoke'),
  )
  return late && `#${late.index} ${late.operation}`
}

/** Finds far more equal requests in a minute than any backoff or interval allows. */
function findBurst({ exchanges }: Run): string | undefined {
  const recent = new Map<string, readonly number[]>()
  for (const { operation, method, target, signed, sentAt, index } of exchanges) {
    if (!signed) continue
    const request = `${method} ${target}`
    const times = [...(recent.get(request) ?? []).filter((at) => at > sentAt - MINUTE_MS), sentAt]
    recent.set(request, times)
    if (times.length > (operation === 'create' ? MAX_POSTS_PER_MINUTE : MAX_READS_PER_MINUTE))
      return `#${index} was the ${times.length}th ${request} within a minute`
  }
  return undefined
}

/** Finds a request before the end of a pause that a response asked for. */
function findHastyRequest({ exchanges, scenario }: Run): string | undefined {
  const lastReadAt = scenario.options.timeoutMs - LAST_READ_LEAD_MS
  for (const { index, operation, retryAfter: asked = 0, endedAt = 0 } of exchanges) {
    if (asked === 0) continue
    // A token can be for a read.
    const retryAfter = operation === 'create' ? asked : Math.min(asked, MAX_READ_PAUSE_S)
    const next = exchanges.find((other) => other.index > index && other.operation === operation)
    const isLastRead = operation !== 'create' && endedAt < lastReadAt
    if (next === undefined || (isLastRead && next.sentAt > lastReadAt - 1)) continue
    if (next.sentAt < endedAt + retryAfter * 1000 - 1)
      return `${operation} #${next.index} was sent ${next.sentAt - endedAt} ms after #${index} instead of ${retryAfter} s`
  }
  return undefined
}

function findLateEnd({ canceledAt, closedAt, endedAt, ending, scenario }: Run): string | undefined {
  const stoppedAt = Math.min(canceledAt ?? Number.POSITIVE_INFINITY, scenario.options.timeoutMs)
  if (closedAt > endedAt + CLEANUP_MS) return `it took ${closedAt - endedAt} ms after the outputs`
  if (endedAt > stoppedAt + GRACE_MS) return `it reported the end ${endedAt - stoppedAt} ms later`
  if (closedAt > stoppedAt + END_MS) return `it ended ${closedAt - stoppedAt} ms later`
  return canceledAt !== undefined && ending.kind === 'success'
    ? 'it succeeded after the cancellation'
    : undefined
}

export function findViolations(run: Run): readonly Violation[] {
  const listed = withListings(run)
  return invariants.flatMap(({ name, check }) => {
    const how = check(listed)
    return how === undefined ? [] : [{ invariant: name, how }]
  })
}
