import { ActionError } from '../src/failure.js'
import { TITLES } from '../src/titles.js'
import { type Exchange, isOfTokens, isRetried } from './exchange.js'
import { saysMayExist } from './expectations.js'
import { findPosts, isOpen, isStray } from './oracle/posts.js'
import type { Run } from './run-step.js'

/** Something that a run may come through; a simulation that never does proves nothing about it. */
export interface CoverageGoal {
  readonly name: string
  readonly reached: (facts: RunFacts) => boolean
}

/** A run, with and what goals are checked against. */
export interface RunFacts {
  readonly run: Run
  readonly success: boolean
  readonly title: string
  /** Message and remedy of a failure. */
  readonly text: string
  /** POSTs with credentials. */
  readonly posts: readonly Exchange[]
  readonly conflicts: number
  /** Whether the step found its own snapshot in a list. */
  readonly adopted: boolean
  /** Other snapshots whose end the step waited for. */
  readonly waitedFor: readonly string[]
  /** Whether one of these faults happened to a POST with credentials. */
  readonly postHadFault: (...names: readonly string[]) => boolean
}

/** What a run with a service account may come through. */
export const tokenGoals: readonly CoverageGoal[] = [
  {
    name: 'success with a service account',
    reached: ({ success, run }) => success && run.scenario.access.credentials.kind === 'serviceAccount',
  },
  {
    name: 'a token renewed before it ran out',
    reached: ({ run }) =>
      responsesBefore(run.exchanges, 'token', 200).some((before) => before?.status === 200),
  },
  {
    name: 'a token replaced that had run out or was forgotten',
    reached: (facts) => facts.success && replaced(facts, (before) => before.fault === undefined),
  },
  {
    name: "a token replaced for the POST's sake",
    reached: (facts) => facts.success && replaced(facts, (before) => before.operation === 'create'),
  },
  {
    name: 'a second 401 in a row stands',
    reached: ({ title }) => title === TITLES.invalidServiceAccount,
  },
  { name: 'a client secret that is refused', reached: ({ title }) => title === TITLES.invalidClientSecret },
  {
    name: 'no token for a while',
    reached: ({ success, run }) => success && run.exchanges.some(isFailedToken),
  },
  {
    name: 'no token until the end',
    reached: ({ title, run }) => {
      const last = run.exchanges.at(-1)
      return !isStopped(title) && run.endedAt > OUTAGE_MS && last !== undefined && isFailedToken(last)
    },
  },
  {
    name: "the token endpoint's own rate limit",
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
    name: 'a token revoked',
    reached: ({ run }) =>
      run.exchanges.some(({ operation, status }) => operation === 'revoke' && status === 200),
  },
  {
    name: 'a token not revoked',
    reached: ({ run }) =>
      run.exchanges.some(({ operation, status }) => operation === 'revoke' && status !== 200),
  },
  {
    name: 'a revocation given up in time',
    reached: ({ run }) =>
      run.exchanges.some(
        ({ operation, error, sentAt, endedAt = sentAt }) =>
          operation === 'revoke' &&
          error !== undefined &&
          [500, 3_000].includes(Math.round(endedAt - sentAt)),
      ),
  },
]

function isFailedToken({ operation, status }: Exchange): boolean {
  return operation === 'token' && status !== 200
}

function isStopped(title: string): boolean {
  return title === TITLES.cancelled || title === TITLES.timedOut
}

/** What came right before each answer of this kind, among all that is about snapshots or tokens. */
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

