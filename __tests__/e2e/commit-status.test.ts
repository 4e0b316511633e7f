import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { projectRoot } from '../../script/root.js'
import { type ActionRun, type RunResult, runAction } from '../../script/runner.js'
import { created, type GitHub, startGitHub } from '../support/github.js'
import { type Listening, listen } from '../support/listen.js'
import { bundle, life, startSnapshot } from './action.js'
import { inWords, type Played, play, type Scenario, until } from './scenario.js'

const token = 'ghs_5ec2e7ofTheRun'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'
const context = `atlas-snapshot/${demo.groupId}/demo`
const couldNot = 'Atlas snapshot | The commit status could not be set. '
const endless = { secondsToInProgress: 1000, secondsToCompleted: 2000 }
/** Runners on Windows end a process where Node knows no signal. */
const onPosix = process.platform === 'win32' ? it.skip : it

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-status-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let github: GitHub
const cleanups: (() => Promise<void>)[] = []
beforeEach(async () => {
  github = await startGitHub()
  cleanups.push(github.close)
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Runs the scenario with a token of this GitHub, which is an Enterprise Server by its address. */
async function playOn(scenario: Scenario = {}): Promise<Played> {
  const found = await play({
    ...scenario,
    inputs: { 'github-token': token, ...scenario.inputs },
    env: { GITHUB_API_URL: `http://127.0.0.1:${github.port}/api/v3`, ...scenario.env },
  })
  expectHidden(found.result)
  return found
}

/** The token is masked before anything else is written, and written nowhere else. */
function expectHidden({ stdout, stderr, outputList, summary }: RunResult): void {
  const lines = stdout.split('\n')
  const isMask = (line: string) => line.startsWith('::add-mask::')
  const masks = lines.slice(
    0,
    lines.findIndex((line) => !isMask(line)),
  )
  expect(masks).toContainEqual(expect.stringContaining(token))
  const shown = [...lines.filter((line) => !isMask(line)), stderr, JSON.stringify(outputList), summary]
  expect(shown.join('\n')).not.toContain(token)
  expect(stderr).toBe('')
}

/** The statuses that were set, as `state description`. */
function statuses(): string[] {
  return github.requests.map(({ body }) =>
    inWords(JSON.stringify(body).replace(/^.*"state":"(\w+)".*"description":"([^"]*)".*$/, '$1 $2')),
  )
}

describe('a step with github-token', () => {
  it('sets the status of the commit with one request', async () => {
    const { exitCode, log, warnings, result } = await playOn()
    expect(exitCode).toBe(0)
    expect(warnings).toEqual([])
    const { 'snapshot-id': id, 'created-at': createdAt } = result.outputs
    expect(github.requests).toEqual([
      {
        method: 'POST',
        path: `/api/v3/repos/octo-org/shop/statuses/${sha}`,
        headers: expect.objectContaining({
          authorization: `token ${token}`,
          accept: 'application/vnd.github.v3+json',
          'content-type': 'application/json; charset=utf-8',
          host: `127.0.0.1:${github.port}`,
          'user-agent': expect.stringMatching(/^atlas-snapshot-action /),
        }),
        body: {
          state: 'success',
          context,
          description: `Snapshot ${id} is completed: data as of ${createdAt}`,
          target_url: 'https://github.com/octo-org/shop/actions/runs/19650281743/attempts/1',
        },
      },
    ])
    expect(log.at(-1)).toBe(`Commit ${sha} has the status ${context}: success.`)
    const sent = JSON.stringify(github.requests)
    for (const secret of [demo.privateKey, demo.publicKey, 'Digest']) expect(sent).not.toContain(secret)
  }, 60_000)

  it('sets none in a dry run, which has no snapshot to show', async () => {
    const { exitCode, warnings } = await playOn({ inputs: { 'dry-run': 'true' } })
    expect(exitCode).toBe(0)
    expect(warnings).toEqual([])
    expect(github.requests).toEqual([])
  })

  it.each<{ end: string; scenario: Scenario; status: string; exitCode: number }>([
    {
      end: 'that does not wait',
      scenario: { inputs: { wait: 'false' } },
      status: 'pending Snapshot ID is queued and goes on in Atlas',
      exitCode: 0,
    },
    {
      end: 'whose snapshot fails',
      scenario: { atlas: { failSnapshots: true } },
      status: 'failure The snapshot failed (snapshot ID, failed)',
      exitCode: 1,
    },
    {
      end: 'that runs out of time',
      scenario: { atlas: endless, inputs: { 'timeout-minutes': '0.02' } },
      status: 'failure The deadline has passed (snapshot ID, queued)',
      exitCode: 1,
    },
    {
      end: 'that Atlas refuses',
      scenario: { inputs: { 'cluster-name': 'nowhere' } },
      status: 'failure Cluster not found',
      exitCode: 1,
    },
  ])(
    '$end says so',
    async ({ scenario, status, exitCode }) => {
      const found = await playOn(scenario)
      expect(statuses()).toEqual([status])
      expect(found.exitCode).toBe(exitCode)
      expect(found.errors).toHaveLength(exitCode)
      expect(found.warnings).toEqual([])
    },
    60_000,
  )

  it('sets none where the inputs are bad', async () => {
    const { exitCode, requests } = await playOn({ inputs: { 'group-id': 'shop' } })
    expect(exitCode).toBe(1)
    expect([...requests, ...github.requests]).toEqual([])
  }, 60_000)

  it('shows nothing of a token that no header can hold', async () => {
    const { errors } = await playOn({ inputs: { 'github-token': `${token} ${token}` } })
    expect(errors).toEqual([
      'Bad input: github-token | github-token has to be one line of ASCII characters without blanks.',
    ])
  }, 60_000)

  it('sets it on the head commit of a pull request', async () => {
    const path = join(folder, 'pull-request.json')
    writeFileSync(path, JSON.stringify({ pull_request: { head: { sha: 'a'.repeat(40) } } }))
    await playOn({ env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path } })
    expect(github.requests.map(({ path }) => path)).toEqual([
      `/api/v3/repos/octo-org/shop/statuses/${'a'.repeat(40)}`,
    ])
  }, 60_000)

  it('sets it on GITHUB_SHA if the file of the event is missing', async () => {
    const path = join(folder, 'none.json')
    const { exitCode, warnings } = await playOn({
      env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path },
    })
    expect(exitCode).toBe(0)
    expect(warnings).toEqual([])
    expect(github.requests.map(({ path }) => path.split('/').at(-1))).toEqual([sha])
  }, 60_000)

  it('warns if the file of the event is no JSON, which the toolkit cannot read', async () => {
    const path = join(folder, 'broken.json')
    writeFileSync(path, '{"pull_request":')
    const { exitCode, warnings } = await playOn({
      env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path },
    })
    expect(exitCode).toBe(0)
    expect(warnings).toEqual([expect.stringContaining(couldNot)])
    expect(github.requests).toEqual([])
  }, 60_000)

  it('never sends the token to Atlas', async () => {
    const { url, close } = await startAtlas(life)
    let sent = ''
    const tap = await listen(
      createServer((socket) => {
        socket.on('data', (chunk) => (sent += chunk))
        splice(socket, Number(new URL(url).port))
      }),
    )
    cleanups.push(tap.close, close)
    const inputs = { 'github-token': token }
    const env = { GITHUB_API_URL: `http://127.0.0.1:${github.port}` }
    const { exitCode } = await startSnapshot(`http://127.0.0.1:${tap.port}`, { inputs, env }).result
    expect(exitCode).toBe(0)
    expect(statuses()).toEqual(['success Snapshot ID is completed: data as of INSTANT'])
    expect(sent).toContain('Digest username')
    expect(sent).not.toContain(token)
  }, 60_000)
})

