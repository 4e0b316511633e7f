import { type ListedRun, withListings } from './oracle/listings.js'
import { findNeedlessFailure, MAX_READ_PAUSE_S } from './oracle/liveness.js'
import { findBlindPost } from './oracle/looks.js'
import {
  findIgnoredConflict,
  findPostAfterMismatch,
  findPostDuringConflict,
  findReuseInDoubt,
} from './oracle/posts.js'
import { findBurst, findNeedlessRequest } from './oracle/requests.js'
import {
  allSecrets,
  describeState,
  failureText,
  findIncompleteReport,
  findRecord,
  findRequestAfterUntrusted,
  findUnmaskedToken,
  findUnrevokedToken,
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

export const invariants: readonly Invariant[] = [
  {
    name: 'a step creates at most one snapshot',
    check: (run) => {
      const own = ownSnapshots(run)
      return own.length > 1 ? `it created ${own.map(({ id }) => id).join(' and ')}` : undefined
    },
  },
  {
    name: 'with wait, success means that the snapshot is completed',
    check: (run) => {
      const { ending, scenario, epoch, endedAt } = run
      if (ending.kind !== 'success' || !scenario.options.wait) return undefined
      const { id, status } = ending.result.snapshot
      const record = findRecord(run, id)
      if (record?.status === 'completed' && !record.deleted && record.endsAt <= epoch + endedAt) {
        return status === 'completed' ? undefined : `the step reported ${status}`
      }
      return `${id} is ${describeState(record)}`
    },
  },
  {
    name: 'without wait, success means that the snapshot exists and has not failed',
    check: (run) => {
      const { ending, scenario, epoch } = run
      if (ending.kind !== 'success' || scenario.options.wait) return undefined
      const { id, status } = ending.result.snapshot
      const record = findRecord(run, id)
      if (record === undefined || record.deleted) return `${id} is ${describeState(record)}`
      const read = run.exchanges.findLast(
        ({ operation, target }) => operation === 'get' && target.endsWith(id),
      )
      if (read?.status === 404) return `${id} was not found by #${read.index}`
      // The step can't know what happened after the last response with the snapshot.
      const spokeAt =
        run.exchanges.findLast(({ operation, body }) => !operation.startsWith('list') && body.includes(id))
          ?.arrivedAt ?? 0
      const hadFailed = record.status === 'failed' && record.endsAt < epoch + spokeAt - 1
      return hadFailed || status === 'failed' ? `${id} had failed` : undefined
    },
  },
  {
    name: 'created is true if and only if this step created the snapshot',
    check: (run) => {
      for (const { snapshot, created } of run.observed) {
        const takenBy = findRecord(run, snapshot.id)?.takenBy
        if (takenBy !== (created ? 'request' : 'other'))
          return `created is ${created} for ${snapshot.id}, created by: ${takenBy}`
      }
      return undefined
    },
  },
  { name: 'no other snapshot is used while the own one might exist', check: findReuseInDoubt },
  { name: 'no POST while the conflicting snapshot is in progress', check: findPostDuringConflict },
  { name: 'on-conflict: fail makes a conflict an error', check: findIgnoredConflict },
  { name: 'no POST after an untrusted response', check: findPostAfterMismatch },
  { name: 'no burst of requests', check: findBurst },
  {
    name: 'a step ends within 6 s after its timeout',
    check: (run) => {
      const cleanupMs = run.closedAt - run.endedAt
      if (cleanupMs > CLEANUP_MS) return `it took ${cleanupMs} ms after the outputs`
      return findLateEnd(run, run.scenario.options.timeoutMs)
    },
  },
  {
    name: 'a canceled step fails within 6 s',
    check: (run) => {
      if (run.canceledAt === undefined) return undefined
      return run.ending.kind === 'success' ? 'it succeeded' : findLateEnd(run, run.canceledAt)
    },
  },
  {
    name: 'Retry-After is respected',
    check: ({ exchanges, scenario }) => {
      const lastReadAt = scenario.options.timeoutMs - LAST_READ_LEAD_MS
      for (const { index, operation, retryAfter: asked = 0, endedAt = 0 } of exchanges) {
        if (asked === 0) continue
        // A token can be for a read.
        const retryAfter = operation === 'create' ? asked : Math.min(asked, MAX_READ_PAUSE_S)
        const next = exchanges.find((other) => other.index > index && other.operation === operation)
        const isLastRead = operation !== 'create' && endedAt < lastReadAt
        if (isLastRead && next !== undefined && next.sentAt > lastReadAt - 1) continue
        if (next !== undefined && next.sentAt < endedAt + retryAfter * 1000 - 1) {
          return `${operation} #${next.index} was sent ${next.sentAt - endedAt} ms after #${index} instead of ${retryAfter} s`
        }
      }
      return undefined
    },
  },
  { name: 'the lists are read before every further POST', check: findBlindPost },
  { name: 'only requests that the step needs are sent', check: findNeedlessRequest },
  {
    name: 'no request after the end',
    check: ({ exchanges, requestsAtEnd, requestsAtClose }) => {
      const late = exchanges.slice(requestsAtClose)
      if (late.length > 0) return `${late.length} requests`
      const releasing = exchanges.slice(requestsAtEnd).map(({ operation }) => operation)
      return ['', 'revoke'].includes(releasing.join()) ? undefined : releasing.join()
    },
  },
  { name: 'the last token is revoked', check: findUnrevokedToken },
  { name: 'nothing is sent after a response that is not trusted', check: findRequestAfterUntrusted },
  { name: 'every token is masked', check: findUnmaskedToken },
  {
    name: 'every failure has a title, a message, and a remedy',
    check: findIncompleteReport,
  },
  { name: 'a failure reports the snapshot that exists or might exist', check: findWrongLeftover },
  { name: "another snapshot is neither the step's own nor a part of one", check: findWrongOther },
  { name: 'a step without obstacles succeeds', check: findNeedlessFailure },
  {
    name: 'no secret is logged',
    check: (run) =>
      [...run.lines, failureText(run)].find(
        (line) =>
          allSecrets(run).some((secret) => line.includes(secret)) ||
          /authorization:|digest username|response="|bearer /i.test(line),
      ),
  },
]

function findLateEnd({ endedAt, closedAt }: ListedRun, stoppedAt: number): string | undefined {
  if (endedAt > stoppedAt + GRACE_MS) return `it reported the end ${endedAt - stoppedAt} ms later`
  return closedAt > stoppedAt + END_MS ? `it ended ${closedAt - stoppedAt} ms later` : undefined
}

export function findViolations(run: Run): readonly Violation[] {
  const listed = withListings(run)
  return invariants.flatMap(({ name, check }) => {
    const how = check(listed)
    return how === undefined ? [] : [{ invariant: name, how }]
  })
}
