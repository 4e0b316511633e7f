import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'
import type { ActionRun, RunResult } from '../../script/runner.js'
import { bundle, life, startSnapshot } from '../support/bundle.js'
import {
  created,
  type GitHub,
  type GitHubAnswer,
  type GitHubRequest,
  startGitHub,
} from '../support/github.js'
import { type Listening, listen } from '../support/listen.js'
import { play, type Scenario, until } from '../support/play-bundle.js'
import { mentioning, type Played } from '../support/played.js'
import { endless } from '../support/scenarios/row.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const token = 'ghs_5ec2e7ofTheRun'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'
const statusPath = `/repos/octo-org/shop/statuses/${sha}`
/** An address without a server. */
const nowhere = 'https://github.invalid'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-status-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the scenario with `github-token`, by default with `wait: false`. */
async function playWithToken(scenario: Scenario): Promise<Played> {
  const inputs = { 'github-token': token, wait: 'false', ...scenario.inputs }
  const run = await play({ ...scenario, inputs })
  expectHidden(run.result)
  return run
}

/** Runs the scenario with a local GitHub, whose address looks like an Enterprise Server. */
async function playWithGitHub(
  answer: GitHubAnswer | 'hang',
  scenario: Scenario,
): Promise<{ readonly run: Played; readonly requests: readonly GitHubRequest[] }> {
  const github = await startGitHub(answer)
  try {
    const env = { GITHUB_API_URL: `http://127.0.0.1:${github.port}/api/v3`, ...scenario.env }
    return { run: await playWithToken({ ...scenario, env }), requests: github.requests }
  } finally {
    await github.close()
  }
}

/** Expects that the token is masked in the first lines and is nowhere else in the output. */
function expectHidden({ lines, stderr, outputList, summary }: RunResult): void {
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

// Other commit statuses and other responses of GitHub are in commit-statuses.ts.
describe('a step with github-token', () => {
  it.concurrent('sends two requests to GitHub and the token to no other server', async () => {
    const { url, close } = await startSteppedAtlas(life)
    const github = await startGitHub()
    let sent = ''
    const tap = await listen(
      createServer((socket) => {
        socket.on('data', (chunk) => (sent += chunk))
        splice(socket, Number(new URL(url).port))
      }),
    )
    try {
      const inputs = { 'github-token': token }
      const env = { GITHUB_API_URL: `http://127.0.0.1:${github.port}/api/v3` }
      const result = await startSnapshot(`http://127.0.0.1:${tap.port}`, { inputs, env }).result
      expectHidden(result)
      expect(result.exitCode).toBe(0)
      expect(github.requests.map(({ body }) => body)).toMatchObject([
        { state: 'pending' },
        { state: 'success' },
      ])
      expect(github.requests.slice(1)).toStrictEqual([
        {
          method: 'POST',
          path: `/api/v3${statusPath}`,
          headers: expect.objectContaining({
            authorization: `token ${token}`,
            accept: 'application/vnd.github.v3+json',
            'content-type': 'application/json; charset=utf-8',
            host: `127.0.0.1:${github.port}`,
            'user-agent': expect.stringMatching(/^atlas-snapshot-action\/\d+\.\d+\.\d+ /),
          }),
          body: {
            state: 'success',
            context: `atlas-snapshot/${demo.groupId}/demo`,
            description: mentioning(result.outputs['snapshot-id'] ?? '', result.outputs['created-at'] ?? ''),
            target_url: 'https://github.com/octo-org/shop/actions/runs/19650281743/attempts/1',
          },
        },
      ])
      expect(JSON.stringify(github.requests)).not.toMatch(
        new RegExp(`Digest|${demo.publicKey}|${demo.privateKey}`),
      )
      expect(sent).toContain('Digest username')
      expect(sent).not.toContain(token)
    } finally {
      await Promise.all([tap.close(), github.close(), close()])
    }
  })

  // The GitHub client reads the event file when it is loaded.
  it.concurrent.each<[string, string | undefined, requests: number, warnings: number]>([
    ['sets the status on GITHUB_SHA if the event file is missing', undefined, 2, 0],
    ['warns if the event file is not JSON', '{"pull_request":', 0, 1],
  ])('%s', async (name, event, requests, warnings) => {
    const path = join(folder, `${name}.json`)
    if (event !== undefined) writeFileSync(path, event)
    const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path }
    const found = await playWithGitHub(created, { env })
    expect(found.run.exitCode).toBe(0)
    expect(found.requests.map((request) => request.path)).toStrictEqual(
      Array.from({ length: requests }, () => `/api/v3${statusPath}`),
    )
    expect(found.run.warnings).toHaveLength(warnings)
  })

  it.concurrent('succeeds with a warning if GitHub rejects the status', async () => {
    const answer = { status: 403, body: { message: '::error::x\n::error::y##[error]z' } }
    const { run, requests } = await playWithGitHub(answer, {})
    expect(run).toMatchObject({ exitCode: 0, errors: [], warnings: [mentioning('HTTP 403')] })
    expect(requests).toHaveLength(2)
  })

  it.concurrent('succeeds with a warning if GitHub is down', async () => {
    const { port, close } = await startGitHub()
    await close()
    // localhost can have two addresses, IPv4 and IPv6.
    const run = await playWithToken({ env: { GITHUB_API_URL: `http://localhost:${port}` } })
    expect(run).toMatchObject({ exitCode: 0, errors: [], warnings: [mentioning('connect ECONNREFUSED')] })
  })
})

// On Windows, a signal from another process ends the action at once.
const onPosix = process.platform === 'win32' ? it.skip : it.concurrent

