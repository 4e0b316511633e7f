import type { Send } from '../../../src/atlas/http.js'
import { gitHub, hangingGitHub } from '../http-responses.js'
import type { VirtualSetup } from '../in-process.js'
import { accountInputs, githubToken } from '../played.js'
import { TITLES } from '../titles.js'
import { loseOutputFile } from './files.js'
import { createsOne, endless, leavesQueued, type Row, type Rows } from './row.js'

/** The setup with `github-token`. */
function withToken(setup: VirtualSetup = {}): VirtualSetup {
  return { ...setup, inputs: { 'github-token': githubToken, ...setup.inputs } }
}

/** A step that cannot set its commit status. */
function warns(github: Send): Row {
  return {
    setup: withToken({ inputs: { wait: 'false', ...accountInputs }, github }),
    outputs: { status: 'queued' },
    created: 1,
    commitStatus: 'pending',
    maxSeconds: 11,
  }
}

/** A GitHub that rejects the state at the start, and sends headers that its client would log. */
const rejectsPending: Send = (request, signal) => {
  const headers = { deprecation: 'true', sunset: '##[set-output name=x]y' }
  return gitHub(request.body?.includes('pending') ? 500 : 201, {}, headers)(request, signal)
}

/** Steps with github-token. */
export const commitStatuses: Rows = {
  'sets the commit status to success even if GitHub rejected the one at the start, and logs no headers': {
    setup: withToken({ github: rejectsPending }),
    ...createsOne,
    commitStatus: 'success',
  },
  'sets the commit status to error if it is canceled': {
    setup: withToken({ atlas: endless, cancelAtSeconds: 30 }),
    error: TITLES.canceled,
    ...leavesQueued,
    commitStatus: 'error',
  },
  'warns and sets no commit status without GITHUB_REPOSITORY': {
    setup: withToken({ inputs: { wait: 'false' }, env: { GITHUB_REPOSITORY: undefined } }),
    outputs: { status: 'queued' },
    created: 1,
  },
  'warns if it cannot set its commit status: a message with commands and the token': warns(
    gitHub(403, {
      message: `::error::a\n::error::b ##[set-output name=x]y ${githubToken} ${'z'.repeat(900)}`,
    }),
  ),
  'warns if it cannot set its commit status: no response': warns(hangingGitHub),
  'sets the commit status to failure if it fails after its snapshot is completed': {
    setup: withToken({ at: [[150, loseOutputFile]] }),
    error: TITLES.outputsNotWritten,
    outputs: { status: 'inProgress', created: 'true' },
    created: 1,
    commitStatus: 'failure',
  },
  'fails if its snapshot fails, with its own error even if GitHub rejects the commit status': {
    setup: withToken({ atlas: { failSnapshots: true }, github: gitHub(403) }),
    error: TITLES.snapshotFailed,
    outputs: { status: 'failed', created: 'true' },
    created: 1,
    commitStatus: 'failure',
  },
}
