import { ActionError } from '../../src/failure.js'
import type { Branch, Facts } from './branch.js'
import type { Exchange } from './exchange.js'
import type { Run } from './step.js'
import { tokenBranches } from './token-branches.js'

const ADOPTED = 'Atlas did take it for this step'

export const branches: readonly Branch[] = [
  { name: 'success with wait', taken: ({ success, run }) => success && run.scenario.task.wait },
  { name: 'success without wait', taken: ({ success, run }) => success && !run.scenario.task.wait },
  {
    name: 'taken by the second POST',
    taken: ({ run, posts }) => run.sightings.length > 0 && posts.length === 2,
  },
  { name: 'taken by a later POST', taken: ({ run, posts }) => run.sightings.length > 0 && posts.length > 2 },
  { name: 'adopted from the lists', taken: ({ says, conflicts }) => says(ADOPTED) && conflicts === 0 },
  {
    name: 'adopted after a conflict with itself',
    taken: ({ says, conflicts }) => says(ADOPTED) && conflicts > 0,
  },
  { name: 'adopted what was executed late', taken: ({ says, struck }) => says(ADOPTED) && struck('late') },
  { name: 'adopted after a doubled POST', taken: ({ says, struck }) => says(ADOPTED) && struck('twice') },
  {
    name: 'executed after the end',
    taken: ({ run }) =>
      run.truth.some(({ takenBy, takenAt }) => takenBy === 'request' && takenAt > run.epoch + run.endedAt),
  },
  { name: 'waited for another, then took', taken: ({ says, success }) => says('Waiting until') && success },
  { name: 'waited for two others', taken: ({ run }) => countOf(run, 'Waiting until') > 1 },
  { name: 'the other one failed', taken: ({ says }) => says('did not take, is failed') },
  { name: 'the other one is gone', taken: ({ says }) => says('did not take, is gone') },
  { name: 'reused one under way', taken: ({ run }) => reused(run, false) },
  { name: 'reused one that had just ended', taken: ({ run }) => reused(run, true) },
  { name: 'a young one used at once', taken: ({ run, posts }) => isYoung(run) && posts.length === 0 },
  {
    name: 'a young one used after a conflict',
    taken: ({ run, posts }) => isYoung(run) && posts.length > 0,
  },
  {
    name: 'a young one used while its own may exist',
    taken: ({ run, says }) => isYoung(run) && says('may have taken'),
  },
  {
    name: 'no young one, so that one is taken',
    taken: ({ run, success }) =>
      success && run.scenario.task.reuseWithinMs !== undefined && run.sightings[0]?.sighting.created === true,
  },
  { name: 'on-conflict: fail, naming it', taken: ({ text }) => text.includes('In the way is') },
  {
    name: 'on-conflict: fail, without a name',
    taken: ({ title, text }) =>
      title === 'Another snapshot of this cluster is unfinished' && !text.includes('In the way is'),
  },
  {
    name: 'a conflict that the lists hide',
    taken: ({ says, conflicts }) => conflicts > 1 && !says('Waiting until') && !says(ADOPTED),
  },
  {
    name: 'a scheduled one is no conflict',
    taken: ({ run, conflicts, success }) =>
      success &&
      conflicts === 0 &&
      run.scenario.others.some(({ atMs, taking }) => atMs < 0 && taking.snapshotType === 'scheduled'),
  },
  {
    name: 'lists of several pages',
    taken: ({ run }) => run.exchanges.some(({ target }) => target.endsWith('pageNum=2')),
  },
  { name: 'lists that shrink', taken: ({ run }) => run.truth.some(({ deleted }) => deleted) },
  {
    name: 'a list that the cluster does not have',
    taken: ({ run }) =>
      run.exchanges.some(
        ({ operation, status, fault }) =>
          operation.startsWith('list') && status === 400 && fault === undefined,
      ),
  },
  {
    name: 'Retry-After beyond the deadline',
    taken: ({ text }) => text.includes("beyond this step's deadline"),
  },
  { name: 'no answer for 5 minutes', taken: ({ text }) => text.includes('It has been like this') },
  { name: 'a failed snapshot', taken: ({ title }) => title === 'The snapshot failed' },
  {
    name: 'an unknown status outlasted',
    taken: ({ run, success }) =>
      success &&
      run.scenario.task.wait &&
      run.sightings.some(({ sighting }) => sighting.snapshot.status === run.scenario.atlas.oddStatus?.word),
  },
  {
    name: 'a 404 on the own id outlasted',
    taken: ({ run, success }) =>
      success &&
      run.exchanges.some(
        ({ operation, status, fault }) => operation === 'read' && status === 404 && fault === undefined,
      ),
  },
  { name: 'a 404 on the id for too long', taken: ({ title }) => title === 'Snapshot not found' },
  {
    name: 'members read',
    taken: ({ run, success }) =>
      success &&
      run.exchanges.some(({ operation, status }) => operation === 'read-sharded' && status === 200),
  },
  { name: 'members not readable', taken: ({ says }) => says('snapshot-ids is empty') },
  { name: 'every nonce refused', taken: ({ title }) => title === 'Atlas refuses every nonce' },
  {
    name: "Atlas's own rate limit",
    taken: ({ run }) => run.exchanges.some(({ status, fault }) => status === 429 && fault === undefined),
  },
  { name: 'fails and may have taken one', taken: ({ text }) => text.includes('may have taken') },
  { name: 'fails and took none', taken: ({ text }) => text.includes('No snapshot was taken') },
  ...(['Cancelled', 'The deadline has passed'] as const).flatMap((why): Branch[] => {
    const ended = (name: string, part: string): Branch => ({
      name: `${why} while ${name}`,
      taken: ({ title, text }) => title === why && text.includes(part),
    })
    return [
      ended('asking', 'asking Atlas for a snapshot'),
      ended('looking for a conflict', 'looking for the snapshot'),
      ended('another is unfinished', 'waiting for snapshot'),
      ended('waiting', 'it goes on in Atlas'),
      {
        name: `${why}: the grace brought the answer`,
        taken: (facts) =>
          facts.title === why &&
          facts.posts.some((post) => isInGrace(post, facts.run) && post.status !== undefined),
      },
      {
        name: `${why}: the grace brought none`,
        taken: (facts) =>
          facts.title === why &&
          facts.posts.some((post) => isInGrace(post, facts.run) && post.error !== undefined),
      },
    ]
  }),
  ...tokenBranches,
]

