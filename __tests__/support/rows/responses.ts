import { REMEDIES } from '../../../src/atlas/remedies.js'
import { TITLES } from '../../../src/titles.js'
import type { Network, VirtualSetup } from '../in-process.js'
import { TAG as OWN_TAG } from '../step-harness.js'
import { brief, createNightly, createsOne, leavesQueued, type Row, TAG } from './row.js'

/** A POST that Atlas executes but whose response is lost. The step cannot find out whether its snapshot exists. */
function searchFails(name: string, error: string, { faults = [], ...setup }: VirtualSetup): Row {
  return {
    name,
    setup: { ...setup, faults: ['create:reset:executed', ...faults] },
    error,
    mentions: [TAG],
    created: 1,
  }
}

/** Lists that claim to have this many entries. */
function withCount(count: number): Network {
  return (send) => async (request, signal) => {
    const response = await send(request, signal)
    return { ...response, body: response.body.replace(/"totalCount":\d+/, `"totalCount":${count}`) }
  }
}

/** Responses of Atlas or of a server in between to a POST, a list, or a poll. */
export const responses: readonly Row[] = [
  {
    name: 'finds the snapshot of a POST to which a page is the response',
    setup: { atlas: brief, faults: ['create:html=200:executed'] },
    ...createsOne,
  },
  {
    name: 'sends no second POST if the response to the first one has no new nonce',
    setup: { atlas: brief, faults: ['create:repeat-nonce'] },
    error: TITLES.nonceRejected,
    mentions: [TAG],
  },
  searchFails('fails if two snapshots have its tag', TITLES.duplicateTag, {
    before: createNightly({ description: `${OWN_TAG} nightly` }, 30),
    atlas: brief,
  }),
  {
    name: 'sends a second POST if no snapshot has its tag',
    setup: { atlas: brief, faults: ['create:reset'] },
    ...createsOne,
  },
  searchFails('fails if it cannot read the lists for five minutes', TITLES.invalidResponse, {
    faults: ['list:503:times=always'],
  }),
  searchFails('fails if a list stays shorter than its totalCount', TITLES.listUnreadable, {
    atlas: { olderSnapshots: 3 },
    network: withCount(7),
  }),
  searchFails('fails if the lists change all the time', TITLES.listKeepsChanging, {
    atlas: { olderSnapshots: 600, list: { order: 'oldest', shrinks: 100 } },
  }),
  searchFails('fails at once if a list is too large', TITLES.listTooLarge, { network: withCount(20_001) }),
  {
    name: 'fails without a second POST after a response about another snapshot',
    setup: { atlas: { olderSnapshots: 1 }, faults: ['create:other-id'] },
    error: TITLES.mismatchedResponse,
    mentions: [TAG],
  },
  {
    name: 'fails at once if the Retry-After of a 429 exceeds the time limit',
    setup: { faults: ['create:429:code=RATE_LIMITED:retry-after=7200'] },
    error: TITLES.rateLimited,
  },
  {
    name: 'does not follow a redirect of the POST',
    setup: { faults: [`create:redirect=https://elsewhere.example/?SAMLRequest=${'x'.repeat(4_000)}`] },
    error: TITLES.redirect,
    mentions: [TAG],
  },
  {
    name: 'stops reading an endless response to the POST',
    setup: { faults: ['create:huge:executed'] },
    error: TITLES.responseTooLarge,
    mentions: [TAG],
    created: 1,
  },
  {
    name: 'stops polling if Atlas has not found its snapshot for a minute',
    setup: { faults: ['get:404:code=SNAPSHOT_NOT_FOUND:detail=Gone:times=always'] },
    error: REMEDIES.snapshotNotFound.title,
    ...leavesQueued,
  },
]
