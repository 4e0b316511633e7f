import { changing, type VirtualSetup } from '../in-process.js'
import { TAG as OWN_TAG } from '../step-harness.js'
import { TITLES } from '../titles.js'
import { brief, createNightly, createsOne, leavesQueued, type Row, type Rows, TAG } from './row.js'

/** A POST that Atlas executes but whose response is lost. The step cannot find out whether its snapshot exists. */
function searchFails(error: string, { faults = [], ...setup }: VirtualSetup): Row {
  return {
    setup: { ...setup, faults: ['create:reset:executed', ...faults] },
    error,
    mentions: [TAG],
    created: 1,
  }
}

/** Lists that claim to have seven entries. */
const short = changing(({ body }) => ({ body: body.replace(/"totalCount":\d+/, '"totalCount":7') }))

/** A cache that has responded to each read before. The server behind it sends its own `Age`. */
const cached = changing(({ headers }, { method }) =>
  method === 'GET' ? { headers: { ...headers, age: ['6, 0'] } } : {},
)

/** Responses of Atlas or of a server in between to a POST, a list, or a poll. */
export const responses: Rows = {
  'fails if two snapshots have its tag': searchFails(TITLES.duplicateTag, {
    before: createNightly({ description: `${OWN_TAG} nightly` }, 30),
    atlas: brief,
  }),
  'fails if the list stays shorter than its totalCount': searchFails(TITLES.listUnreadable, {
    atlas: { olderSnapshots: 3 },
    network: short,
  }),
  'fails if an entry of the list is not a snapshot': searchFails(TITLES.listUnreadable, {
    faults: ['list:odd-entry:times=always'],
  }),
  'fails if a cache responds instead of Atlas': searchFails(TITLES.invalidResponse, { network: cached }),
  'fails without a second POST after a response about another snapshot': {
    setup: { atlas: { olderSnapshots: 1 }, faults: ['create:other-id'] },
    error: TITLES.notAtlas,
    mentions: [TAG],
  },
  'fails at once if the Retry-After of a 429 exceeds the time limit': {
    setup: { faults: ['create:429:code=RATE_LIMITED:retry-after=7200'] },
    error: TITLES.rateLimited,
  },
  'finds the snapshot of a POST whose response is too large': {
    setup: { atlas: brief, faults: ['create:huge:executed'] },
    ...createsOne,
  },
  'stops polling if Atlas has not found its snapshot for a minute': {
    setup: { faults: ['get:404:code=SNAPSHOT_NOT_FOUND:detail=Gone:times=always'] },
    error: TITLES.snapshotNotFound,
    ...leavesQueued,
  },
}
