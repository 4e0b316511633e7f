import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { clusterRef } from '../../simulation/options.js'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import {
  deployedCommit,
  type StatusReport,
  setCommitStatus,
  startCommitStatus,
  toCommitStatus,
} from '../../src/action/commit-status.js'
import { createLogger } from '../../src/action/logger.js'
import { withCleanupLimit } from '../../src/timers.js'
import { CapturedOutput } from '../support/captured-output.js'
import { created, gitHubResponse, ScriptedGitHub } from '../support/github.js'
import { mentioning } from '../support/played.js'
import { snapshot } from '../support/scripted-client.js'

const id = '6a7f1e2d3c4b5a6978879601'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'
const token = 'ghs_5ec2e7ofTheRun'
const context = 'atlas-snapshot/5f1e2d3c4b5a69788796a5b4/shop-prod'
/** The runner's variables, and what the GitHub client reads from them. */
const env = {
  GITHUB_REPOSITORY: 'octo-org/shop',
  GITHUB_SHA: sha,
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
}
const run = {
  repo: { owner: 'octo-org', repo: 'shop' },
  sha,
  eventName: 'push',
  payload: {},
  serverUrl: 'https://github.com',
  runId: 77,
  runAttempt: 2,
}

const cluster = clusterRef('shop-prod')
const target = { cluster, githubToken: token }

/** The report of a step that succeeded with this snapshot. */
function succeeded(fields: Readonly<Record<string, unknown>>): StatusReport {
  return { step: 'succeeded', snapshot: snapshot({ id, ...fields }) }
}

/** The report of a step that did not succeed, with a snapshot in this status. */
function ended(step: 'failed' | 'canceled', status?: string): StatusReport {
  return { step, snapshot: status === undefined ? undefined : snapshot({ id, status }), errorTitle: 'Title' }
}

const completedReport = succeeded({ status: 'completed', createdAt: '2026-11-25T10:00:00Z' })

describe('the commit status', () => {
  it.each<[string, string, StatusReport, RegExp]>([
    ['of a step that has started', 'pending', { step: 'running' }, /^Waiting/],
    ['of a completed snapshot', 'success', completedReport, / completed\. .* 2026-11-25T10:00:00Z$/],
    ['without a restore point', 'success', succeeded({ status: 'completed' }), / completed$/],
    ['of a snapshot in progress', 'pending', succeeded({ status: 'inProgress' }), / not .*inProgress\)$/],
    [
      'of a sharded snapshot whose plain form is completed',
      'pending',
      succeeded({ status: 'completed', type: 'shardedCluster' }),
      / not .*completed, but/,
    ],
    ['of a failed snapshot', 'failure', ended('failed', 'failed'), /^Title .*failed\)$/],
    ['of a step that failed after completion', 'failure', ended('failed', 'completed'), /^Title .*completed/],
    ['of a step that failed without a snapshot', 'failure', ended('failed'), /^Title$/],
    ['of a canceled step', 'error', ended('canceled', 'queued'), /^Title .*queued\)$/],
  ])('%s is %s', (_, state, report, description) => {
    const status = toCommitStatus(report, cluster, run)
    expect(status).toMatchObject({ state, description: expect.stringMatching(description) })
    expect(status.description.includes(id)).toBe(report.snapshot !== undefined)
  })

  it('has a one-line description with at most 140 characters', () => {
    const describe = (status: string) => toCommitStatus(succeeded({ status }), cluster, run).description
    expect(describe('a\n::error::b')).toContain('a ::error::b')
    const room = 141 - describe('x').length
    const longest = describe('x'.repeat(room))
    expect(longest).toContain('x'.repeat(room))
    expect(longest).toHaveLength(140)
    expect(describe('x'.repeat(room + 1))).toStrictEqual(mentioning(id, '…'))
    expect(describe('😀'.repeat(room)).length).toBeLessThan(140)
  })
})

