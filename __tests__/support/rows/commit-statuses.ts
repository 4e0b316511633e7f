import type { Send } from '../../../src/atlas/http.js'
import { TITLES } from '../../../src/titles.js'
import { gitHub, hangingGitHub } from '../github.js'
import type { VirtualSetup } from '../in-process.js'
import { loseOutputFile } from './files.js'
import { endless, type Row } from './row.js'

const githubToken = 'ghs_5ec2e7ofTheRun'

/** The setup with `github-token`. */
function withToken(setup: VirtualSetup = {}): VirtualSetup {
  return { ...setup, inputs: { 'github-token': githubToken, ...setup.inputs } }
}

/** A step that cannot set its commit status. */
function warns(what: string, github: Send): Row {
  return {
    name: `warns if it cannot set its commit status: ${what}`,
    setup: withToken({ inputs: { wait: 'false' }, github }),
    outputs: { status: 'queued' },
    created: 1,
    commitStatus: 'pending',
    maxSeconds: 11,
  }
}

/** A GitHub that rejects the state at the start. */
const rejectsPending: Send = (request, signal) =>
  gitHub(request.body?.includes('pending') ? 500 : 201)(request, signal)

/** Steps with github-token. */
export const commitStatuses: readonly Row[] = [
  {
    name: 'sets the commit status to success if its snapshot is completed, and logs no headers of GitHub',
    setup: withToken({ github: gitHub(201, {}, { deprecation: 'true', sunset: '##[set-output name=x]y' }) }),
    created: 1,
    commitStatus: 'success',
  },
  {
    name: 'sets the commit status to success even if GitHub rejected the one at the start',
    setup: withToken({ github: rejectsPending }),
    created: 1,
    commitStatus: 'success',
  },
  {
    name: 'sets the commit status to error if it is canceled',
    setup: withToken({ atlas: endless, cancelAtSeconds: 30 }),
    error: TITLES.canceled,
    created: 1,
    commitStatus: 'error',
  },
  {
    name: 'warns and sets no commit status without GITHUB_REPOSITORY',
    setup: withToken({ inputs: { wait: 'false' }, env: { GITHUB_REPOSITORY: undefined } }),
    outputs: { status: 'queued' },
    created: 1,
  },
  warns(
    'a message with commands and the token',
    gitHub(403, {
      message: `::error::a\n::error::b ##[set-output name=x]y ${githubToken} ${'z'.repeat(900)}`,
    }),
  ),
  warns('no response', hangingGitHub),
  {
    name: 'sets the commit status to failure if it fails after its snapshot is completed',
    setup: withToken({ at: [[150, loseOutputFile]] }),
    error: TITLES.outputsNotWritten,
    created: 1,
    commitStatus: 'failure',
  },
  {
    name: 'reports its own error if GitHub also rejects the commit status',
    setup: withToken({ atlas: { failSnapshots: true }, github: gitHub(403) }),
    error: TITLES.snapshotFailed,
    created: 1,
    commitStatus: 'failure',
  },
]
