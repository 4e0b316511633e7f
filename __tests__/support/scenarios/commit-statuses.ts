import type { StatusReport } from '../../../src/action/commit-status.js'
import { REMEDIES } from '../../../src/atlas/remedies.js'
import { TITLES } from '../../../src/titles.js'
import type { GitHubAnswer } from '../github.js'
import type { VirtualScenario } from '../in-process.js'
import { snapshot } from '../scripted-client.js'
import { completed, endless, type Row } from './row.js'

const githubToken = 'ghs_5ec2e7ofTheRun'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'

/** The scenario with `github-token`. */
function withToken(scenario: VirtualScenario = {}): VirtualScenario {
  return { ...scenario, inputs: { 'github-token': githubToken, ...scenario.inputs } }
}

/** A step that cannot set its commit status and warns with these facts. */
function warns(what: string, github: VirtualScenario['github'], ...facts: readonly string[]): Row {
  return {
    name: `warns if it cannot set its commit status: ${what}`,
    scenario: withToken({ inputs: { wait: 'false' }, github }),
    warnings: [facts],
    outputs: { status: 'queued' },
    created: 1,
    commitStatus: 'pending',
    maxSeconds: 11,
  }
}

function rejection(status: number, message: string, headers: Record<string, string> = {}): GitHubAnswer {
  return { status, body: { message }, headers }
}

/** Facts in a warning about a missing permission. */
const permission = ['permissions', 'statuses'] as const

/** Steps with github-token. */
export const commitStatuses: readonly Row[] = [
  {
    name: 'sets the commit status to success if its snapshot is completed',
    scenario: withToken(),
    mentions: [sha],
    outputs: completed,
    created: 1,
    commitStatus: 'success',
  },
  {
    name: 'sets the commit status to error if it is canceled',
    scenario: withToken({ atlas: endless, cancelAtSeconds: 30 }),
    error: TITLES.canceled,
    mentions: ['SIGINT', 'queued'],
    created: 1,
    commitStatus: 'error',
  },
  ...['GITHUB_REPOSITORY', 'GITHUB_SHA'].map(
    (name): Row => ({
      name: `warns and sets no commit status without ${name}`,
      scenario: withToken({ inputs: { wait: 'false' }, env: { [name]: undefined } }),
      warnings: [[name]],
      created: 1,
    }),
  ),
  warns('invalid token', rejection(401, 'Bad credentials'), 'HTTP 401', 'Bad credentials', 'github-token'),
  warns('no permission', rejection(403, 'Not accessible'), 'HTTP 403', 'Not accessible', ...permission),
  warns('invisible repository', rejection(404, 'Not Found'), 'HTTP 404', ...permission),
  warns(
    'unknown commit',
    { status: 422, body: { message: 'Invalid', errors: [{ message: 'one' }, 'two', {}, 3] } },
    ...['HTTP 422 Unprocessable Entity: Invalid; one; two.', sha, 'octo-org/shop'],
  ),
  warns('rate limit', rejection(403, 'Slow', { 'x-ratelimit-remaining': '0' }), 'HTTP 403', 'Slow'),
  warns('secondary rate limit', rejection(403, 'Wait.', { 'retry-after': '60' }), 'HTTP 403', 'Wait.'),
  warns('rate limit by its status', { status: 429 }, 'HTTP 429'),
  warns('HTML page', { status: 502, body: '<h1>::error::Bad gateway</h1>' }, 'HTTP 502'),
  warns(
    'a success that is not 201',
    { status: 200, body: '<h1>Log in</h1>' },
    'HTTP 200',
    'HTTP 201',
    'GITHUB_API_URL',
  ),
  warns('broken connection', 'reset', 'ECONNRESET', 'https_proxy', 'no_proxy'),
  warns('no response', 'hang', '5 s'),
  {
    name: 'reports its own error if GitHub also rejects the commit status',
    scenario: withToken({ atlas: { failSnapshots: true }, github: { status: 403 } }),
    error: TITLES.snapshotFailed,
    mentions: ['ID', 'failed'],
    warnings: [['HTTP 403']],
    created: 1,
    commitStatus: 'failure',
  },
]

const id = '6a7f1e2d3c4b5a6978879601'

export const statusCluster = {
  baseUrl: 'https://cloud.mongodb.com',
  apiVersion: '2023-01-01',
  groupId: '5f1e2d3c4b5a69788796a5b4',
  clusterName: 'shop-prod',
} as const

/** The report of a step that succeeded with this snapshot. */
export function succeeded(fields: Readonly<Record<string, unknown>>): StatusReport {
  return { step: 'succeeded', snapshot: snapshot({ id, ...fields }) }
}

function failed(errorTitle: string, status: string): StatusReport {
  return { step: 'failed', snapshot: snapshot({ id, status }), errorTitle }
}

export const completedReport = succeeded({
  status: 'completed',
  createdAt: '2026-11-25T10:00:00Z',
})

/** The commit status of each result. Its name ends the sentence that begins with "the commit status". */
export const statusReports: readonly (readonly [name: string, Row['commitStatus'], StatusReport])[] = [
  ['of a step that has started', 'pending', { step: 'running' }],
  ['of a completed snapshot', 'success', completedReport],
  ['of a completed snapshot without a restore point', 'success', succeeded({ status: 'completed' })],
  ['of a snapshot in progress', 'pending', succeeded({ status: 'inProgress' })],
  [
    'of a sharded snapshot whose plain form is completed',
    'pending',
    succeeded({ status: 'completed', type: 'shardedCluster' }),
  ],
  ['of a failed snapshot', 'failure', failed(TITLES.snapshotFailed, 'failed')],
  [
    'of a step that failed after its snapshot was completed',
    'failure',
    failed(TITLES.outputsNotWritten, 'completed'),
  ],
  [
    'of a step that failed without a snapshot',
    'failure',
    { step: 'failed', snapshot: undefined, errorTitle: REMEDIES.clusterNotFound.title },
  ],
  [
    'of a canceled step',
    'error',
    { step: 'canceled', snapshot: snapshot({ id, status: 'queued' }), errorTitle: TITLES.canceled },
  ],
  ['of a step without a snapshot', 'pending', { step: 'succeeded', snapshot: undefined }],
]