describe('a GitHub that sets no status', () => {
  it.each<[string, number, string, string]>([
    ['a bad token', 401, 'Bad credentials', 'HTTP 401 Unauthorized: Bad credentials. Check github-token;'],
    [
      'a missing permission',
      403,
      'Resource not accessible by integration',
      'HTTP 403 Forbidden: Resource not accessible by integration. Give the job `permissions: statuses: write`;',
    ],
    ['a trap', 500, '::error::x\n::error::y##[error]z', 'HTTP 500 Internal Server Error: ::error::x'],
  ])(
    'because of %s is a warning, not a failure of the step',
    async (_, status, message, why) => {
      github.answer = { status, body: { message } }
      const found = await playOn()
      expect(found.exitCode).toBe(0)
      expect(found.errors).toEqual([])
      expect(found.warnings).toEqual([expect.stringContaining(`${couldNot}GitHub answered ${why}`)])
      expect(found.result.outputs['status']).toBe('completed')
      expect(github.requests).toHaveLength(1)
    },
    60_000,
  )

  it('because it is down is a warning, too', async () => {
    await github.close()
    // A name with two addresses, where the machine has both: neither answers.
    const env = { GITHUB_API_URL: `http://localhost:${github.port}` }
    const { exitCode, errors, warnings } = await playOn({ env })
    expect(exitCode).toBe(0)
    expect(errors).toEqual([])
    expect(warnings).toEqual([
      expect.stringMatching(
        /The request to GitHub failed \(connect ECONNREFUSED \S+(; connect \S+ \S+)?\)\./,
      ),
    ])
  }, 60_000)

  it('beside a failure leaves that as it is', async () => {
    github.answer = { status: 403, body: {} }
    const { exitCode, errors, warnings } = await playOn({ atlas: { failSnapshots: true } })
    expect(exitCode).toBe(1)
    expect(errors).toEqual([expect.stringMatching(/^The snapshot failed \| /)])
    expect(warnings).toHaveLength(1)
  }, 60_000)

  it('but a deprecation of its API writes nothing to the log', async () => {
    const headers = { deprecation: 'true', sunset: '##[set-output name=status]completed' }
    github.answer = { ...created, headers }
    const { warnings, result } = await playOn()
    expect(warnings).toEqual([])
    expect(result.stdout + result.stderr).not.toMatch(/deprecated|set-output/)
  }, 60_000)
})

