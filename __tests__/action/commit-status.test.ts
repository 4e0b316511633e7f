import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { CommitStatusReporter, deployedCommit, toCommitStatus } from '../../src/action/commit-status.js'
import { createLogger } from '../../src/action/logger.js'
import { createHttpSender } from '../../src/atlas/node-http.js'
import { withCleanupLimit } from '../../src/timers.js'
import { CapturedOutput } from '../support/captured-output.js'
import { created, type GitHub, startGitHub } from '../support/github.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { mentioning } from '../support/played.js'
import {
  completedReport,
  statusCluster,
  statusReports,
  succeeded,
} from '../support/scenarios/commit-statuses.js'

joinRealms()

const id = '6a7f1e2d3c4b5a6978879601'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'
const token = 'ghs_5ec2e7ofTheRun'
const context = 'atlas-snapshot/5f1e2d3c4b5a69788796a5b4/shop-prod'
const env: NodeJS.ProcessEnv = {
  GITHUB_REPOSITORY: 'octo-org/shop',
  GITHUB_SHA: sha,
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
}

describe('the commit status', () => {
  // The golden file has the descriptions.
  it.each(statusReports)('%s is %s', (_, state, report) => {
    expect(toCommitStatus(report, statusCluster, {}, env)).toStrictEqual({
      owner: 'octo-org',
      repo: 'shop',
      sha,
      state,
      description: expect.any(String),
      context,
      target_url: 'https://github.com/octo-org/shop/actions/runs/77/attempts/2',
    })
  })

  it('has a one-line description with at most 140 characters', () => {
    const describe = (status: string) =>
      toCommitStatus(succeeded({ status }), statusCluster, {}, env).description
    expect(describe('a\n::error::b')).toContain('a ::error::b')
    const room = 141 - describe('x').length
    const longest = describe('x'.repeat(room))
    expect(longest).toContain('x'.repeat(room))
    expect(longest).toHaveLength(140)
    expect(describe('x'.repeat(room + 1))).toStrictEqual(mentioning(id, '…'))
    expect(describe('😀'.repeat(room)).length).toBeLessThan(140)
  })

  it.each([
    ['GITHUB_RUN_ATTEMPT', 'https://github.com/octo-org/shop/actions/runs/77'],
    ['GITHUB_SERVER_URL', undefined],
    ['GITHUB_RUN_ID', undefined],
  ])('without %s has the link %s', (name, url) => {
    const { target_url } = toCommitStatus(completedReport, statusCluster, {}, { ...env, [name]: '' })
    expect(target_url).toBe(url)
  })

  it('requires a repository with an owner', () => {
    expect(() =>
      toCommitStatus(completedReport, statusCluster, {}, { ...env, GITHUB_REPOSITORY: 'shop' }),
    ).toThrow('GITHUB_REPOSITORY')
  })
})

