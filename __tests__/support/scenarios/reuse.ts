import { expect } from '@jest/globals'
import type { Atlas } from '../../../emulator/atlas.js'
import { TITLES } from '../../../src/titles.js'
import {
  brief,
  completed,
  createNightly,
  creates,
  lists,
  listsAndCluster,
  noSnapshot,
  type Row,
  reused,
} from './row.js'

const inputs = { 'reuse-within-minutes': '60' } as const
const listed: readonly string[] = ['list 401', ...lists]
const found: readonly string[] = [...listed, 'cluster 200', 'get 200']
const warning = ['ID', 'nightly', 'reuse-within-minutes', 'INSTANT'] as const
const nightly = { ...reused, description: 'nightly', 'duration-seconds': '0' } as const

/** A step that cannot reuse the other snapshot. */
function createsOwn(name: string, before: (atlas: Atlas) => void, more = {}): Row {
  return {
    name: `creates its own snapshot if the other one ${name}`,
    scenario: { atlas: brief, before, inputs: { ...inputs, ...more } },
    requests: [...listed, ...creates],
    outputs: completed,
    created: 1,
  }
}

/** Steps with `reuse-within-minutes`. */
export const reuse: readonly Row[] = [
  {
    name: 'reuses a snapshot that is recent enough and warns about its age',
    scenario: { atlas: brief, before: createNightly({}, 30), inputs },
    requests: found,
    mentions: ['1 h', '1.47 GiB'],
    warnings: [[...warning, '29 min 28 s']],
    outputs: nightly,
    created: 0,
  },
  {
    name: 'reuses a snapshot that is recent enough with wait: false',
    scenario: { atlas: brief, before: createNightly({}, 30), inputs: { ...inputs, wait: 'false' } },
    requests: found,
    warnings: [warning],
    outputs: nightly,
    created: 0,
  },
  {
    name: 'reuses the newest of several snapshots',
    scenario: {
      atlas: brief,
      before: (atlas) => {
        for (const [description, minutesAgo] of [
          ['older', 20],
          ['nightly', 10],
          ['oldest', 30],
        ] as const)
          createNightly({ description }, minutesAgo)(atlas)
      },
      inputs,
    },
    requests: found,
    warnings: [[...warning, '9 min 28 s']],
    outputs: nightly,
    created: 0,
  },
  {
    name: 'reuses a snapshot of a sharded cluster',
    scenario: {
      atlas: brief,
      before: (atlas) =>
        void atlas.createOtherSnapshot('sharded', { description: 'nightly', takenAt: atlas.now() - 600_000 }),
      inputs: { ...inputs, 'cluster-name': 'sharded' },
    },
    requests: [...listed, 'get 200', 'get-sharded 200'],
    warnings: [warning],
    outputs: { ...nightly, 'snapshot-ids': expect.stringMatching(/^\["\w{24}","\w{24}","\w{24}"\]$/) },
    created: 0,
  },
  {
    name: 'reuses the snapshot that it waited for in a conflict',
    scenario: { atlas: brief, before: createNightly(), inputs },
    requests: [
      ...listed,
      ...['create 401', 'create 400', ...listsAndCluster, 'get 200', ...lists, 'get 200'],
    ],
    warnings: [warning],
    outputs: { ...reused, description: 'nightly' },
    created: 0,
  },
  createsOwn('is too old', createNightly({}, 70)),
  createsOwn('expires too early', createNightly({}, 30), { 'retention-days': '8' }),
  createsOwn('was not created on demand', createNightly({ snapshotType: 'scheduled' }, 30)),
  createsOwn(
    'belongs to another cluster',
    (atlas) =>
      void atlas.createOtherSnapshot('sharded', { description: 'nightly', takenAt: atlas.now() - 600_000 }),
  ),
  {
    name: 'with reuse-within-minutes fails at once if the first response is not from Atlas',
    scenario: { inputs, faults: ['list:html=404'] },
    requests: ['list 401', 'list 404'],
    error: TITLES.notFound,
    mentions: ['HTTP 404', 'base-url'],
    outputs: noSnapshot,
    created: 0,
  },
]