describe('a cancelled step', () => {
  /** Cancels as soon as the condition holds; resolves to how long the step lived on, in milliseconds. */
  async function cancelled(
    scenario: Scenario,
    when: (atlas: Atlas) => boolean,
  ): Promise<{ found: Played; milliseconds: number }> {
    let milliseconds = 0
    const during = async (run: ActionRun, atlas: Atlas) => {
      await until(() => when(atlas))
      const start = performance.now()
      run.kill('SIGINT')
      await run.result
      milliseconds = performance.now() - start
    }
    return { found: await playOn({ ...scenario, during }), milliseconds }
  }
  const polls = (atlas: Atlas) => atlas.requests.some(({ operation }) => operation === 'get')

  onPosix(
    'sets an error',
    async () => {
      const { found, milliseconds } = await cancelled({ atlas: endless }, polls)
      expect(statuses()).toEqual(['error Cancelled (snapshot ID, queued)'])
      expect(found.exitCode).toBe(1)
      expect(milliseconds).toBeLessThan(2_000)
    },
    60_000,
  )

  onPosix(
    'ends within 2 s where GitHub hangs',
    async () => {
      github.answer = 'hang'
      const { found, milliseconds } = await cancelled({ atlas: endless }, polls)
      expect(found.warnings).toEqual([`${couldNot}GitHub did not answer within 0.7 s.`])
      expect(found.errors).toEqual([expect.stringMatching(/^Cancelled \| /)])
      expect(found.exitCode).toBe(1)
      expect(milliseconds).toBeLessThan(2_000)
    },
    60_000,
  )

  onPosix(
    'ends within 2 s where the proxy in front of GitHub hangs',
    async () => {
      const { port, close } = await listen(createServer(() => undefined))
      cleanups.push(close)
      const env = { GITHUB_API_URL: 'https://github.invalid', https_proxy: `http://127.0.0.1:${port}` }
      const { found, milliseconds } = await cancelled({ atlas: endless, env }, polls)
      expect(found.warnings).toEqual([`${couldNot}GitHub did not answer within 0.7 s.`])
      expect(found.exitCode).toBe(1)
      expect(milliseconds).toBeLessThan(2_000)
    },
    60_000,
  )

  onPosix(
    'does not wait for GitHub longer where it was done but for that',
    async () => {
      github.answer = 'hang'
      const { found, milliseconds } = await cancelled({}, () => github.requests.length > 0)
      expect(found.warnings).toEqual([`${couldNot}GitHub did not answer within 0.7 s.`])
      expect(found.exitCode).toBe(0)
      expect(milliseconds).toBeLessThan(2_000)
    },
    60_000,
  )
})

