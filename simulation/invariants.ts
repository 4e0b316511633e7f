import { explainSecond } from './oracle/limits.js'
import { type ListedRun, withListings } from './oracle/listings.js'
import {
  findBlindPost,
  findEndlessOutage,
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

/** The precision of timers. */
const SLACK_MS = 1
/** How long everything after the outputs can take, and the whole end of a step. */
const CLEANUP_MS = 4_001
const END_MS = 6_002

/** The rules that every run must follow. */
export const invariants: Readonly<Record<string, Check>> = {
  'a step creates at most one snapshot': findSecond,
  'success means that the snapshot exists and, with wait, is completed': findFalseSuccess,
  'created is true if and only if this step created the snapshot': findWrongCreator,
  'no POST while the list shows another snapshot in progress': findPostDuringConflict,
  'no POST after an untrusted response': findPostAfterMismatch,
  'no POST without the pause and the list that it requires': findBlindPost,
  'no POST after too long an outage': findEndlessOutage,
  'no request after the end': findLateRequest,
  'a step ends within 6 s after its timeout or cancellation': findLateEnd,
  'a step of a progress run succeeds': findStuck,
  'a step that its deadline or a cancellation ends says so': findWrongEnd,
  'a failure reports the snapshot that exists or might exist': findWrongLeftover,
}

function findSecond(run: ListedRun): string | undefined {
  const own = ownSnapshots(run)
  const place = own.slice(1).findIndex((_, at) => explainSecond(run, at) === undefined)
  return place < 0 ? undefined : `it created ${own[place]?.id} and ${own[place + 1]?.id}`
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
  if (endedAt > stoppedAt + SLACK_MS) return `it reported the end ${endedAt - stoppedAt} ms later`
  if (closedAt > stoppedAt + END_MS) return `it ended ${closedAt - stoppedAt} ms later`
  return canceledAt !== undefined && ending.status === 'fulfilled'
    ? 'it succeeded after the cancellation'
    : undefined
}

/** Finds a failure although `drawProgress` excludes everything that can prevent success. */
function findStuck({ ending, scenario }: Run): string | undefined {
  return scenario.kind === 'progress' && ending.status === 'rejected' ? String(ending.reason) : undefined
}

export function findViolations(run: Run): readonly Violation[] {
  const listed = withListings(run)
  const { seed } = run.scenario
  return Object.entries(invariants).flatMap(([invariant, check]) => {
    const how = check(listed)
    return how === undefined ? [] : [{ seed, invariant, how }]
  })
}
