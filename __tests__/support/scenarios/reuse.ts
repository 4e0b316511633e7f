import { expect } from '@jest/globals'
import { brief, createNightly, lists, type Row, reused } from './row.js'

const inputs = { 'reuse-within-minutes': '60' } as const
const listed: readonly string[] = ['list 401', ...lists]
const found: readonly string[] = [...listed, 'cluster 200', 'get 200']
const warning = ['ID', 'nightly', 'reuse-within-minutes', 'INSTANT'] as const
const nightly = { ...reused, description: 'nightly', 'duration-seconds': '0' } as const

/** Steps with `reuse-within-minutes`. */
export const reuse: readonly Row[] = [
  {
    name: 'reuses a snapshot that is recent enough and warns about its age',
    scenario: { atlas: brief, before: createNightly({}, 30), inputs },
    requests: found,
    mentions: ['1 h', '1.47 GiB'],
    warnings: [[...warning, '29 min 28 s']],
    outputs: nightly,
  },
  {
    name: 'reuses a snapshot that is recent enough with wait: false',
    scenario: { atlas: brief, before: createNightly({}, 30), inputs: { ...inputs, wait: 'false' } },
    requests: found,
    warnings: [warning],
    outputs: nightly,
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
  },
]
