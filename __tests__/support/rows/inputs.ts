import { TITLES } from '../../../src/titles.js'
import { hangingGitHub } from '../github.js'
import { githubToken } from '../played.js'
import { published } from './files.js'
import type { Row } from './row.js'

/** A step with invalid inputs. It names each of them and sends no request. */
function badInputs(
  name: string,
  inputs: Readonly<Record<string, string>>,
  mentions: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Row {
  return {
    name: `rejects ${name} before it sends a request`,
    setup: { inputs, env },
    error: TITLES.invalidInput,
    mentions,
  }
}

/** Steps with invalid inputs or environments. */
export const inputs: readonly Row[] = [
  // inputs.test.ts, credential-inputs.test.ts, and environment.test.ts have the problems with each input and variable.
  badInputs(
    'every invalid or empty value in one run',
    { 'cluster-name': '', 'retention-days': '0', wait: '' },
    ['cluster-name', 'retention-days', 'wait'],
  ),
  badInputs('a run without credentials', { 'public-key': '', 'private-key': '' }, ['Dependabot'], published),
  {
    ...badInputs('an empty input with github-token', { 'github-token': githubToken, wait: '' }, ['wait']),
    commitStatus: 'failure',
  },
  {
    ...badInputs(
      'an output file that it cannot write with github-token',
      { 'github-token': githubToken },
      ['GITHUB_OUTPUT'],
      { GITHUB_OUTPUT: '/' },
    ),
    commitStatus: 'failure',
  },
  {
    name: 'rejects an empty input within 4 s, although GitHub does not respond',
    setup: { inputs: { 'github-token': githubToken, wait: '' }, github: hangingGitHub },
    error: TITLES.invalidInput,
    mentions: ['wait'],
    commitStatus: 'failure',
    maxSeconds: 4.1,
  },
  // No request could be trusted, or no commit status could be named.
  ...(
    [
      ['an unknown cluster', { 'cluster-name': '' }, {}, 'cluster-name'],
      ['an unknown project', { 'group-id': 'shop' }, {}, 'group-id'],
      ['an invalid token', { 'github-token': 'a b' }, {}, 'github-token'],
      ['an empty input in a dry run', { 'dry-run': 'True', wait: '' }, {}, 'wait'],
      ['unverified certificates', {}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_TLS_REJECT_UNAUTHORIZED'],
    ] as const
  ).map(([name, given, env, mention]) =>
    badInputs(
      `${name} with github-token without a commit status`,
      { 'github-token': githubToken, ...given },
      [mention],
      env,
    ),
  ),
  {
    name: 'rejects a private key without a public key and shows no value that can contain a secret',
    setup: {
      inputs: {
        'public-key': '',
        'base-url': 'http://user:5ec2e7@cloud.mongodb.com',
        'job-summary': 'x'.repeat(101),
        'github-token': '5ec2e7 5ec2e7',
      },
    },
    error: TITLES.invalidInput,
    mentions: ['public-key', '"http://***@cloud.mongodb.com"', 'job-summary', '101', 'github-token'],
  },
]
