import { TITLES } from '../src/titles.js'
import { atlasGoals } from './atlas-goals.js'
import { type Exchange, isOfTokens, isRetried } from './exchange.js'
import { saysMayExist } from './expectations.js'
import { isOpen, isStray } from './oracle/posts.js'
import { type CoverageGoal, type RunFacts, readsOfOthers } from './run-facts.js'
import type { Run } from './run-step.js'

/** Goals of runs with a service account. */
export const tokenGoals: readonly CoverageGoal[] = [
  {
    name: 'success with a service account',
    reached: ({ success, run }) => success && run.scenario.access.credentials.kind === 'serviceAccount',
  },
  {
    name: 'token renewed before it expires',
    reached: ({ run }) =>
      responsesBefore(run.exchanges, 'token', 200).some((before) => before?.status === 200),
  },
  {
    name: 'expired or unknown token replaced',
    reached: (facts) => facts.success && replaced(facts, (before) => before.fault === undefined),
  },
  {
    name: 'token replaced after a POST',
    reached: (facts) => facts.success && replaced(facts, (before) => before.operation === 'create'),
  },
  {
    name: 'failure after two 401 in a row',
    reached: ({ title }) => title === TITLES.invalidServiceAccount,
  },
  { name: 'client secret rejected', reached: ({ title }) => title === TITLES.invalidClientSecret },
  {
    name: 'success after requests for a token failed',
    reached: ({ success, run }) => success && run.exchanges.some(isFailedToken),
  },
  {
    name: 'failure because requests for a token failed',
    reached: ({ title, run }) => {
      const last = run.exchanges.at(-1)
      return !isStopped(title) && run.endedAt > OUTAGE_MS && last !== undefined && isFailedToken(last)
    },
  },
  {
    name: 'rate limit of the token endpoint',
    reached: ({ run }) =>
      run.exchanges.some(
        ({ operation, status, fault }) => operation === 'token' && status === 429 && fault === undefined,
      ),
  },
  {
    name: 'stopped while getting a token',
    reached: ({ run }) =>
      run.exchanges.some(
        ({ operation, error, endedAt, fault }) =>
          operation === 'token' && error !== undefined && endedAt === run.endedAt && fault === undefined,
      ),
  },
  {
    name: 'token revoked',
    reached: ({ run }) =>
      run.exchanges.some(({ operation, status }) => operation === 'revoke' && status === 200),
  },
  {
    name: 'token not revoked',
    reached: ({ run }) =>
      run.exchanges.some(({ operation, status }) => operation === 'revoke' && status !== 200),
  },
  {
    name: 'revocation timed out',
    reached: ({ run }) =>
      run.exchanges.some(
        ({ operation, error, sentAt, endedAt = sentAt }) =>
          operation === 'revoke' && error !== undefined && Math.round(endedAt - sentAt) === 5_000,
      ),
  },
]

function isFailedToken({ operation, status }: Exchange): boolean {
  return operation === 'token' && status !== 200
}

function isStopped(title: string): boolean {
  return title === TITLES.canceled || title === TITLES.timedOut
}

/** The request right before each response of this kind. */
function responsesBefore(
  exchanges: readonly Exchange[],
  operation: string,
  status: number,
): readonly (Exchange | undefined)[] {
  return exchanges.flatMap((exchange, place) =>
    place > 0 && exchange.operation === operation && exchange.status === status ? [exchanges[place - 1]] : [],
  )
}

function replaced({ run }: RunFacts, because: (before: Exchange) => boolean): boolean {
  return responsesBefore(run.exchanges, 'token', 200).some(
    (before) => before?.scheme === 'bearer' && before.status === 401 && because(before),
  )
}

/** Outage limit for network errors and 5xx while there is no snapshot. */
const OUTAGE_MS = 300_000

