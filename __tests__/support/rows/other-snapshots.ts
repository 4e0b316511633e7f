import { expect } from '@jest/globals'
import type { Atlas } from '../../../emulator/atlas.js'
import { TITLES } from '../titles.js'
import { brief, createNightly, endless, firstSnapshotId, type Rows, TAG } from './row.js'

const inputsFrom = firstSnapshotId
const nightly = { status: 'completed', created: 'false', snapshot: expect.stringContaining('nightly') }
/** The input `snapshot-id` with the ID of a part of the first snapshot. */
const inputsFromPart = (atlas: Atlas) => ({ 'snapshot-id': atlas.snapshots()[0]?.memberIds[0] ?? 'none' })

/** Steps that wait for a snapshot of another client, or use it. main.test.ts has the log of one that waits, create.test.ts one that fails. */
export const otherSnapshots: Rows = {
  'waits for another snapshot and reuses it': {
    setup: { before: createNightly({}, 0.9), atlas: brief, inputs: { 'reuse-within-minutes': '60' } },
    outputs: nightly,
  },
  'times out while another snapshot is in progress': {
    setup: { before: createNightly(), atlas: endless, inputs: { 'timeout-minutes': '5' } },
    error: TITLES.timedOut,
  },
  'reports that its snapshot might exist if lists hide it until the timeout': {
    setup: {
      atlas: { ...endless, list: { hidesUnfinished: true } },
      faults: ['create:reset:executed'],
      inputs: { 'timeout-minutes': '5' },
    },
    error: TITLES.timedOut,
    mentions: [TAG],
    created: 1,
  },
  'waits for an existing snapshot that is still queued': {
    setup: { before: createNightly(), atlas: brief, inputsFrom },
    outputs: nightly,
  },
  'warns that the restore point of an existing snapshot is more than a day old': {
    setup: { before: createNightly({}, 25 * 60), atlas: brief, inputsFrom },
    outputs: nightly,
  },
  'does not wait for an existing snapshot with wait: false': {
    setup: { before: createNightly(), atlas: endless, inputsFrom, inputs: { wait: 'false' } },
    outputs: { status: 'queued', created: 'false' },
  },
  'fails if the existing snapshot failed': {
    setup: { before: createNightly({ fails: true }, 10), inputsFrom },
    error: TITLES.snapshotFailed,
    outputs: { status: 'failed', created: 'false' },
  },
  'fails at once if the existing snapshot is only of a single shard': {
    setup: {
      before: (atlas) => void atlas.createOtherSnapshot('sharded', { description: 'nightly' }),
      inputs: { 'cluster-name': 'sharded' },
      inputsFrom: inputsFromPart,
    },
    error: TITLES.notOfCluster,
  },
  'reports that nothing was created if it is canceled before it has read the existing snapshot': {
    setup: { before: createNightly(), inputsFrom, faults: ['get:hang'], cancelAtSeconds: 10 },
    error: TITLES.canceled,
  },
}
