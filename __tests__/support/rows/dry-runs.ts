import { expect } from '@jest/globals'
import { githubToken } from '../played.js'
import { TITLES } from '../titles.js'
import { createNightly, firstSnapshotId, type Rows } from './row.js'

function dry(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { 'dry-run': 'true', ...more }
}

/** Steps with `dry-run`. None sends a POST or sets a commit status. */
export const dryRuns: Rows = {
  'passes a dry run if it can create a snapshot': {
    setup: { inputs: dry({ 'github-token': githubToken, 'on-conflict': 'fail' }) },
    outputs: { 'snapshot-id': '', url: expect.stringContaining('/backup/demo') },
  },
  'passes a dry run with wait: false': {
    setup: { inputs: dry({ wait: 'false', 'retention-days': '1', description: 'mine' }) },
  },
  'passes a dry run if it can wait for another snapshot': {
    setup: { before: createNightly(), inputs: dry() },
  },
  'passes a dry run if it can wait for the snapshot in snapshot-id': {
    setup: { before: createNightly(), inputs: dry(), inputsFrom: firstSnapshotId },
    outputs: { status: 'queued', created: 'false' },
  },
  'fails a dry run on a cluster that cannot take snapshots': {
    setup: { atlas: { clusters: [{ name: 'demo', kind: 'm0' }] }, inputs: dry() },
    error: TITLES.tierTooSmall,
  },
  'fails a dry run with on-conflict: fail if another snapshot is in progress': {
    setup: { before: createNightly(), inputs: dry({ 'on-conflict': 'fail' }) },
    error: TITLES.conflict,
  },
  'times out in a dry run': {
    setup: { faults: ['cluster:hang:times=always'], inputs: dry({ 'timeout-minutes': '2' }) },
    error: TITLES.timedOut,
  },
}
