import { TITLES } from '../../../src/titles.js'
import { type GitHubAnswer, gitHubResponse } from '../github.js'
import type { VirtualSetup } from '../in-process.js'
import { endless, type Row } from './row.js'

const githubToken = 'ghs_5ec2e7ofTheRun'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'

/** The setup with `github-token`. */
function withToken(setup: VirtualSetup = {}): VirtualSetup {
  return { ...setup, inputs: { 'github-token': githubToken, ...setup.inputs } }
}

/** A step that cannot set its commit status and warns with these facts. */
function warns(what: string, github: VirtualSetup['github'], ...facts: readonly string[]): Row {
  return {
    name: `warns if it cannot set its commit status: ${what}`,
    setup: withToken({ inputs: { wait: 'false' }, github }),
    warnings: [facts],
    outputs: { status: 'queued' },
    created: 1,
    commitStatus: 'pending',
    maxSeconds: 11,
  }
}

function rejection(status: number, message: string, headers: Record<string, string> = {}): GitHubAnswer {
  return gitHubResponse(status, { message }, headers)
}

/** Facts in a warning about a missing permission. */
const permission = ['permissions', 'statuses'] as const

/** Steps with github-token. */
export const commitStatuses: readonly Row[] = [
  {
    name: 'sets the commit status to success if its snapshot is completed',
    setup: withToken(),
    created: 1,
    commitStatus: 'success',
  },
  {
    name: 'sets the commit status to error if it is canceled',
    setup: withToken({ atlas: endless, cancelAtSeconds: 30 }),
    error: TITLES.canceled,
    mentions: ['SIGINT', 'queued'],
    created: 1,
    commitStatus: 'error',
  },
  {
    name: 'warns and sets no commit status without GITHUB_REPOSITORY',
    setup: withToken({ inputs: { wait: 'false' }, env: { GITHUB_REPOSITORY: undefined } }),
    warnings: [['GITHUB_REPOSITORY']],
    outputs: { status: 'queued' },
    created: 1,
  },
  warns('invalid token', rejection(401, 'Bad credentials'), 'HTTP 401', 'Bad credentials', 'github-token'),
  warns('no permission', rejection(403, 'Not accessible'), 'HTTP 403', 'Not accessible', ...permission),
  warns('invisible repository', rejection(404, 'Not Found'), 'HTTP 404', ...permission),
  warns(
    'unknown commit',
    gitHubResponse(422, { message: 'Invalid', errors: [{ message: 'one' }, 'two', {}, 3] }),
    ...['HTTP 422 Unprocessable Entity: Invalid; one; two.', sha, 'octo-org/shop'],
  ),
  warns('rate limit', rejection(403, 'Slow', { 'x-ratelimit-remaining': '0' }), 'HTTP 403', 'Slow'),
  warns('secondary rate limit', rejection(403, 'Slow', { 'retry-after': '60' }), 'HTTP 403', 'Slow'),
  warns('rate limit by its status', gitHubResponse(429), 'HTTP 429'),
  warns('HTML page', gitHubResponse(502, '<h1>::error::Bad gateway</h1>'), 'HTTP 502'),
  warns('a success that is not 201', gitHubResponse(200), 'HTTP 200', 'HTTP 201', 'GITHUB_API_URL'),
  warns('broken connection', 'reset', 'ECONNRESET', 'https_proxy', 'no_proxy'),
  warns('no response', 'hang', '4 s'),
  {
    name: 'reports its own error if GitHub also rejects the commit status',
    setup: withToken({
      atlas: { failSnapshots: true },
      github: rejection(403, 'Not accessible'),
    }),
    error: TITLES.snapshotFailed,
    mentions: ['ID', 'failed'],
    warnings: [['HTTP 403']],
    created: 1,
    commitStatus: 'failure',
  },
]
