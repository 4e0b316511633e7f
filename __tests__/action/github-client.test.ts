import { expect, it } from '@jest/globals'
import { createCommitStatus } from '../../src/action/github-client.js'
import type { Send } from '../../src/atlas/http.js'
import { toNetworkError } from '../../src/atlas/network-errors.js'
import { gitHub, never, thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'

const status = {
  owner: 'octo-org',
  repo: 'shop',
  sha: '7b1c9f0e3a5d2468ace013579bdf2468ace01357',
  state: 'pending',
  context: 'atlas-snapshot',
  description: 'Waiting',
  target_url: 'https://github.com',
} as const

/** What a message can tell the user to look at. */
const HINTS = ['github.token', 'statuses: write', 'rate limit', status.sha, 'GITHUB_API_URL', 'https_proxy']

const reset: Send = async (request, signal) => {
  const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  throw toNetworkError(error, request, signal)
}

// The rows in commit-statuses.ts show what a step does then.
it.each<[what: string, github: Send, facts: string[], hint: string]>([
  ['an invalid token', gitHub(401, { message: 'Bad' }), ['401', ': Bad'], 'github.token'],
  [
    'no permission',
    gitHub(403, { message: 'Not accessible' }),
    ['403', ': Not accessible.'],
    'statuses: write',
  ],
  ['an invisible repository', gitHub(404), ['404'], 'statuses: write'],
  [
    'an unknown commit',
    gitHub(422, { message: 'Invalid', errors: [{ message: 'one' }, 'two', {}, 3] }),
    ['422', ': Invalid; one; two.', 'octo-org/shop'],
    status.sha,
  ],
  ['a rate limit', gitHub(403, {}, { 'x-ratelimit-remaining': '0' }), ['403'], 'rate limit'],
  ['a secondary rate limit', gitHub(403, {}, { 'retry-after': '60' }), ['403'], 'rate limit'],
  ['a rate limit by its status', gitHub(429), ['429'], 'rate limit'],
  ['requests left', gitHub(403, {}, { 'x-ratelimit-remaining': '9' }), ['403'], 'statuses: write'],
  ['an outage', gitHub(503, {}, { 'retry-after': '60' }), ['503'], ''],
  ['an HTML page', gitHub(502, '<h1>Bad</h1>'), ['HTTP 502 Bad Gateway.'], ''],
  ['another success', gitHub(200, { message: 'Bad' }), ['200 OK. Expected HTTP 201.'], 'GITHUB_API_URL'],
  ['a redirect', gitHub(307, { message: 'Moved' }), ['Redirect. Expected HTTP 201.'], 'GITHUB_API_URL'],
  ['a broken connection', reset, ['the connection broke', '(read ECONNRESET).'], 'https_proxy'],
])('a commit status is not set after one request with %s', async (_, github, facts, hint) => {
  let requests = 0
  const send: Send = (request, signal) => {
    requests += 1
    return github(request, signal)
  }
  const error = await thrownBy(() => createCommitStatus(status, 'token', { send, signal: never }))
  expect(error).toMatchObject({ message: mentioning(...facts) })
  // The caller adds what failed.
  expect(String(error)).not.toMatch(/Could not|\.\./)
  expect(HINTS.filter((hint) => String(error).includes(hint))).toStrictEqual(hint === '' ? [] : [hint])
  expect(requests).toBe(1)
})
