import { ActionError } from '../src/failure.js'
import { isRetried } from './exchange.js'
import {
  allSecrets,
  describeState,
  failureText,
  findBlindPost,
  findRecord,
  findUnmaskedToken,
  findUnrevokedToken,
  findWrongLeftover,
  findWrongOutput,
  ownSnapshots,
} from './expectations.js'
import { type ListedRun, withListings } from './oracle/listings.js'
import { findNeedlessFailure } from './oracle/liveness.js'
import {
  findIgnoredConflict,
  findNeedlessListing,
  findPostAfterMismatch,
  findPostDuringConflict,
  findPostStorm,
} from './oracle/posts.js'
import { findWrongReuse } from './oracle/reuse.js'
import { findLateToken, findWrongInterval } from './oracle/schedule.js'
import { maxReadsWhileWaiting, maxRequests } from './request-bound.js'
import type { Run } from './run-step.js'

/** A promise by its name; `check` says how a run breaks it, `undefined` where it keeps it. */
export interface Invariant {
  readonly name: string
  readonly check: (run: ListedRun) => string | undefined
}

/** A broken promise. */
export interface Violation {
  readonly invariant: string
  readonly how: string
}

const GRACE_MS = 2_000
/** Retries in a row of one kind in ten minutes: with full jitter up to 30 s, forty are usual. */
const MAX_RETRIES = 100
const RETRY_WINDOW_MS = 600_000

