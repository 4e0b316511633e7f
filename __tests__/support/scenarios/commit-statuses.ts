import type { StatusReport } from '../../../src/action/commit-status.js'
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

export const completedReport = {
  step: 'succeeded',
  snapshot: snapshot({ id, status: 'completed', createdAt: '2026-11-25T10:00:00Z' }),
} satisfies StatusReport

/** Each result of a step and its commit status. */
export const statusReports: readonly {
  /** Ends the sentence that begins with "the commit status". */
  readonly name: string
  readonly report: StatusReport
  readonly state: NonNullable<Row['commitStatus']>
  /** Facts in the description. */
  readonly mentions: readonly string[]
}[] = [
  {
    name: 'of a step that has started',
    report: { step: 'running' },
    state: 'pending',
    mentions: ['snapshot step'],
  },
  {
    name: 'of a completed snapshot',
    report: completedReport,
    state: 'success',
    mentions: [id, 'completed', '2026-11-25T10:00:00Z'],
  },
  {
    name: 'of a completed snapshot without a restore point',
    report: { ...completedReport, snapshot: snapshot({ id, status: 'completed' }) },
    state: 'success',
    mentions: [id, 'completed'],
  },
  {
    name: 'of a snapshot in progress',
    report: { ...completedReport, snapshot: snapshot({ id, status: 'inProgress' }) },
    state: 'pending',
    mentions: [id, 'inProgress'],
  },
  {
    name: 'of a sharded snapshot whose plain form is completed',
    report: { ...completedReport, snapshot: snapshot({ id, status: 'completed', type: 'shardedCluster' }) },
    state: 'pending',
    mentions: [id, 'completed'],
  },
  {
    name: 'of a failed snapshot',
    report: {
      ...completedReport,
      step: 'failed',
      snapshot: snapshot({ id, status: 'failed' }),
      errorTitle: TITLES.snapshotFailed,
    },
    state: 'failure',
    mentions: [TITLES.snapshotFailed, id, 'failed'],
  },
  {
    name: 'of a step that failed after its snapshot was completed',
    report: { ...completedReport, step: 'failed', errorTitle: TITLES.outputsNotWritten },
    state: 'failure',
    mentions: [TITLES.outputsNotWritten, id, 'completed'],
  },
  {
    name: 'of a step that failed without a snapshot',
    report: { ...completedReport, step: 'failed', snapshot: undefined, errorTitle: TITLES.clusterNotFound },
    state: 'failure',
    mentions: [TITLES.clusterNotFound],
  },
  {
    name: 'of a canceled step',
    report: {
      ...completedReport,
      step: 'canceled',
      snapshot: snapshot({ id, status: 'queued' }),
      errorTitle: TITLES.canceled,
    },
    state: 'error',
    mentions: [TITLES.canceled, id, 'queued'],
  },
  {
    name: 'of a step without a snapshot',
    report: { ...completedReport, snapshot: undefined },
    state: 'pending',
    mentions: ['No snapshot'],
  },
]