describe('a canceled step with github-token', () => {
  /** Cancels when the condition is true and expects the step to end soon. On an idle machine, it ends within 6 s. */
  function cancelWhen(condition: (atlas: Atlas) => boolean): NonNullable<Scenario['during']> {
    return async (run: ActionRun, atlas) => {
      await until(() => condition(atlas))
      const start = performance.now()
      run.kill('SIGINT')
      await run.result
      expect(performance.now() - start).toBeLessThan(9_000)
    }
  }
  const waits: Scenario = {
    atlas: endless,
    inputs: { wait: 'true' },
    during: cancelWhen(({ requests }) => requests.some(({ operation }) => operation === 'get')),
  }
  const warnings = [mentioning('5 s')]

  onPosix('ends soon if GitHub hangs', async () => {
    const { run } = await playWithGitHub('hang', waits)
    expect(run).toMatchObject({ exitCode: 1, warnings })
  })

  onPosix('ends soon if the proxy for GitHub hangs', async () => {
    const { port, close } = await listen(createServer(() => undefined))
    const env = { GITHUB_API_URL: nowhere, https_proxy: `http://127.0.0.1:${port}` }
    expect(await playWithToken({ ...waits, env }).finally(close)).toMatchObject({ exitCode: 1, warnings })
  })

  onPosix('ends soon and succeeds if it only waits for GitHub', async () => {
    const github = await startGitHub('hang')
    const env = { GITHUB_API_URL: `http://127.0.0.1:${github.port}` }
    // The second request follows 2 s later, although the first one hangs.
    const during = cancelWhen(() => github.requests.length > 1)
    const run = await playWithToken({ env, during }).finally(github.close)
    expect(run).toMatchObject({ exitCode: 0, warnings })
  })
})

describe('the connection to GitHub', () => {
  const pem = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`)
  const identity = { key: readFileSync(pem('key')), cert: readFileSync(pem('cert')) }

  it.concurrent.each([
    ['http', 'http_proxy', 80, undefined],
    ['https', 'https_proxy', 443, identity],
  ])('uses the proxy by %s', async (scheme, variable, port, tls) => {
    const github = await startGitHub(created, tls)
    const proxy = await startProxy(github)
    // The certificate contains this name. A loopback address never uses a proxy.
    const env = {
      GITHUB_API_URL: `${scheme}://atlas.invalid/api/v3`,
      [variable]: `http://user:pr0xy@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: pem('cert'),
    }
    try {
      expect(await playWithToken({ env })).toMatchObject({ exitCode: 0, warnings: [] })
      expect(github.requests.map(({ headers, path }) => [headers.authorization, path])).toStrictEqual([
        [`token ${token}`, `/api/v3${statusPath}`],
        [`token ${token}`, `/api/v3${statusPath}`],
      ])
      expect(JSON.stringify(github.requests)).not.toContain('proxy-authorization')
      expect(new Set(proxy.hosts)).toStrictEqual(new Set([`atlas.invalid:${port} user:pr0xy`]))
    } finally {
      await Promise.all([proxy.close(), github.close()])
    }
  })

  it.concurrent('hides the password of a proxy that rejects it, and warns', async () => {
    const { port, close } = await listen(
      createServer((socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
      }),
    )
    const env = { GITHUB_API_URL: nowhere, https_proxy: `http://user:pr0xy@127.0.0.1:${port}` }
    const run = await playWithToken({ env }).finally(close)
    expect(run).toMatchObject({ exitCode: 0, warnings: [mentioning('407', 'https_proxy')] })
    const shown = run.result.lines.filter((line) => !line.startsWith('::add-mask::'))
    expect(shown.join('\n')).not.toContain('pr0xy')
  })
})

describe('the GitHub client', () => {
  it.concurrent.each([
    ['is not loaded without github-token', '', []],
    ['causes a warning if it cannot be loaded', token, [mentioning('index.js')]],
  ])('%s', async (name, githubToken, warnings) => {
    // A copy of the bundle with only its first file.
    const copy = join(folder, name)
    cpSync(dirname(bundle), copy, { recursive: true })
    const chunks = readdirSync(copy).filter((file) => /^\d+\.index\.js$/.test(file))
    expect(chunks.map((file) => readFileSync(join(copy, file), 'utf8')).join()).toContain('@octokit/core')
    for (const file of chunks) rmSync(join(copy, file))
    const { url, close } = await startSteppedAtlas(life)
    const inputs = { 'github-token': githubToken, wait: 'false' }
    const result = await startSnapshot(url, { bundle: join(copy, 'index.js'), inputs }).result.finally(close)
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    const found = result.annotations.filter((annotation) => annotation.name === 'warning')
    expect(found.map(({ data }) => data)).toStrictEqual(warnings)
  })
})

/** Forwards a connection to a port. */
function splice(socket: Socket, port: number): void {
  const onward = connect(port, '127.0.0.1')
  socket.on('error', () => onward.destroy())
  onward.on('error', () => socket.destroy())
  socket.pipe(onward).pipe(socket)
}

/** Starts a proxy that connects every tunnel to this GitHub and records its target and user. */
async function startProxy(github: GitHub): Promise<Listening & { readonly hosts: readonly string[] }> {
  const hosts: string[] = []
  const server = createServer((socket) => {
    socket.once('data', (chunk) => {
      const head = chunk.toString('latin1')
      const credentials = /^proxy-authorization: Basic (\S+)/im.exec(head)?.[1] ?? ''
      const user = Buffer.from(credentials, 'base64').toString('latin1')
      hosts.push(`${/^CONNECT (\S+)/.exec(head)?.[1]} ${user}`)
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      splice(socket, github.port)
    })
  })
  return { ...(await listen(server)), hosts }
}
