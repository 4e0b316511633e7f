import { hangingGitHub } from '../http-responses.js'
import { githubToken } from '../played.js'
import { TITLES } from '../titles.js'
import { published } from './files.js'
import type { Row, Rows } from './row.js'

const withToken = { 'github-token': githubToken }

/** A step with invalid inputs. */
function rejects(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Row {
  return { setup: { inputs, env }, error: TITLES.invalidInput }
}

/** Steps with invalid inputs or environments. None sends a request to Atlas. */
export const inputs: Rows = {
  // inputs.test.ts, credential-inputs.test.ts, and environment.test.ts have the problems with each input and variable.
  'rejects inputs that action.yml does not declare, wherever they come from': {
    ...rejects({ wiat: 'true', cluster_name: '5ec2e7' }, { INPUT_TIMEOUT: '5ec2e7' }),
    mentions: ['INPUT_WIAT', 'no input wiat', 'INPUT_CLUSTER_NAME', 'INPUT_TIMEOUT', 'no input timeout'],
  },
  'rejects a run without credentials': {
    ...rejects({ 'public-key': '', 'private-key': '' }, published),
    mentions: ['Dependabot'],
  },
  'rejects an empty input, although GitHub does not respond': {
    setup: { inputs: { ...withToken, wait: '' }, github: hangingGitHub },
    error: TITLES.invalidInput,
    commitStatus: 'failure',
    maxSeconds: 4.1,
  },
  // No request could be trusted, or no commit status could be named.
  'rejects an unknown cluster without a commit status': rejects({ ...withToken, 'cluster-name': '' }),
  'rejects an invalid token without a commit status': rejects({ 'github-token': 'a b' }),
  'rejects an empty input in a dry run without a commit status': rejects({
    ...withToken,
    'dry-run': 'True',
    wait: '',
  }),
  'rejects unverified certificates without a commit status': rejects(withToken, {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  }),
  'rejects a private key without a public key and shows no value that can contain a secret': {
    setup: {
      inputs: {
        'public-key': '',
        'base-url': 'http://user:5ec2e7@cloud.mongodb.com',
        'job-summary': 'x'.repeat(101),
        'github-token': '5ec2e7 5ec2e7',
      },
    },
    error: TITLES.invalidInput,
    mentions: ['public-key', '"***@cloud.mongodb.com"', 'job-summary', '101', 'github-token'],
  },
}
