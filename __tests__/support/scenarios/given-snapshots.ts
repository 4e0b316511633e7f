import { TITLES } from '../../../src/titles.js'
import { firstSnapshotId } from '../played.js'
import { brief, createNightly, endless, noSnapshot, type Row, reused } from './row.js'

const inputsFrom = firstSnapshotId
const nightly = { ...reused, description: 'nightly' } as const
const older = ['ID', 'INSTANT', 'snapshot-id'] as const

/** Steps with `snapshot-id`. */
export const givenSnapshots: readonly Row[] = [
  {
    name: 'waits for an existing snapshot that is still queued',
    scenario: { before: createNightly(), atlas: brief, inputsFrom },
    requests: ['get 401', 'get 200'],
    mentions: ['ID', 'queued', 'INSTANT'],
    outputs: { ...nightly, 'duration-seconds': '61' },
    created: 0,
  },
  {
    name: 'logs without a warning that an existing snapshot is older than the step',
    scenario: { before: createNightly({}, 10), atlas: brief, inputsFrom },
    requests: ['get 401', 'get 200'],
    mentions: older,
    outputs: { ...nightly, 'duration-seconds': '0' },
    created: 0,
  },
  {
    name: 'logs without a warning that an existing snapshot is older than the step, with wait: false',
    scenario: { before: createNightly({}, 10), atlas: brief, inputsFrom, inputs: { wait: 'false' } },
    mentions: older,
    outputs: nightly,
    created: 0,
  },
  {
    name: 'logs without a warning that an existing snapshot in progress is older than the step',
    scenario: { before: createNightly({}, 0.75), atlas: brief, inputsFrom },
    mentions: older,
    outputs: nightly,
    created: 0,
  },
  {
    name: 'does not wait for an existing snapshot with wait: false',
    scenario: { before: createNightly(), atlas: endless, inputsFrom, inputs: { wait: 'false' } },
    requests: ['get 401', 'get 200'],
    mentions: ['ID', 'queued', 'wait'],
    outputs: { status: 'queued', created: 'false' },
    created: 0,
  },
  {
    name: 'fails if the existing snapshot failed',
    scenario: { before: createNightly({ fails: true }, 10), inputsFrom },
    error: TITLES.snapshotFailed,
    mentions: ['ID', 'snapshot-id'],
    outputs: { status: 'failed', created: 'false' },
    created: 0,
  },
  {
    name: 'fails at once if no snapshot has the ID in snapshot-id',
    scenario: { inputs: { 'snapshot-id': '1'.repeat(24) } },
    requests: ['get 401', 'get 404'],
    error: TITLES.snapshotNotFound,
    mentions: ['1'.repeat(24), 'HTTP 404', 'SNAPSHOT_NOT_FOUND'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'reports that nothing was created if it is canceled before it has read the existing snapshot',
    scenario: { before: createNightly(), inputsFrom, faults: ['get:hang'], cancelAtSeconds: 10 },
    error: TITLES.cancelled,
    mentions: ['SIGINT', 'ID'],
    outputs: noSnapshot,
    created: 0,
  },
  {
    name: 'with snapshot-id fails at once if the first response is not from Atlas',
    scenario: { before: createNightly(), inputsFrom, faults: ['get:html=403'] },
    requests: ['get 401', 'get 403'],
    error: TITLES.forbidden,
    mentions: ['HTTP 403', 'base-url'],
    outputs: noSnapshot,
    created: 0,
  },
]
