import { ActionError } from '../src/failure.js'
import type { Exchange } from './exchange.js'
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
  readonly logged: (part: string) => boolean
  /** Whether one of these faults happened to a POST with credentials. */
  readonly postHadFault: (...names: readonly string[]) => boolean
}

const REFUSED = 'Getting an access token was refused'

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
    reached: ({ title }) => title === 'Atlas does not accept the service account',
  },
  {
    name: 'a client secret that is refused',
    reached: ({ title, text }) =>
      title === 'Atlas does not accept the client secret' && text.includes(REFUSED),
  },
  {
    name: 'no token for a while',
    reached: ({ success, run, logged }) =>
      success &&
      logged('Getting an access token') &&
      run.exchanges.some(({ operation, error }) => operation === 'token' && error !== undefined),
  },
  {
    name: 'no token until the end',
    reached: ({ text }) => text.includes('Getting an access token') && text.includes('It has been like this'),
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
  { name: 'a token revoked', reached: ({ logged }) => logged('The access token is revoked') },
  { name: 'a token not revoked', reached: ({ logged }) => logged('The access token is not revoked') },
  {
    name: 'a revocation given up in time',
    reached: ({ logged }) => logged('no whole answer within 3 s') || logged('no whole answer within 0.5 s'),
  },
]

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

const ADOPTED = 'Atlas did take it for this step'

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
  { name: 'adopted from the lists', reached: ({ logged, conflicts }) => logged(ADOPTED) && conflicts === 0 },
  {
    name: 'adopted after a conflict with itself',
    reached: ({ logged, conflicts }) => logged(ADOPTED) && conflicts > 0,
  },
  {
    name: 'adopted what was executed late',
    reached: ({ logged, postHadFault }) => logged(ADOPTED) && postHadFault('late'),
  },
  {
    name: 'adopted after a doubled POST',
    reached: ({ logged, postHadFault }) => logged(ADOPTED) && postHadFault('twice'),
  },
  {
    name: 'executed after the end',
    reached: ({ run }) =>
      run.records.some(({ takenBy, takenAt }) => takenBy === 'request' && takenAt > run.epoch + run.endedAt),
  },
  {
    name: 'waited for another, then took',
    reached: ({ logged, success }) => logged('Waiting until') && success,
  },
  { name: 'waited for two concurrent', reached: ({ run }) => countLines(run, 'Waiting until') > 1 },
  { name: 'the other one failed', reached: ({ logged }) => logged('did not take, is failed') },
  { name: 'the other one is gone', reached: ({ logged }) => logged('did not take, is gone') },
  { name: 'reused one under way', reached: ({ run }) => reused(run, false) },
  { name: 'reused one that had just ended', reached: ({ run }) => reused(run, true) },
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
    reached: ({ run, logged }) => reusedYoung(run) && logged('may have taken'),
  },
  {
    name: 'none recent enough, so one is created',
    reached: ({ run, success }) =>
      success && run.scenario.options.reuseWithinMs !== undefined && run.observed[0]?.created === true,
  },
  { name: 'on-conflict: fail, naming it', reached: ({ text }) => text.includes('In the way is') },
  {
    name: 'on-conflict: fail, without a name',
    reached: ({ title, text }) =>
      title === 'Another snapshot of this cluster is unfinished' && !text.includes('In the way is'),
  },
  {
    name: 'a conflict that the lists hide',
    reached: ({ logged, conflicts }) => conflicts > 1 && !logged('Waiting until') && !logged(ADOPTED),
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
    reached: ({ text }) => text.includes("beyond this step's deadline"),
  },
  { name: 'no answer for 5 minutes', reached: ({ text }) => text.includes('It has been like this') },
  { name: 'a failed snapshot', reached: ({ title }) => title === 'The snapshot failed' },
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
  { name: 'a 404 on the id for too long', reached: ({ title }) => title === 'Snapshot not found' },
  {
    name: 'members read',
    reached: ({ run, success }) =>
      success && run.exchanges.some(({ operation, status }) => operation === 'get-sharded' && status === 200),
  },
  { name: 'members not readable', reached: ({ logged }) => logged('snapshot-ids is empty') },
  { name: 'every nonce refused', reached: ({ title }) => title === 'Atlas refuses every nonce' },
  {
    name: "Atlas's own rate limit",
    reached: ({ run }) => run.exchanges.some(({ status, fault }) => status === 429 && fault === undefined),
  },
  { name: 'fails and may have taken one', reached: ({ text }) => text.includes('may have taken') },
  { name: 'fails and took none', reached: ({ text }) => text.includes('No snapshot was taken') },
  ...(['Cancelled', 'The deadline has passed'] as const).flatMap((why): CoverageGoal[] => {
    const ended = (name: string, part: string): CoverageGoal => ({
      name: `${why} while ${name}`,
      reached: ({ title, text }) => title === why && text.includes(part),
    })
    return [
      ended('asking', 'asking Atlas for a snapshot'),
      ended('looking for a conflict', 'looking for the snapshot'),
      ended('another is unfinished', 'waiting for snapshot'),
      ended('waiting', 'it goes on in Atlas'),
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
  const { ending, exchanges, lines } = run
  const thrown = ending.kind === 'failure' ? ending.thrown : undefined
  const posts = exchanges.filter(({ operation, signed }) => operation === 'create' && signed)
  return {
    run,
    success: ending.kind === 'success',
    title: thrown instanceof ActionError ? thrown.title : '',
    text: thrown instanceof ActionError ? `${thrown.message} ${thrown.remedy}` : '',
    posts,
    conflicts: posts.filter(({ status }) => status === 400).length,
    logged: (part) => lines.some((line) => line.includes(part)),
    postHadFault: (...names) => posts.some(({ fault }) => fault !== undefined && names.includes(fault)),
  }
}

function countLines({ lines }: Run, part: string): number {
  return new Set(lines.filter((line) => line.includes(part))).size
}

function reused({ observed, lines }: Run, completed: boolean): boolean {
  const [first] = observed
  return (
    first?.created === false &&
    (first.snapshot.status === 'completed') === completed &&
    lines.some((line) => line.includes('on-conflict: reuse'))
  )
}

function reusedYoung({ lines }: Run): boolean {
  return lines.some((line) => line.includes('(reuse-within-minutes)'))
}

/** A POST that was under way when the step had to stop, and ended after that. */
function isInGrace({ sentAt, endedAt }: Exchange, { cancelledAt, scenario }: Run): boolean {
  const stopAt = Math.min(cancelledAt ?? Number.POSITIVE_INFINITY, scenario.options.timeoutMs)
  return sentAt < stopAt && endedAt !== undefined && endedAt > stopAt
}