export const coverageGoals: readonly CoverageGoal[] = [
  { name: 'success with wait', reached: ({ success, run }) => success && run.scenario.options.wait },
  { name: 'success without wait', reached: ({ success, run }) => success && !run.scenario.options.wait },
  {
    name: 'created by the second POST',
    reached: ({ run, posts }) => run.observed.length > 0 && posts.length === 2,
  },
  {
    name: 'created by a later POST',
    reached: ({ run, posts }) => run.observed.length > 0 && posts.length > 2,
  },
  {
    name: 'own snapshot found in the lists',
    reached: ({ recovered, conflicts }) => recovered && conflicts === 0,
  },
  {
    name: 'own snapshot found after a conflict with it',
    reached: ({ recovered, conflicts }) => recovered && conflicts > 0,
  },
  {
    name: 'own snapshot found after a late POST',
    reached: ({ recovered, postHadFault }) => recovered && postHadFault('late'),
  },
  {
    name: 'own snapshot found after a doubled POST',
    reached: ({ recovered, postHadFault }) => recovered && postHadFault('twice'),
  },
  {
    name: 'POST executed after the end of the step',
    reached: ({ run }) =>
      run.records.some(({ takenBy, takenAt }) => takenBy === 'request' && takenAt > run.epoch + run.endedAt),
  },
  {
    name: 'waited for another snapshot, then created one',
    reached: ({ waitedFor, success }) => waitedFor.length > 0 && success,
  },
  { name: 'waited for two other snapshots', reached: ({ waitedFor }) => waitedFor.length > 1 },
  {
    name: 'other snapshot failed',
    reached: ({ run }) => readOfOther(run, ({ body }) => body?.includes('"failed"') === true),
  },
  { name: 'other snapshot deleted', reached: ({ run }) => readOfOther(run, ({ status }) => status === 404) },
  { name: 'snapshot in progress reused', reached: ({ run, posts }) => reused(run, posts, false) },
  {
    name: 'completed snapshot reused after a conflict with it',
    reached: ({ run, posts }) => reused(run, posts, true),
  },
  {
    name: 'recent snapshot reused without a POST',
    reached: ({ run, posts }) => reusedYoung(run) && posts.length === 0,
  },
  {
    name: 'recent snapshot reused after a POST',
    reached: ({ run, posts }) => reusedYoung(run) && posts.length > 0,
  },
  {
    name: 'recent snapshot reused after a POST with unknown outcome',
    reached: ({ run, posts }) => reusedYoung(run) && posts.some(isOpen),
  },
  {
    name: 'no recent snapshot, so one is created',
    reached: ({ run, success }) =>
      success && run.scenario.options.reuseWithinMs !== undefined && run.observed[0]?.created === true,
  },
  {
    name: 'on-conflict: fail, with the ID of the other snapshot',
    reached: ({ title, text, run }) => title === TITLES.conflict && namesOther(text, run),
  },
  {
    name: 'on-conflict: fail, without an ID',
    reached: ({ title, text, run }) => title === TITLES.conflict && !namesOther(text, run),
  },
  {
    name: 'conflict with a snapshot that the lists hide',
    reached: ({ recovered, waitedFor, conflicts }) => conflicts > 1 && waitedFor.length === 0 && !recovered,
  },
  {
    name: 'no conflict with a scheduled snapshot',
    reached: ({ run, conflicts, success }) =>
      success &&
      conflicts === 0 &&
      run.scenario.concurrent.some(({ atMs, snapshot }) => atMs < 0 && snapshot.snapshotType === 'scheduled'),
  },
  {
    name: 'list with several pages',
    reached: ({ run }) => run.exchanges.some(({ target }) => target.endsWith('pageNum=2')),
  },
  { name: 'list that shrinks', reached: ({ run }) => run.records.some(({ deleted }) => deleted) },
  {
    name: 'list that the cluster does not have',
    reached: ({ run }) =>
      run.exchanges.some(
        ({ operation, status, fault }) =>
          operation.startsWith('list') && status === 400 && fault === undefined,
      ),
  },
  {
    name: 'Retry-After beyond the timeout',
    reached: ({ success, title, run }) =>
      !success &&
      !isStopped(title) &&
      run.exchanges.some(
        (exchange) =>
          (exchange.endedAt ?? 0) + (exchange.retryAfter ?? 0) * 1000 > run.scenario.options.timeoutMs,
      ),
  },
  {
    name: 'outage of 5 minutes',
    reached: ({ success, title, run }) =>
      !success && !isStopped(title) && run.endedAt > OUTAGE_MS && run.exchanges.slice(-3).some(isRetried),
  },
  { name: 'failed snapshot', reached: ({ title }) => title === TITLES.snapshotFailed },
  {
    name: 'success after an unknown status',
    reached: ({ run, success }) =>
      success &&
      run.scenario.options.wait &&
      run.observed.some(({ snapshot }) => snapshot.status === run.scenario.atlas.oddStatus?.word),
  },
  {
    name: 'success after a 404 for the own snapshot',
    reached: ({ run, success }) =>
      success &&
      run.exchanges.some(
        ({ operation, status, fault }) => operation === 'get' && status === 404 && fault === undefined,
      ),
  },
  {
    name: 'failure after a lasting 404 for the own snapshot',
    reached: ({ title }) => title === TITLES.snapshotNotFound,
  },
  {
    name: 'members read',
    reached: ({ run, success }) =>
      success && run.exchanges.some(({ operation, status }) => operation === 'get-sharded' && status === 200),
  },
  {
    name: 'members could not be read',
    reached: ({ run: { ending } }) =>
      ending.kind === 'success' &&
      ending.result.snapshot.type === 'shardedCluster' &&
      ending.result.snapshot.memberIds === undefined,
  },
  {
    name: 'own snapshot found after a stray response to the POST',
    reached: ({ recovered, posts }) => recovered && posts.some(isStray),
  },
  {
    name: 'no snapshot found after a stray response to the POST',
    reached: ({ run, posts, success }) => !success && saysMayExist(run) && posts.some(isStray),
  },
  {
    name: 'success after a stray response to a status check',
    reached: ({ run, success }) =>
      success && run.exchanges.some((exchange) => exchange.operation === 'get' && isStray(exchange)),
  },
  {
    name: 'sharded form completed after the plain form',
    reached: ({ run, success }) =>
      success &&
      run.exchanges.some(
        ({ operation, body }) => operation === 'get-sharded' && body?.includes('"completed"') === false,
      ),
  },
  { name: 'two snapshots with the tag', reached: ({ title }) => title === TITLES.duplicateTag },
  { name: 'every nonce rejected', reached: ({ title }) => title === TITLES.nonceRejected },
  {
    name: 'rate limit of the snapshot endpoints',
    reached: ({ run }) => run.exchanges.some(({ status, fault }) => status === 429 && fault === undefined),
  },
  {
    name: 'failure, and a snapshot might exist',
    reached: ({ run, success }) => !success && saysMayExist(run),
  },
  {
    name: 'failure, and no snapshot exists',
    reached: ({ run, success }) => !success && !saysMayExist(run) && run.observed.length === 0,
  },
  ...[TITLES.canceled, TITLES.timedOut].flatMap((why): CoverageGoal[] => {
    const ended = (phase: Phase): CoverageGoal => ({
      name: `${why} while ${phase}`,
      reached: ({ title, run }) => title === why && lastPhase(run) === phase,
    })
    return [
      ended('creating'),
      ended('searching for a conflict'),
      ended('waiting for another snapshot'),
      ended('waiting'),
      {
        name: `${why}: POST response within the grace period`,
        reached: (facts) =>
          facts.title === why &&
          facts.posts.some((post) => isInGrace(post, facts.run) && post.status !== undefined),
      },
      {
        name: `${why}: no POST response within the grace period`,
        reached: (facts) =>
          facts.title === why &&
          facts.posts.some((post) => isInGrace(post, facts.run) && post.error !== undefined),
      },
    ]
  }),
  ...tokenGoals,
  ...atlasGoals,
]

