import { TITLES } from '../titles.js'
import { brief, createsOne, leavesQueued, type Rows, TAG } from './row.js'

/** Responses of Atlas or of a server in between to a POST, a list, or a poll. */
export const responses: Rows = {
  // The step cannot find out whether its snapshot exists.
  'fails if an entry of the list is not a snapshot': {
    setup: { faults: ['create:reset:executed', 'list:odd-entry:times=always'] },
    error: TITLES.unreadableList,
    mentions: [TAG],
    created: 1,
  },
  'fails without a second POST after a response about a snapshot without its tag': {
    setup: { atlas: { olderSnapshots: 1 }, faults: ['create:other-id'] },
    error: TITLES.missingTag,
    mentions: [TAG, 'ID'],
  },
  'fails if the list is too large': {
    setup: { inputs: { 'reuse-within-minutes': '60' }, faults: ['list:huge'] },
    error: TITLES.responseTooLarge,
    mentions: ['8 MiB', 'base-url'],
  },
  'times out as throttled if Atlas accepts no POST in time': {
    setup: {
      faults: ['create:429:code=RATE_LIMITED:retry-after=7200:times=always'],
      inputs: { 'timeout-minutes': '5' },
    },
    error: TITLES.rateLimited,
  },
  'finds the snapshot of a POST whose response is lost': {
    setup: { atlas: brief, faults: ['create:reset:executed'] },
    ...createsOne,
  },
  'stops polling if Atlas does not find its snapshot for too long': {
    setup: { faults: ['get:404:code=SNAPSHOT_NOT_FOUND:detail=Gone:times=always'] },
    error: TITLES.snapshotNotFound,
    ...leavesQueued,
  },
}