describe('a proxy', () => {
  const pem = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`)
  const tls = { key: readFileSync(pem('key')), cert: readFileSync(pem('cert')) }

  it.each([
    ['http', 'http_proxy', {}, undefined],
    ['https', 'https_proxy', { NODE_EXTRA_CA_CERTS: pem('cert') }, tls],
  ])(
    'is on the way to GitHub, by %s, and without undici',
    async (scheme, variable, more, identity) => {
      const server = await startGitHub(created, identity)
      const { port, hosts, close } = await startProxy(server.port)
      cleanups.push(server.close, close)
      // A name of the certificate that leads nowhere else; a loopback address never goes through a proxy.
      const env = {
        GITHUB_API_URL: `${scheme}://atlas.invalid/api/v3`,
        [variable]: `http://user:pr0xy@127.0.0.1:${port}`,
      }
      const found = await playOn({ env: { ...env, ...more } })
      expect(found.warnings).toEqual([])
      expect(server.requests.map(({ headers, path }) => [headers.authorization, path])).toEqual([
        [`token ${token}`, `/api/v3/repos/octo-org/shop/statuses/${sha}`],
      ])
      expect(JSON.stringify(server.requests)).not.toContain('proxy-authorization')
      expect(hosts).toEqual([`atlas.invalid:${scheme === 'http' ? 80 : 443} user:pr0xy`])
    },
    60_000,
  )

  it('that refuses is a warning without its password', async () => {
    const { port, close } = await listen(
      createServer((socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
      }),
    )
    cleanups.push(close)
    const https_proxy = `http://user:pr0xy@127.0.0.1:${port}`
    const found = await playOn({ env: { GITHUB_API_URL: 'https://github.invalid', https_proxy } })
    expect(found.exitCode).toBe(0)
    expect(found.warnings).toEqual([
      expect.stringMatching(/The request to GitHub failed \(.*407.*\)\. Check the runner's network/),
    ])
    expect(found.result.lines.filter((line) => !line.startsWith('::add-mask::')).join()).not.toContain(
      'pr0xy',
    )
  }, 60_000)
})

describe('the client of GitHub', () => {
  /** Runs a copy of the bundle that lacks every chunk but the first. */
  async function runWithoutChunks(githubToken: string): Promise<RunResult> {
    const copy = join(folder, 'dist')
    cpSync(dirname(bundle), copy, { recursive: true })
    const chunks = readdirSync(copy).filter((name) => /^\d+\.index\.js$/.test(name))
    expect(chunks.map((name) => readFileSync(join(copy, name), 'utf8')).join()).toContain('@octokit/core')
    for (const name of chunks) rmSync(join(copy, name))
    const { url, close } = await startAtlas(life)
    cleanups.push(close)
    return runAction({
      bundle: join(copy, 'index.js'),
      inputs: {
        'group-id': demo.groupId,
        'cluster-name': 'demo',
        'public-key': demo.publicKey,
        'private-key': demo.privateKey,
        'base-url': url,
        'github-token': githubToken,
      },
    })
  }

  it('is not loaded without github-token', async () => {
    const { exitCode, annotations, stderr } = await runWithoutChunks('')
    expect(exitCode).toBe(0)
    expect(annotations.map(({ name }) => name)).toEqual(['notice'])
    expect(stderr).toBe('')
  }, 60_000)

  it('is loaded with it, and if it cannot be, that is a warning', async () => {
    const { exitCode, annotations } = await runWithoutChunks(token)
    expect(exitCode).toBe(0)
    const warnings = annotations.filter(({ name }) => name === 'warning')
    expect(warnings.map(({ data }) => data)).toEqual([
      expect.stringMatching(/^The commit status could not be set\. Cannot find module /),
    ])
  }, 60_000)
})

/** Joins a connection to one that it opens. */
function splice(socket: Socket, port: number): void {
  const onward = connect(port, '127.0.0.1')
  socket.on('error', () => onward.destroy())
  onward.on('error', () => socket.destroy())
  socket.pipe(onward).pipe(socket)
}

/** A proxy whose every tunnel ends at one port of this machine; notes where each was to lead, and for whom. */
async function startProxy(target: number): Promise<Listening & { readonly hosts: readonly string[] }> {
  const hosts: string[] = []
  const server = createServer((socket) => {
    socket.once('data', (chunk) => {
      const head = chunk.toString('latin1')
      const credentials = /^proxy-authorization: Basic (\S+)/im.exec(head)?.[1] ?? ''
      const user = Buffer.from(credentials, 'base64').toString('latin1')
      hosts.push(`${/^CONNECT (\S+)/.exec(head)?.[1]} ${user}`)
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      splice(socket, target)
    })
  })
  return { ...(await listen(server)), hosts }
}
