import { type ListedRun, withListings } from './oracle/listings.js'
import {
  findBlindPost,
  findLateStart,
  findPostAfterMismatch,
  findPostDuringConflict,
} from './oracle/posts.js'
import {
  findFalseSuccess,
  findWrongCreator,
  findWrongEnd,
  findWrongLeftover,
  ownSnapshots,
} from './reports.js'
import type { Run } from './run-step.js'

/** Returns how a run violates a rule, or `undefined`. */
type Check = (run: ListedRun) => string | undefined

export interface Violation {
  readonly seed: number
  readonly invariant: string
  readonly how: string
}

/** How long a POST in flight can still complete, with the precision of timers. */
const GRACE_MS = 1_001
/** How long everything after the outputs can take, and the whole end of a step. */
const CLEANUP_MS = 4_001
const END_MS = 6_002

/** The rules that every run must follow. */
export const invariants: Readonly<Record<string, Check>> = {
  'a step creates at most one snapshot': findSecond,
  'success means that the snapshot exists and, with wait, is completed': findFalseSuccess,
  'created is true if and only if this step created the snapshot': findWrongCreator,
  'after a conflict, no POST while the list shows a snapshot in progress, or might hide one':
    findPostDuringConflict,
  'no POST after an untrusted response': findPostAfterMismatch,
  'the list is read before every further POST, and to reuse before the first': findBlindPost,
  'no POST or list starts after the last read': findLateStart,
  'no request after the end': findLateRequest,
  'a step ends within 6 s after its timeout or cancellation': findLateEnd,
  'a step of a progress run succeeds': findStuck,
  'a step that its deadline or a cancellation ends says so': findWrongEnd,
  'a failure reports the snapshot that exists or might exist': findWrongLeftover,
}

function findSecond(run: Run): string | undefined {
  const own = ownSnapshots(run)
  return own.length > 1 && !isUnseen(run) ? `it created ${own.map(({ id }) => id).join(' and ')}` : undefined
}

/** "A late list": it hid the first of two snapshots until its end, which came between the list and the next POST. */
function isUnseen(run: Run): boolean {
  const [first, second] = ownSnapshots(run)
  if (first === undefined || second === undefined || !run.scenario.atlas.list?.hidesUnfinished) return false
  const listedAt = run.exchanges
    .filter(({ operation }) => operation.startsWith('list'))
    .map(({ arrivedAt = 0 }) => run.epoch + arrivedAt)
    .findLast((at) => at <= second.takenAt)
  return (listedAt ?? 0) < first.endsAt
}

/** Finds a request after the end of the step, except for the revocation of its token. */
function findLateRequest({ exchanges, endedAt, closedAt }: Run): string | undefined {
  const late = exchanges.find(
    ({ operation, sentAt }) => sentAt > closedAt || (sentAt > endedAt && operation !== 'revoke'),
  )
  return late && `#${late.index} ${late.operation}`
}

function findLateEnd({ canceledAt, closedAt, endedAt, ending, scenario }: Run): string | undefined {
  const stoppedAt = Math.min(canceledAt ?? Number.POSITIVE_INFINITY, scenario.options.timeoutMs)
  if (closedAt > endedAt + CLEANUP_MS) return `it took ${closedAt - endedAt} ms after the outputs`
  if (endedAt > stoppedAt + GRACE_MS) return `it reported the end ${endedAt - stoppedAt} ms later`
  if (closedAt > stoppedAt + END_MS) return `it ended ${closedAt - stoppedAt} ms later`
  return canceledAt !== undefined && ending.status === 'fulfilled'
    ? 'it succeeded after the cancellation'
    : undefined
}

/** Finds a failure although `drawProgress` excludes everything that can prevent success. */
function findStuck(run: Run): string | undefined {
  const { ending, scenario } = run
  const isStuck = scenario.kind === 'progress' && ending.status === 'rejected' && !isUnseen(run)
  return isStuck ? String(ending.reason) : undefined
}

export function findViolations(run: Run): readonly Violation[] {
  const listed = withListings(run)
  const { seed } = run.scenario
  return Object.entries(invariants).flatMap(([invariant, check]) => {
    const how = check(listed)
    return how === undefined ? [] : [{ seed, invariant, how }]
  })
}
