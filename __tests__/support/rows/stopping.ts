import { TITLES } from '../titles.js'
import { endless, leavesQueued, type Rows, TAG } from './row.js'

/** Steps that are canceled or time out. obtain.test.ts cancels a POST, commit-statuses.ts a wait. */
export const stopping: Rows = {
  'reports what exists in Atlas if it is canceled while it searches for the snapshot of a lost POST': {
    setup: { faults: ['create:reset', 'list:hang'], cancelAtSeconds: 10 },
    error: TITLES.canceled,
    mentions: [TAG],
  },
  'names its snapshot if it is canceled less than 1 s before the response to its POST': {
    setup: { faults: ['create:delay=1000'], cancelAtSeconds: 0.5 },
    error: TITLES.canceled,
    ...leavesQueued,
  },
  'reports what exists in Atlas if it is canceled while it searches for a snapshot to reuse': {
    setup: { faults: ['list:hang'], inputs: { 'reuse-within-minutes': '60' }, cancelAtSeconds: 10 },
    error: TITLES.canceled,
  },
  'reports what exists in Atlas if it times out after ten minutes in which every poll failed': {
    setup: { inputs: { 'timeout-minutes': '10' }, atlas: endless, faults: ['get:503:times=always'] },
    error: TITLES.timedOut,
    ...leavesQueued,
  },
}
