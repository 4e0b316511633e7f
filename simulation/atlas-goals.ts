import type { Exchange } from './exchange.js'
import { isConflict } from './oracle/posts.js'
import type { CoverageGoal, RunFacts } from './run-facts.js'
import type { Run } from './run-step.js'

/** Goals of runs in which Atlas, or what stands before it, behaves unusually. */
export const atlasGoals: readonly CoverageGoal[] = [
  {
    name: "success although the plain list shows the own snapshot's members",
    reached: ({ run, success }) =>
      success &&
      run.records.some(({ takenBy, memberIds }) => takenBy === 'request' && isListed(run, memberIds)),
  },
  {
    name: "success although the plain list shows another snapshot's members",
    reached: ({ run, success }) =>
      success &&
      run.records.some(({ takenBy, memberIds }) => takenBy === 'other' && isListed(run, memberIds)),
  },
  { name: 'cluster read', reached: ({ run }) => hasResponse(run, 'cluster', 200) },
  { name: 'cluster not readable', reached: ({ run }) => hasResponse(run, 'cluster', 401) },
  {
    name: 'plain form with members before the sharded form is completed',
    reached: ({ run, success }) =>
      success &&
      run.scenario.atlas.plainReadHasMembers === true &&
      run.exchanges.some(
        ({ operation, body = '' }) =>
          operation === 'get-sharded' && !body.includes('"completed"') && body !== '',
      ),
  },
  {
    name: 'success with a list without a count',
    reached: hasList((list) => list.countError === 'missing'),
  },
  { name: 'success with capped pages', reached: hasList((list) => (list.pageLimit ?? 500) < 500) },
  { name: 'success with broken entries', reached: hasList((list) => (list.brokenEntries ?? []).length > 0) },
  {
    name: 'page after the first rejected',
    reached: ({ run }) =>
      run.exchanges.some(
        ({ target, status }) => /pageNum=([2-9]|\d\d)/.test(target) && (status === 400 || status === 404),
      ),
  },
  {
    name: 'own snapshot found with something before or after its description',
    reached: ({ run, recovered }) => recovered && isChanged(run),
  },
  {
    name: 'success with a description that was cut',
    reached: ({ run, success }) => success && isCut(run),
  },
  {
    name: 'conflict with a snapshot that has ended',
    reached: ({ run, posts, success }) => success && posts.some((post) => isAfterEnd(post, run)),
  },
  {
    name: 'POST with a 401 page',
    reached: ({ posts }) => posts.some((post) => isPage(post, 401)),
  },
  {
    name: 'success after a POST with a 429 page',
    reached: ({ posts, success }) => success && posts.some((post) => isPage(post, 429)),
  },
  {
    name: 'success after a Retry-After of 10 minutes',
    reached: ({ run, success }) => success && run.exchanges.some(({ retryAfter = 0 }) => retryAfter >= 600),
  },
  {
    name: 'success with a cache',
    reached: ({ run, success }) => success && run.scenario.gateway.cacheSeconds > 0,
  },
  {
    name: 'success with a gateway that compresses',
    reached: ({ run, success }) => success && run.scenario.gateway.compresses,
  },
  {
    name: 'success with a realm that is not ASCII',
    reached: ({ run, success }) =>
      success && run.scenario.atlas.digest?.realm === 'Größe' && run.exchanges[0]?.scheme === undefined,
  },
  {
    name: 'success with a given snapshot',
    reached: ({ run, success }) => success && run.scenario.attach === 'whole',
  },
  {
    name: 'member as the given snapshot',
    reached: ({ run, success }) => !success && run.scenario.attach === 'member',
  },
]

function isListed({ exchanges }: Run, ids: readonly string[]): boolean {
  return exchanges.some(
    ({ operation, body }) => operation === 'list' && ids.some((id) => body?.includes(`"id":"${id}"`)),
  )
}

function hasResponse({ exchanges }: Run, operation: string, status: number): boolean {
  return exchanges.some((exchange) => exchange.operation === operation && exchange.status === status)
}

/** A run that succeeded after it read such a list. */
function hasList(
  is: (list: NonNullable<Run['scenario']['atlas']['list']>) => boolean,
): (facts: RunFacts) => boolean {
  return ({ run, success }) =>
    success &&
    is(run.scenario.atlas.list ?? {}) &&
    run.exchanges.some(({ operation }) => operation.startsWith('list'))
}

function isChanged({ scenario }: Run): boolean {
  const { prefix = '', suffix = '' } = scenario.atlas.descriptions ?? {}
  return prefix !== '' || suffix !== ''
}

function isCut({ records, scenario }: Run): boolean {
  return records.some(
    ({ takenBy, description }) =>
      takenBy === 'request' && scenario.options.description.startsWith(description),
  )
}

function isAfterEnd(post: Exchange, { records, epoch }: Run): boolean {
  const at = epoch + (post.arrivedAt ?? post.sentAt)
  return isConflict(post) && records.every(({ takenAt, endsAt }) => takenAt > at || endsAt <= at)
}

function isPage({ fault, status }: Exchange, wanted: number): boolean {
  return fault?.startsWith('page') === true && status === wanted
}
