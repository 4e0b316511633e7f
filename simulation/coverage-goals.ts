import { TITLES } from '../src/titles.js'
import { type Exchange, isOfTokens } from './exchange.js'
import { ownSnapshots, saysMayExist } from './expectations.js'
import type { FaultName } from './faults.js'
import { findPosts, isConflict, isStray } from './oracle/posts.js'
import type { Run } from './run-step.js'
import type { Scenario } from './scenario.js'

/** Failures that some runs must end with. */
export const requiredTitles: readonly string[] = [
  TITLES.canceled,
  TITLES.timedOut,
  TITLES.conflict,
  TITLES.snapshotFailed,
  TITLES.snapshotNotFound,
  TITLES.duplicateTag,
  TITLES.nonceRejected,
  TITLES.invalidServiceAccount,
  TITLES.invalidClientSecret,
]

/** Unusual behavior of Atlas, or of what is in front of it. Some runs must succeed with each. */
const quirks: Readonly<Record<string, (scenario: Scenario) => boolean>> = {
  'a sharded cluster': ({ atlas }) => atlas.clusters?.[0]?.kind === 'sharded',
  'a member of a snapshot in the plain list': ({ atlas }) => atlas.list?.members === 'one',
  'all members of a snapshot in the plain list': ({ atlas }) => atlas.list?.members === 'all',
  'a list that lags': ({ atlas }) => (atlas.list?.lagSeconds ?? 0) > 5,
  'a list without snapshots in progress': ({ atlas }) => atlas.list?.hidesUnfinished === true,
  'a list without a count': ({ atlas }) => atlas.list?.countError === 'missing',
  'a list with broken entries': ({ atlas }) => (atlas.list?.brokenEntries ?? []).length > 0,
  'capped pages': ({ atlas }) => (atlas.list?.pageLimit ?? 500) < 500,
  'a changed description': ({ atlas }) => (atlas.descriptions?.prefix ?? '') !== '',
  'a description that is cut': ({ atlas }) => (atlas.descriptions?.maxLength ?? 500) < 100,
  'an unknown status': ({ atlas }) => atlas.oddStatus !== undefined,
  'a conflict that outlasts its cause': ({ atlas }) => (atlas.conflictLagSeconds ?? 0) > 0,
  'a realm that is not ASCII': ({ atlas }) => atlas.digest?.realm === 'Größe',
  'a service account': ({ access }) => access.credentials.kind === 'serviceAccount',
  'tokens that expire early': ({ access }) => access.tokensExpireAtMs.length > 0,
  'a cache': ({ gateway }) => gateway.cacheSeconds > 0,
  'a gateway that compresses': ({ gateway }) => gateway.compresses,
  'a given snapshot': ({ attach }) => attach === 'whole',
  'a suspended process': ({ suspension }) => suspension !== undefined,
}