/** How long network errors and 5xx are retried while there is no snapshot. */
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
  { name: 'adopted from the lists', reached: ({ adopted, conflicts }) => adopted && conflicts === 0 },
  {
    name: 'adopted after a conflict with itself',
    reached: ({ adopted, conflicts }) => adopted && conflicts > 0,
  },
  {
    name: 'adopted what was executed late',
    reached: ({ adopted, postHadFault }) => adopted && postHadFault('late'),
  },
  {
    name: 'adopted after a doubled POST',
    reached: ({ adopted, postHadFault }) => adopted && postHadFault('twice'),
  },
  {
    name: 'executed after the end',
    reached: ({ run }) =>
      run.records.some(({ takenBy, takenAt }) => takenBy === 'request' && takenAt > run.epoch + run.endedAt),
  },
  {
    name: 'waited for another, then took',
    reached: ({ waitedFor, success }) => waitedFor.length > 0 && success,
  },
  { name: 'waited for two concurrent', reached: ({ waitedFor }) => waitedFor.length > 1 },
  {
    name: 'the other one failed',
    reached: ({ run }) => readOfOther(run, ({ body }) => body?.includes('"failed"') === true),
  },
  { name: 'the other one is gone', reached: ({ run }) => readOfOther(run, ({ status }) => status === 404) },
  { name: 'reused one under way', reached: ({ run, posts }) => reused(run, posts, false) },
  { name: 'reused one that had just ended', reached: ({ run, posts }) => reused(run, posts, true) },
  {
    name: 'a recent one reused at once',
    reached: ({ run, posts }) => reusedYoung(run) && posts.length === 0,
  },
  {
    name: 'a recent one reused after a conflict',
    reached: ({ run, posts }) => reusedYoung(run) && posts.length > 0,
  },
  {
    name: 'a recent one reused while its own may exist',
    reached: ({ run, posts }) => reusedYoung(run) && posts.some(isOpen),
  },
  {
    name: 'none recent enough, so one is created',
    reached: ({ run, success }) =>
      success && run.scenario.options.reuseWithinMs !== undefined && run.observed[0]?.created === true,
  },
  {
    name: 'on-conflict: fail, naming it',
    reached: ({ title, text, run }) => title === TITLES.conflict && namesOther(text, run),
  },
  {
    name: 'on-conflict: fail, without a name',
    reached: ({ title, text, run }) => title === TITLES.conflict && !namesOther(text, run),
  },
  {
    name: 'a conflict that the lists hide',
    reached: ({ adopted, waitedFor, conflicts }) => conflicts > 1 && waitedFor.length === 0 && !adopted,
  },
  {
    name: 'a scheduled one is no conflict',
    reached: ({ run, conflicts, success }) =>
      success &&
      conflicts === 0 &&
      run.scenario.concurrent.some(({ atMs, snapshot }) => atMs < 0 && snapshot.snapshotType === 'scheduled'),
  },
  {
    name: 'lists of several pages',
    reached: ({ run }) => run.exchanges.some(({ target }) => target.endsWith('pageNum=2')),
  },
  { name: 'lists that shrink', reached: ({ run }) => run.records.some(({ deleted }) => deleted) },
  {
    name: 'a list that the cluster does not have',
    reached: ({ run }) =>
      run.exchanges.some(
        ({ operation, status, fault }) =>
          operation.startsWith('list') && status === 400 && fault === undefined,
      ),
  },
  {
    name: 'Retry-After beyond the deadline',
    reached: ({ success, title, run }) =>
      !success &&
      !isStopped(title) &&
      run.exchanges.some(
        (exchange) =>
          (exchange.endedAt ?? 0) + (exchange.retryAfter ?? 0) * 1000 > run.scenario.options.timeoutMs,
      ),
  },
  {
    name: 'no answer for 5 minutes',
    reached: ({ success, title, run }) =>
      !success && !isStopped(title) && run.endedAt > OUTAGE_MS && run.exchanges.slice(-3).some(isRetried),
  },
  { name: 'a failed snapshot', reached: ({ title }) => title === TITLES.snapshotFailed },
  {
    name: 'an unknown status outlasted',
    reached: ({ run, success }) =>
      success &&
      run.scenario.options.wait &&
      run.observed.some(({ snapshot }) => snapshot.status === run.scenario.atlas.oddStatus?.word),
  },
  {
    name: 'a 404 on the own id outlasted',
    reached: ({ run, success }) =>
      success &&
      run.exchanges.some(
        ({ operation, status, fault }) => operation === 'get' && status === 404 && fault === undefined,
      ),
  },
  { name: 'a 404 on the id for too long', reached: ({ title }) => title === TITLES.snapshotNotFound },
  {
    name: 'members read',
    reached: ({ run, success }) =>
      success && run.exchanges.some(({ operation, status }) => operation === 'get-sharded' && status === 200),
  },
  {
    name: 'members not readable',
    reached: ({ run: { ending } }) => ending.kind === 'success' && ending.result.snapshotIds.length === 0,
  },
  {
    name: 'a stray response to the POST, and the own snapshot found',
    reached: ({ adopted, posts }) => adopted && posts.some(isStray),
  },
  {
    name: 'a stray response to the POST, and none found',
    reached: ({ run, posts, success }) => !success && saysMayExist(run) && posts.some(isStray),
  },
  {
    name: 'a stray response to a poll outlasted',
    reached: ({ run, success }) =>
      success && run.exchanges.some((exchange) => exchange.operation === 'get' && isStray(exchange)),
  },
  {
    name: 'a sharded form that lags',
    reached: ({ run, success }) =>
      success &&
      run.exchanges.some(
        ({ operation, body }) => operation === 'get-sharded' && body?.includes('"completed"') === false,
      ),
  },
  { name: 'two snapshots with the tag', reached: ({ title }) => title === TITLES.duplicateTag },
  { name: 'every nonce refused', reached: ({ title }) => title === TITLES.nonceRejected },
  {
    name: "Atlas's own rate limit",
    reached: ({ run }) => run.exchanges.some(({ status, fault }) => status === 429 && fault === undefined),
  },
  { name: 'fails and may have taken one', reached: ({ run, success }) => !success && saysMayExist(run) },
  {
    name: 'fails and took none',
    reached: ({ run, success }) => !success && !saysMayExist(run) && run.observed.length === 0,
  },
  ...[TITLES.cancelled, TITLES.timedOut].flatMap((why): CoverageGoal[] => {
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
        name: `${why}: the grace brought the answer`,
        reached: (facts) =>
          facts.title === why &&
          facts.posts.some((post) => isInGrace(post, facts.run) && post.status !== undefined),
      },
      {
        name: `${why}: the grace brought none`,
        reached: (facts) =>
          facts.title === why &&
          facts.posts.some((post) => isInGrace(post, facts.run) && post.error !== undefined),
      },
    ]
  }),
  ...tokenGoals,
]

