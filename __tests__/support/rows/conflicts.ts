import { TITLES } from '../../../src/titles.js'
import { brief, createNightly, endless, type Row, reused, TAG } from './row.js'

/** Steps on a cluster where another snapshot is in progress. */
export const conflicts: readonly Row[] = [
  {
    name: 'waits for the other snapshot, also after a 404 for it, and then creates its own',
    setup: { before: createNightly(), atlas: brief, faults: ['get:404:code=SNAPSHOT_NOT_FOUND'] },
    created: 1,
  },
  {
    name: 'reuses the other snapshot with on-conflict: reuse and warns about its age',
    setup: { before: createNightly(), atlas: brief, inputs: { 'on-conflict': 'reuse' } },
    outputs: { ...reused, description: 'nightly' },
  },
  {
    name: 'sends more POSTs if Atlas rejects them for five minutes after the end of the other snapshot',
    setup: { before: createNightly(), atlas: { ...brief, conflictLagSeconds: 300 } },
    created: 1,
  },
  {
    name: 'times out while another snapshot is in progress',
    setup: { before: createNightly(), atlas: endless, inputs: { 'timeout-minutes': '5' } },
    error: TITLES.timedOut,
  },
  {
    name: 'reports that its snapshot might exist if it times out in doubt after a conflict',
    setup: {
      at: [[2, createNightly()]],
      atlas: { ...brief, list: { hidesUnfinished: true }, secondsToCompleted: 4_000 },
      faults: ['create:reset'],
    },
    error: TITLES.timedOut,
    mentions: [TAG],
  },
  {
    name: 'fails with on-conflict: fail and names the other snapshot',
    setup: { before: createNightly(), inputs: { 'on-conflict': 'fail' } },
    error: TITLES.conflict,
  },
]