/** Situations that some runs must reach. */
const situations: Readonly<Record<string, (run: Run) => boolean>> = {
  'success with wait': (run) => isSuccess(run) && run.scenario.options.wait,
  'success without wait': (run) => isSuccess(run) && !run.scenario.options.wait,
  'created by a later POST': (run) => run.observed[0]?.created === true && findPosts(run).length > 2,
  'own snapshot found in the lists': isRecovered,
  'own snapshot found after a late POST': (run) => isRecovered(run) && hadFault(run, 'late'),
  'own snapshot found after a doubled POST': (run) => isRecovered(run) && hadFault(run, 'twice'),
  'own snapshot found after a stray response': (run) => isRecovered(run) && findPosts(run).some(isStray),
  'POST executed after the end of the step': (run) =>
    ownSnapshots(run).some(({ takenAt }) => takenAt > run.epoch + run.endedAt),
  'waited for another snapshot, then created one': (run) => isSuccess(run) && readsOfOthers(run).length > 0,
  'other snapshot deleted': (run) => readsOfOthers(run).some(({ status }) => status === 404),
  'snapshot in progress reused': (run) => isReused(run) && run.observed[0]?.snapshot.status !== 'completed',
  'recent snapshot reused without a POST': (run) => isReused(run) && findPosts(run).length === 0,
  'conflict with a snapshot that has ended': (run) => findPosts(run).some((post) => isAfterEnd(post, run)),
  'list with several pages': hasExchange(({ target }) => target.endsWith('pageNum=2')),
  'list that shrinks': ({ records }) => records.some(({ deleted }) => deleted),
  'list that the cluster does not have': hasExchange(
    ({ operation, status, fault }) => operation.startsWith('list') && status === 400 && fault === undefined,
  ),
  'page after the first rejected': hasExchange(
    ({ target, status = 0 }) => target.includes('pageNum=2') && [400, 404].includes(status),
  ),
  'own snapshot not found for a while': (run) =>
    isSuccess(run) && hasExchange(({ operation, status }) => operation === 'get' && status === 404)(run),
  'sharded form completed after the plain form': hasExchange(
    ({ operation, body }) => operation === 'get-sharded' && body?.includes('"completed"') === false,
  ),
  'cluster not readable': hasExchange(({ operation, status }) => operation === 'cluster' && status === 401),
  'rate limit': hasExchange(({ status, fault }) => status === 429 && fault === undefined),
  'failure, and a snapshot might exist': (run) => !isSuccess(run) && saysMayExist(run),
  'token renewed before it expires': (run) => isTokenAfter(run, 200),
  'rejected token replaced': (run) => isTokenAfter(run, 401),
  'token revoked': hasExchange(({ operation, status }) => operation === 'revoke' && status === 200),
  'stopped while creating': (run) => isStopped(run) && lastOperation(run) === 'create',
  'stopped while searching the lists': (run) =>
    isStopped(run) && lastOperation(run)?.startsWith('list') === true,
  'stopped while waiting for another snapshot': (run) =>
    isStopped(run) && lastOperation(run) === 'get' && run.observed.length === 0,
  'stopped while waiting': (run) => isStopped(run) && run.observed.length > 0,
  'POST response within the grace period': (run) =>
    findPosts(run).some((post) => post.status !== undefined && (post.endedAt ?? 0) > stoppedAt(run)),
}

/** Everything that some runs must reach, because the simulation tests nothing about it otherwise. */
export const coverageGoals: Readonly<Record<string, (run: Run) => boolean>> = {
  ...situations,
  ...Object.fromEntries(
    Object.entries(quirks).map(([name, has]) => [
      `success with ${name}`,
      (run: Run) => isSuccess(run) && has(run.scenario),
    ]),
  ),
}

function isSuccess({ ending }: Run): boolean {
  return ending.kind === 'success'
}

function hasExchange(is: (exchange: Exchange) => boolean): (run: Run) => boolean {
  return ({ exchanges }) => exchanges.some(is)
}

function hadFault(run: Run, fault: FaultName): boolean {
  return findPosts(run).some((post) => post.fault === fault)
}

/** The step found its own snapshot in a list. */
function isRecovered(run: Run): boolean {
  const [first] = run.observed
  return first?.created === true && !findPosts(run).some(({ body }) => body?.includes(first.snapshot.id))
}

function isReused({ observed, scenario }: Run): boolean {
  return observed[0]?.created === false && scenario.attach === undefined
}

/** Status checks of other snapshots, before the step had one. */
function readsOfOthers({ exchanges, observed, endedAt }: Run): readonly Exchange[] {
  const knownAt = observed[0]?.at ?? endedAt
  return exchanges.filter(({ operation, sentAt }) => operation === 'get' && sentAt < knownAt)
}

function isAfterEnd(post: Exchange, { records, epoch }: Run): boolean {
  const at = epoch + (post.arrivedAt ?? post.sentAt)
  return isConflict(post) && records.every(({ takenAt, endsAt }) => takenAt > at || endsAt <= at)
}

/** True if the step got another token right after a request with a token had this response. */
function isTokenAfter({ exchanges }: Run, status: number): boolean {
  return exchanges.some(
    (exchange, index) =>
      exchange.operation === 'token' &&
      exchange.status === 200 &&
      exchanges[index - 1]?.scheme === 'bearer' &&
      exchanges[index - 1]?.status === status,
  )
}

/** When the step was canceled or timed out, if it was. */
function stoppedAt({ canceledAt, scenario }: Run): number {
  return canceledAt ?? scenario.options.timeoutMs
}

function isStopped(run: Run): boolean {
  return !isSuccess(run) && run.endedAt >= stoppedAt(run) - 1
}

function lastOperation({ exchanges }: Run): string | undefined {
  return exchanges.findLast((exchange) => exchange.signed && !isOfTokens(exchange))?.operation
}
