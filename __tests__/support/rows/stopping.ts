import { TITLES } from '../../../src/titles.js'
import type { VirtualSetup } from '../in-process.js'
import { endless, leavesQueued, type Row, TAG } from './row.js'

function canceled(when: string, setup: VirtualSetup, ...mentions: readonly string[]): Row {
  const name = `reports what exists in Atlas if it is canceled ${when}`
  return { name, setup, error: TITLES.canceled, mentions }
}

/** Steps that are canceled or time out. obtain.test.ts cancels a POST, commit-statuses.ts a wait. */
export const stopping: readonly Row[] = [
  canceled(
    'while it searches for the snapshot of a lost POST',
    { faults: ['create:reset', 'list:hang'], cancelAtSeconds: 10 },
    TAG,
  ),
  canceled('while it searches for a snapshot to reuse', {
    faults: ['list:hang'],
    inputs: { 'reuse-within-minutes': '60' },
    cancelAtSeconds: 10,
  }),
  {
    ...canceled('while it reads a snapshot that a list showed', {
      faults: ['create:reset:executed', 'get:hang'],
      inputs: { wait: 'false' },
      cancelAtSeconds: 10,
    }),
    ...leavesQueued,
  },
  {
    name: 'reports what exists in Atlas if it times out after ten minutes in which every poll failed',
    setup: { inputs: { 'timeout-minutes': '10' }, atlas: endless, faults: ['get:503:times=always'] },
    error: TITLES.timedOut,
    ...leavesQueued,
  },
]