// The table commit-statuses.ts covers each response of GitHub.
describe('reporting the commit status', () => {
  const output = new CapturedOutput()
  const folder = mkdtempSync(join(tmpdir(), 'commit-status-'))
  const untouched = { ...process.env }
  const { send, close } = createHttpSender('tester')
  const isSet = mentioning(sha, context, 'success')
  const warning = (...facts: readonly string[]) => mentioning('::warning ', ...facts)
  let github: GitHub

  beforeAll(async () => {
    github = await startGitHub()
    // The client reads this variable only when it is loaded.
    process.env['GITHUB_API_URL'] = `http://127.0.0.1:${github.port}/api/v3`
    process.env['GITHUB_EVENT_PATH'] = join(folder, 'event.json')
    writeFileSync(join(folder, 'event.json'), '{}')
  })

  beforeEach(() => {
    github.answer = created
    github.requests.length = 0
    output.start()
  })

  afterEach(() => output.stop())

  afterAll(async () => {
    close()
    await github.close()
    rmSync(folder, { recursive: true })
    for (const name of ['GITHUB_API_URL', 'GITHUB_EVENT_PATH']) delete process.env[name]
    Object.assign(process.env, untouched)
  })

  /** A reporter on a virtual clock, and how it reports a completed snapshot. */
  function createReporter(more: NodeJS.ProcessEnv = {}) {
    const clock = new VirtualClock()
    const dependencies = { send, clock, logger: createLogger(), env: { ...env, ...more } }
    const reporter = new CommitStatusReporter(statusCluster, token, dependencies)
    const finish = () => withCleanupLimit(clock, (signal) => reporter.finish(completedReport, signal))
    return { clock, reporter, finish }
  }

  /** Reports a completed snapshot. Returns the log lines. */
  async function report(more?: NodeJS.ProcessEnv): Promise<string[]> {
    await createReporter(more).finish()
    return output.lines()
  }

  it('sends one request with the token', async () => {
    expect(await report()).toStrictEqual([isSet])
    expect(github.requests).toStrictEqual([
      {
        method: 'POST',
        path: `/api/v3/repos/octo-org/shop/statuses/${sha}`,
        headers: expect.objectContaining({
          authorization: `token ${token}`,
          'content-type': expect.stringContaining('application/json'),
          'user-agent': expect.stringMatching(/^atlas-snapshot-action\/\d+\.\d+\.\d+ /),
        }),
        body: {
          state: 'success',
          context,
          description: mentioning(id, '2026-11-25T10:00:00Z'),
          target_url: 'https://github.com/octo-org/shop/actions/runs/77/attempts/2',
        },
      },
    ])
  })

  it('sets the status of the head of a pull request, or of GITHUB_SHA if the event is missing', async () => {
    const [event, head] = [join(folder, 'pull-request.json'), 'a'.repeat(40)]
    writeFileSync(event, JSON.stringify({ pull_request: { head: { sha: head } } }))
    for (const GITHUB_EVENT_PATH of [event, join(folder, 'none.json')])
      await report({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH })
    expect(github.requests.map(({ path }) => path.split('/').at(-1))).toStrictEqual([head, sha])
  })

  it("shows the start of GitHub's message without commands and without the token", async () => {
    const message = `::error::a\n::error::b ##[set-output name=x]y ${token} ${'z '.repeat(5_000)}`
    github.answer = { status: 403, body: { message } }
    const lines = await report()
    expect(lines).toStrictEqual([warning(': ::error::a ::error::b # #[set-output name=x]y *** z z z')])
    expect(lines.join().length).toBeLessThan(1_000)
  })

  it('does not log deprecation headers', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
    github.answer = { ...created, headers: { deprecation: 'true', sunset: '##[set-output name=x]y' } }
    expect(await report()).toStrictEqual([isSet])
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  it('follows the redirect of a renamed repository', async () => {
    const moved = '/api/v3/repositories/1/statuses'
    github.answer = ({ path }) => (path === moved ? created : { status: 307, headers: { location: moved } })
    expect(await report()).toStrictEqual([isSet])
    expect(github.requests.map(({ method, path }) => `${method} ${path}`)).toStrictEqual([
      `POST /api/v3/repos/octo-org/shop/statuses/${sha}`,
      `POST ${moved}`,
    ])
    expect(github.requests[1]?.body).toStrictEqual(github.requests[0]?.body)
  })

  it('does not follow a redirect that changes the method to GET', async () => {
    github.answer = ({ method }) =>
      method === 'GET' ? { status: 200, body: [] } : { status: 301, headers: { location: '/moved' } }
    expect(await report()).toStrictEqual([warning('HTTP 301', 'HTTP 201', 'GITHUB_API_URL')])
    expect(github.requests).toHaveLength(1)
  })

  it('follows at most three redirects', async () => {
    github.answer = { status: 308, headers: { location: '/round-and-round' } }
    expect(await report()).toStrictEqual([warning('HTTP 308')])
    expect(github.requests).toHaveLength(4)
  })

  it('ignores the Location header of a success', async () => {
    github.answer = { ...created, headers: { location: '/api/v3/statuses/1' } }
    expect(await report()).toStrictEqual([isSet])
    expect(github.requests).toHaveLength(1)
  })

  it('does not follow a redirect to an invalid URL', async () => {
    github.answer = { status: 307, headers: { location: 'http://[' } }
    expect(await report()).toStrictEqual([warning('HTTP 307')])
  })

  it('does not send the token to another origin', async () => {
    const other = await startGitHub({ status: 401 })
    const location = `http://127.0.0.1:${other.port}/`
    github.answer = { status: 307, headers: { location } }
    try {
      expect(await report()).toStrictEqual([warning('HTTP 307')])
      expect(other.requests).toStrictEqual([])
    } finally {
      await other.close()
    }
  })

  it('sets the result after the state at the start, or 2 s later if that hangs', async () => {
    github.answer = ({ body }) => (JSON.stringify(body).includes('pending') ? { status: 500 } : created)
    const { clock, reporter, finish } = createReporter()
    reporter.start()
    await finish()
    expect(github.requests).toMatchObject([{ body: { state: 'pending' } }, { body: { state: 'success' } }])
    expect(output.lines()).toStrictEqual([mentioning('Could not set the commit status', 'HTTP 500'), isSet])
    github.requests.length = 0
    github.answer = 'hang'
    reporter.start()
    while (github.requests.length === 0) await turn()
    const working = finish()
    await clock.advance(1_999)
    expect(github.requests).toHaveLength(1)
    await clock.advance(1)
    while (github.requests.length === 1) await turn()
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
  it.each<[string, unknown, string | undefined, string?]>([
    ...['pull_request', 'pull_request_target'].flatMap((name): [string, unknown, string][] => [
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
    ['pull_request', undefined, own],
    ['pull_request', { pull_request: null }, own],
    ['pull_request', { pull_request: { head: { sha: 7 } } }, own],
    ['pull_request', { pull_request: { head: { sha: '../../issues/1/labels' } } }, own],
    ['workflow_run', { workflow_run: { head_sha: head.slice(1) } }, own],
    ...['push', 'merge_group', 'constructor', ''].map((name): [string, unknown, string] => [
      name,
      whole,
      own,
    ]),
    ['push', {}, sha256, sha256],
    ...['', 'main', 'a'.repeat(41)].map((sha): [string, unknown, undefined, string] => [
      'push',
      {},
      undefined,
      sha,
    ]),
  ])('of %j with the payload %j is %s', (name, event, commit, sha = own) => {
    expect(deployedCommit(event, { GITHUB_EVENT_NAME: name, GITHUB_SHA: sha })).toBe(commit)
  })
})
