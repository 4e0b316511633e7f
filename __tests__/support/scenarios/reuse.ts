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
]