function readOfOther(run: Run, is: (exchange: Exchange) => boolean): boolean {
  return readsOfOthers(run).some(is)
}

function namesOther(text: string, { records }: Run): boolean {
  return records.some(({ id, takenBy }) => takenBy === 'other' && text.includes(id))
}

type Phase = 'creating' | 'searching for a conflict' | 'waiting for another snapshot' | 'waiting'

/** The phase in which a step ended, derived from its last requests. */
function lastPhase({ exchanges, observed }: Run): Phase {
  if (observed.length > 0) return 'waiting'
  const last = exchanges.findLast(({ signed, operation }) => signed && !isOfTokens({ operation }))
  if (last?.operation === 'get') return 'waiting for another snapshot'
  const post = exchanges.findLast(({ operation, signed }) => operation === 'create' && signed)
  return last?.operation.startsWith('list') && post?.status === 400 ? 'searching for a conflict' : 'creating'
}

function reused({ observed }: Run, posts: readonly Exchange[], completed: boolean): boolean {
  const [first] = observed
  const hasConflict = posts.some(({ status }) => status === 400)
  return first?.created === false && hasConflict && (first.snapshot.status === 'completed') === completed
}

function reusedYoung({ observed, scenario }: Run): boolean {
  return observed[0]?.created === false && scenario.options.onConflict !== 'reuse'
}

/** True for a POST that was in progress when the step had to stop. */
function isInGrace({ sentAt, endedAt }: Exchange, { canceledAt, scenario }: Run): boolean {
  const stopAt = Math.min(canceledAt ?? Number.POSITIVE_INFINITY, scenario.options.timeoutMs)
  return sentAt < stopAt && endedAt !== undefined && endedAt > stopAt
}