export function factsOf(run: Run): Facts {
  const { ending, exchanges, lines } = run
  const thrown = ending.kind === 'failure' ? ending.thrown : undefined
  const posts = exchanges.filter(({ operation, signed }) => operation === 'take' && signed)
  return {
    run,
    success: ending.kind === 'success',
    title: thrown instanceof ActionError ? thrown.title : '',
    text: thrown instanceof ActionError ? `${thrown.message} ${thrown.remedy}` : '',
    posts,
    conflicts: posts.filter(({ status }) => status === 400).length,
    says: (part) => lines.some((line) => line.includes(part)),
    struck: (...names) => posts.some(({ fault }) => fault !== undefined && names.includes(fault)),
  }
}

function countOf({ lines }: Run, part: string): number {
  return new Set(lines.filter((line) => line.includes(part))).size
}

function reused({ sightings, lines }: Run, completed: boolean): boolean {
  const [first] = sightings
  return (
    first?.sighting.created === false &&
    (first.sighting.snapshot.status === 'completed') === completed &&
    lines.some((line) => line.includes('on-conflict: reuse'))
  )
}

function isYoung({ lines }: Run): boolean {
  return lines.some((line) => line.includes('(reuse-within-minutes)'))
}

/** A POST that was under way when the step had to stop, and ended after that. */
function isInGrace({ sentAt, endedAt }: Exchange, { cancelledAt, scenario }: Run): boolean {
  const stopAt = Math.min(cancelledAt ?? Number.POSITIVE_INFINITY, scenario.task.timeoutMs)
  return sentAt < stopAt && endedAt !== undefined && endedAt > stopAt
}