// The table commit-statuses.ts covers each response of GitHub.
describe('reporting the commit status', () => {
  const output = new CapturedOutput()
  const isSet = mentioning(sha, context, 'success')
  const warning = (...facts: readonly string[]) => mentioning('::warning ', ...facts)
  const address = `https://api.github.com/repos/octo-org/shop/statuses/${sha}`
  let github: ScriptedGitHub

  beforeEach(() => {
    github = new ScriptedGitHub()
    output.start()
  })

  afterEach(() => output.stop())

  // The GitHub client reads them when it is loaded.
  const before = process.env
  beforeAll(() => {
    process.env = env
  })
  afterAll(() => {
    process.env = before
  })

  const dependencies = () => ({ send: github.send, clock: new VirtualClock(), logger: createLogger() })

  /** Lets the client, which is already loaded, send its next request. */
  async function settle(): Promise<void> {
    for (let count = 0; count < 100; count++) await turn()
  }

  /** Reports a completed snapshot. Returns the log lines. */
  async function report(): Promise<string[]> {
    await setCommitStatus(completedReport, target, dependencies(), new AbortController().signal)
    return output.lines()
  }

  it('sends one request with the token', async () => {
    expect(await report()).toStrictEqual([isSet])
    const [request] = github.requests
    expect(request).toMatchObject({
      url: new URL(address),
      headers: {
        authorization: `token ${token}`,
        'content-type': expect.stringContaining('application/json'),
        'user-agent': expect.stringMatching(/^atlas-snapshot-action\/\d+\.\d+\.\d+ /),
      },
    })
    expect(github.statuses).toStrictEqual([
      {
        state: 'success',
        context,
        description: mentioning(id, '2026-11-25T10:00:00Z'),
        target_url: 'https://github.com/octo-org/shop/actions/runs/77/attempts/2',
      },
    ])
  })

  it("shows the start of GitHub's message without commands and without the token", async () => {
    const message = `::error::a\n::error::b ##[set-output name=x]y ${token} ${'z '.repeat(5_000)}`
    github.answer = gitHubResponse(403, { message })
    const lines = await report()
    expect(lines).toStrictEqual([warning(': ::error::a ::error::b # #[set-output name=x]y *** z z z')])
    expect(lines.join().length).toBeLessThan(1_000)
  })

  it('does not log deprecation headers', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
    github.answer = gitHubResponse(201, {}, { deprecation: 'true', sunset: '##[set-output name=x]y' })
    expect(await report()).toStrictEqual([isSet])
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  it('does not follow a redirect', async () => {
    github.answer = gitHubResponse(307, {}, { location: '/repositories/1/statuses' })
    expect(await report()).toStrictEqual([warning('HTTP 307')])
    expect(github.requests).toHaveLength(1)
  })

  it('sets the result after the state at the start, or 2 s later if that hangs', async () => {
    github.answer = ({ body }) => (body?.includes('pending') ? gitHubResponse(500) : created)
    const parts = dependencies()
    const { clock } = parts
    const finish = (setResult: ReturnType<typeof startCommitStatus>) =>
      withCleanupLimit(clock, (signal) => setResult(completedReport, signal))
    await finish(startCommitStatus(target, parts))
    expect(github.statuses).toMatchObject([{ state: 'pending' }, { state: 'success' }])
    expect(output.lines()).toStrictEqual([mentioning('Could not set the commit status', 'HTTP 500'), isSet])
    github.requests.length = 0
    github.answer = 'hang'
    const setResult = startCommitStatus(target, parts)
    await settle()
    const working = finish(setResult)
    await clock.advance(1_999)
    expect(github.requests).toHaveLength(1)
    await clock.advance(1)
    await settle()
    expect(github.requests).toHaveLength(2)
    await clock.advance(3_000)
    await working
  })
})

const [own, head, merge, sha256] = ['0'.repeat(40), 'a'.repeat(40), 'c'.repeat(40), 'b'.repeat(64)]
/** A pull request that can be merged. */
const pull = (more: object = {}) => ({
  pull_request: { head: { sha: head }, merge_commit_sha: merge, ...more },
})
/** A payload with a commit for every event. */
const whole = { ...pull({ merged: true }), deployment: { sha: head }, head_sha: head }

describe('the deployed commit', () => {
  it.each<[string, object, string]>([
    ...['pull_request', 'pull_request_target'].flatMap((name): [string, object, string][] => [
      [name, pull({ base: { sha: own } }), head],
      [name, pull({ merged: true }), merge],
    ]),
    ['pull_request_review', pull(), head],
    ['pull_request_review_comment', pull(), head],
    ['deployment', { deployment: { sha: head, ref: 'main' } }, head],
    ['deployment_status', { deployment: { sha: head }, deployment_status: { state: 'success' } }, head],
    ['workflow_run', { workflow_run: { head_sha: head } }, head],
    ['workflow_run', { workflow_run: { head_sha: sha256 } }, sha256],
    ['check_run', { check_run: { head_sha: head, check_suite: { head_sha: own } } }, head],
    ['check_suite', { check_suite: { head_sha: head } }, head],
    ['pull_request', pull({ merged: false }), head],
    ['pull_request', pull({ merged: 'true' }), head],
    // Without a commit in the payload, it is GITHUB_SHA.
    ['pull_request', pull({ merged: true, merge_commit_sha: null }), own],
    ['pull_request', {}, own],
    ['pull_request', { pull_request: null }, own],
    ['pull_request', { pull_request: { head: { sha: 7 } } }, own],
    ...['push', 'workflow_dispatch', 'constructor', ''].map((name): [string, object, string] => [
      name,
      whole,
      own,
    ]),
  ])('of %j with the payload %j is %s', (eventName, payload, commit) => {
    expect(deployedCommit({ eventName, payload, sha: own })).toBe(commit)
  })
})
