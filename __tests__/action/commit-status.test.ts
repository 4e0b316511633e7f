import { describe, expect, it } from '@jest/globals'
import { clusterRef } from '../../simulation/options.js'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import {
  deployedCommit,
  setCommitStatus,
  startCommitStatus,
  toCommitStatus,
} from '../../src/action/commit-status.js'
import type { Send } from '../../src/atlas/http.js'
import { parseJsonObject } from '../../src/json.js'
import { withTimeout } from '../../src/timers.js'
import { LogLines } from '../support/captured-output.js'
import { setEnvironment } from '../support/environment.js'
import { createResponse, gitHub, never } from '../support/http-responses.js'
import { playInProcess } from '../support/in-process.js'
import { githubToken, mentioning } from '../support/played.js'
import { snapshot } from '../support/scripted-client.js'

const id = '6a7f1e2d3c4b5a6978879601'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'
const run = {
  repo: { owner: 'octo-org', repo: 'shop' },
  sha,
  eventName: 'push',
  payload: {},
  serverUrl: 'https://github.com',
  runId: 77,
  runAttempt: 2,
}

/** The commit status of a step that succeeded with this snapshot. */
function statusOf(fields: Readonly<Record<string, unknown>>) {
  return toCommitStatus(
    { step: 'succeeded', snapshot: snapshot({ id, ...fields }) },
    clusterRef('shop-prod'),
    run,
  )
}

// The rows in commit-statuses.ts have the other states.
describe('the commit status', () => {
  it('ends without a restore point if Atlas sends none', () => {
    expect(statusOf({ status: 'completed' }).description).toMatch(/ completed$/)
  })

  it('has a one-line description with at most 140 characters', () => {
    const describe = (status: string) => statusOf({ status }).description
    expect(describe('a\n::error::b')).toContain('a ::error::b')
    const room = 141 - describe('x').length
    expect(describe('x'.repeat(room))).toHaveLength(140)
    expect(describe('x'.repeat(room + 1))).toStrictEqual(mentioning(id, '…'))
    expect(describe('😀'.repeat(room)).length).toBeLessThan(140)
  })

  it('names the cluster, links to the attempt, and is sent with the token to the API', async () => {
    const inputs = { 'github-token': githubToken }
    const { gitHubRequests } = await playInProcess({ inputs, env: { GITHUB_RUN_ATTEMPT: '2' } })
    const { url, headers, body = '' } = gitHubRequests.at(-1) ?? {}
    expect(url?.href).toBe(`https://api.github.com/repos/octo-org/shop/statuses/${sha}`)
    expect(headers).toMatchObject({
      authorization: `token ${githubToken}`,
      connection: 'close',
      'content-type': expect.stringContaining('application/json'),
      'user-agent': expect.stringMatching(/^atlas-snapshot-action\/\d+\.\d+\.\d+ /),
    })
    expect(JSON.parse(body)).toStrictEqual({
      state: 'success',
      context: 'atlas-snapshot/5f1e2d3c4b5a69788796a5b4/demo',
      description: expect.stringContaining('completed'),
      target_url: 'https://github.com/octo-org/shop/actions/runs/19650281743/attempts/2',
    })
  })
})

// The rows in commit-statuses.ts have a GitHub that responds at once, or never.
it.each<[string, number, number, readonly string[]]>([
  ['in time', 1_900, 201, ['pending', 'success']],
  ['in time, although its response is lost', 1_900, 500, ['pending', 'success']],
  ['too late', 2_100, 201, ['success']],
])('at the end of a step, GitHub applies pending %s', async (_, delayMs, code, applied) => {
  const clock = new VirtualClock()
  const states: unknown[] = []
  const send: Send = async ({ body = '' }, signal) => {
    const { state } = parseJsonObject(body) ?? {}
    if (state === 'pending') await clock.sleep(delayMs, signal)
    states.push(state)
    return createResponse(state === 'pending' ? code : 201)
  }
  setEnvironment({ GITHUB_REPOSITORY: 'octo-org/shop' })
  const target = { cluster: clusterRef('demo'), githubToken }
  // In advance, because loading takes real time.
  await setCommitStatus({ step: 'failed' }, target, { send: gitHub(201), logger: new LogLines() }, never)
  const setResult = startCommitStatus(target, { send, clock, logger: new LogLines() })
  const completed = { step: 'succeeded', snapshot: snapshot({ id, status: 'completed' }) } as const
  await clock.run(withTimeout(clock, 4_000, (signal) => setResult(completed, signal)))
  expect(states).toStrictEqual(applied)
  // Otherwise, the process would stay until it is ended by force.
  expect(clock.pending).toBe(0)
})

const [own, head, merge] = ['0'.repeat(40), 'a'.repeat(40), 'c'.repeat(40)]
/** A pull request that can be merged. */
const pull = (more: object = {}) => ({
  pull_request: { head: { sha: head }, merge_commit_sha: merge, ...more },
})
/** A payload with a commit for every event. */
const whole = { ...pull({ merged: true }), deployment: { sha: head }, head_sha: head }

it.each<[string, object, string]>([
  ['pull_request', pull({ base: { sha: own } }), head],
  ['pull_request', pull({ merged: true }), merge],
  ['pull_request_review', pull(), head],
  ['deployment', { deployment: { sha: head, ref: 'main' } }, head],
  ['deployment_status', { deployment: { sha: head }, deployment_status: { state: 'success' } }, head],
  ['workflow_run', { workflow_run: { head_sha: head } }, head],
  ['check_run', { check_run: { head_sha: head, check_suite: { head_sha: own } } }, head],
  ['check_suite', { check_suite: { head_sha: head } }, head],
  ['pull_request', pull({ merged: 'true' }), head],
  // Without a commit in the payload, it is GITHUB_SHA.
  ['pull_request', pull({ merged: true, merge_commit_sha: null }), own],
  ['pull_request', { pull_request: null }, own],
  ['pull_request', { pull_request: { head: { sha: 7 } } }, own],
  ['push', whole, own],
  ['constructor', whole, own],
])('the deployed commit of %j with the payload %j is %s', (eventName, payload, commit) => {
  expect(deployedCommit({ eventName, payload, sha: own })).toBe(commit)
})