export const invariants: readonly Invariant[] = [
  {
    name: 'at most one snapshot by this step',
    check: (run) => {
      const own = ownSnapshots(run)
      return own.length > 1 ? `it left ${own.map(({ id }) => id).join(' and ')}` : undefined
    },
  },
  {
    name: 'success with wait only if that very snapshot is completed',
    check: ({ ending, scenario, records, epoch, endedAt }) => {
      if (ending.kind !== 'success' || !scenario.options.wait) return undefined
      const { id, status } = ending.result.snapshot
      const record = records.find((one) => one.id === id)
      if (record?.status === 'completed' && !record.deleted && record.endsAt <= epoch + endedAt) {
        return status === 'completed' ? undefined : `it says ${status}`
      }
      return `${id} is ${describeState(record)}`
    },
  },
  {
    name: 'success without wait only if the snapshot exists and has not failed',
    check: (run) => {
      const { ending, scenario, records, epoch } = run
      if (ending.kind !== 'success' || scenario.options.wait) return undefined
      const { id, status } = ending.result.snapshot
      const record = records.find((one) => one.id === id)
      if (record === undefined || record.deleted) return `${id} is ${describeState(record)}`
      // What happens after Atlas spoke of it last cannot be known.
      const spokeAt = run.exchanges.findLast(({ body }) => body?.includes(id))?.arrivedAt ?? 0
      const hadFailed = record.status === 'failed' && record.endsAt < epoch + spokeAt - 1
      return hadFailed || status === 'failed' ? `${id} had failed` : undefined
    },
  },
  {
    name: 'every snapshot-id exists',
    check: (run) => {
      const strange = run.observed.find(({ snapshot }) => findRecord(run, snapshot.id) === undefined)
      return strange === undefined ? undefined : `there is no ${strange.snapshot.id}`
    },
  },
  {
    name: "created is true exactly if this step's POST made it",
    check: (run) => {
      const wrong = run.observed.find(
        ({ snapshot, created }) => (findRecord(run, snapshot.id)?.takenBy === 'request') !== created,
      )
      if (wrong === undefined) return undefined
      const { snapshot, created } = wrong
      return `created is ${created} for ${snapshot.id}, taken by ${findRecord(run, snapshot.id)?.takenBy}`
    },
  },
  { name: 'the newest fitting snapshot is reused, and no other', check: findWrongReuse },
  { name: 'no POST while the snapshot that caused a conflict is unfinished', check: findPostDuringConflict },
  { name: 'on-conflict: fail fails', check: findIgnoredConflict },
  {
    name: 'no POST after a response about another snapshot, or from elsewhere',
    check: findPostAfterMismatch,
  },
  { name: 'no storm of POSTs', check: findPostStorm },
  { name: 'the lists are read once each time', check: findNeedlessListing },
  { name: 'status checks keep the schedule, with jitter', check: findWrongInterval },
  { name: 'a token is renewed before it expires', check: findLateToken },
  { name: 'outputs agree with the result', check: findWrongOutput },
  {
    name: 'ended by the deadline plus 2 s',
    check: ({ closedAt, scenario: { options } }) =>
      closedAt > options.timeoutMs + GRACE_MS
        ? `it ended ${closedAt - options.timeoutMs} ms after the deadline`
        : undefined,
  },
  {
    name: 'a cancelled step fails within 2 s',
    check: ({ cancelledAt, closedAt, ending }) => {
      if (cancelledAt === undefined) return undefined
      if (ending.kind === 'success') return 'it succeeded'
      return closedAt > cancelledAt + GRACE_MS ? `it ended ${closedAt - cancelledAt} ms later` : undefined
    },
  },
  {
    name: 'no more requests than the schedule allows',
    check: (run) => {
      const made = run.requestsAtClose
      const most = maxRequests(run)
      if (made > most) return `${made} requests, where ${most} are allowed`
      const { reads, allowed } = maxReadsWhileWaiting(run)
      return reads > allowed ? `${reads} requests while waiting, where ${allowed} are allowed` : undefined
    },
  },
  {
    name: 'retries back off',
    check: ({ exchanges }) => {
      const rows = new Map<string, number[]>()
      for (const exchange of exchanges) {
        const { operation, sentAt } = exchange
        if (!isRetried(exchange)) {
          if (exchange.signed) rows.set(operation, [])
          continue
        }
        const row = [...(rows.get(operation) ?? []), sentAt].filter((at) => at > sentAt - RETRY_WINDOW_MS)
        if (row.length > MAX_RETRIES) return `${row.length} failed ${operation} in a row in 10 minutes`
        rows.set(operation, row)
      }
      return undefined
    },
  },
  {
    name: 'Retry-After is kept',
    check: ({ exchanges }) => {
      for (const { index, operation, retryAfter = 0, endedAt = 0 } of exchanges) {
        if (retryAfter === 0) continue
        const next = exchanges.find((other) => other.index > index && other.operation === operation)
        if (next !== undefined && next.sentAt < endedAt + retryAfter * 1000 - 1) {
          return `${operation} #${next.index} came ${next.sentAt - endedAt} ms after #${index}, not ${retryAfter} s`
        }
      }
      return undefined
    },
  },
  { name: 'the lists are read before every further POST', check: findBlindPost },
  {
    name: 'no request after the end',
    check: ({ exchanges, requestsAtEnd, requestsAtClose }) => {
      const late = exchanges.slice(requestsAtClose)
      if (late.length > 0) return `${late.length} requests`
      const releasing = exchanges.slice(requestsAtEnd).map(({ operation }) => operation)
      return ['', 'revoke'].includes(releasing.join()) ? undefined : releasing.join()
    },
  },
  { name: 'the last token is revoked, within 3 s', check: findUnrevokedToken },
  { name: 'every token is masked', check: findUnmaskedToken },
  {
    name: 'every failure says what happened and what to do',
    check: ({ ending }) => {
      if (ending.kind === 'success') return undefined
      const { thrown } = ending
      if (!(thrown instanceof ActionError)) return `thrown was ${String(thrown)}`
      const { title, message, remedy } = thrown
      return [title, message, remedy].includes('') || /undefined|\[object/.test(`${title}${message}${remedy}`)
        ? `${title} | ${message} | ${remedy}`
        : undefined
    },
  },
  { name: 'a failure names the snapshot it leaves, or says that one may exist', check: findWrongLeftover },
  { name: 'a step that nothing hinders succeeds', check: findNeedlessFailure },
  {
    name: 'no secret is told',
    check: (run) => {
      const told = [...run.lines, failureText(run)].find(
        (line) =>
          allSecrets(run).some((secret) => line.includes(secret)) ||
          /authorization:|digest username|response="|bearer /i.test(line),
      )
      return told
    },
  },
]

/** Every promise that a run breaks. */
export function findViolations(run: Run): readonly Violation[] {
  const listed = withListings(run)
  return invariants.flatMap(({ name, check }) => {
    const how = check(listed)
    return how === undefined ? [] : [{ invariant: name, how }]
  })
}