export function toRunFacts(run: Run): RunFacts {
  const { ending, observed } = run
  const thrown = ending.kind === 'failure' ? ending.thrown : undefined
  const posts = findPosts(run)
  const [first] = observed
  const isAnswered = posts.some(({ body }) => first !== undefined && body?.includes(first.snapshot.id))
  return {
    run,
    success: ending.kind === 'success',
    title: thrown instanceof ActionError ? thrown.title : '',
    text: thrown instanceof ActionError ? `${thrown.message} ${thrown.remedy}` : '',
    posts,
    conflicts: posts.filter(({ status }) => status === 400).length,
    adopted: first?.created === true && !isAnswered,
    waitedFor: [...new Set(readsOfOthers(run).map(({ target }) => target))],
    postHadFault: (...names) => posts.some(({ fault }) => fault !== undefined && names.includes(fault)),
  }
}

/** Status checks of other snapshots, before the step had one. */
function readsOfOthers({ exchanges, observed, endedAt }: Run): readonly Exchange[] {
  const knownAt = observed[0]?.at ?? endedAt
  return exchanges.filter(({ operation, sentAt }) => operation === 'get' && sentAt < knownAt)
}

function readOfOther(run: Run, is: (exchange: Exchange) => boolean): boolean {
  return readsOfOthers(run).some(is)
}

function namesOther(text: string, { records }: Run): boolean {
  return records.some(({ id, takenBy }) => takenBy === 'other' && text.includes(id))
}

type Phase = 'creating' | 'searching for a conflict' | 'waiting for another snapshot' | 'waiting'

/** What a step did when it ended, by its last requests. */
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

/** A POST that was under way when the step had to stop, and ended after that. */
function isInGrace({ sentAt, endedAt }: Exchange, { cancelledAt, scenario }: Run): boolean {
  const stopAt = Math.min(cancelledAt ?? Number.POSITIVE_INFINITY, scenario.options.timeoutMs)
  return sentAt < stopAt && endedAt !== undefined && endedAt > stopAt
}
