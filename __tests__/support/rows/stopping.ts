import { FAILURES } from '../../../src/atlas/responses.js'
import { githubToken } from '../played.js'
import { TITLES } from '../titles.js'
import { endless, leavesQueued, type Rows, TAG } from './row.js'

/** Steps that are canceled or time out. obtain.test.ts and create.test.ts cancel a POST, commit-statuses.ts a wait. */
export const stopping: Rows = {
  'reports what exists in Atlas if it is canceled while it searches for a snapshot to reuse': {
    setup: { faults: ['list:hang'], inputs: { 'reuse-within-minutes': '60' }, cancelAtSeconds: 10 },
    error: TITLES.canceled,
  },
  'reports what exists in Atlas if it times out after ten minutes in which every poll failed': {
    setup: { inputs: { 'timeout-minutes': '10' }, atlas: endless, faults: ['get:503:times=always'] },
    error: TITLES.timedOut,
    mentions: [FAILURES.noValidResponse.remedy, 'timeout-minutes'],
    ...leavesQueued,
  },
  'names the cause if a proxy refuses its last status checks before it times out': {
    setup: {
      inputs: { 'timeout-minutes': '1', 'github-token': githubToken },
      atlas: endless,
      faults: ['get:html=407:skip=2:times=always'],
    },
    error: TITLES.timedOut,
    mentions: [FAILURES.proxyRefused.remedy, 'timeout-minutes'],
    ...leavesQueued,
    commitStatus: 'failure',
  },
  // The longest annotations.
  'names the cause if its address leaves the API access list after a lost response': {
    setup: {
      inputs: { 'timeout-minutes': '1' },
      atlas: endless,
      faults: ['create:reset:executed', 'list:403:code=ORG_REQUIRES_ACCESS_LIST:times=always'],
    },
    error: TITLES.timedOut,
    mentions: [TAG, 'fixed address', 'timeout-minutes'],
    created: 1,
  },
  'names the cause if its address leaves the API access list before it times out': {
    setup: {
      inputs: { 'timeout-minutes': '1' },
      atlas: endless,
      faults: ['get:403:code=IP_ADDRESS_NOT_ON_ACCESS_LIST:skip=1:times=always'],
    },
    error: TITLES.timedOut,
    mentions: ['fixed address', 'timeout-minutes'],
    ...leavesQueued,
  },
}
