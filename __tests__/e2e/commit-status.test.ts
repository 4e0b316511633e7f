import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { RunResult } from '../../script/runner.js'
import { bundle, life, startSnapshot } from '../support/bundle.js'
import { created, type GitHub, startGitHub } from '../support/github.js'
import { type Listening, listen } from '../support/listen.js'
import { play, type Scenario } from '../support/play-bundle.js'
import { mentioning, type Played } from '../support/played.js'
import { certFile, selfSigned } from '../support/self-signed.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const token = 'ghs_5ec2e7ofTheRun'
const sha = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'
const statusPath = `/repos/octo-org/shop/statuses/${sha}`

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-status-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the scenario with `github-token`, by default with `wait: false`. */
async function playWithToken(scenario: Scenario): Promise<Played> {
  const inputs = { 'github-token': token, wait: 'false', ...scenario.inputs }
  const run = await play({ ...scenario, inputs })
  expectHidden(run.result)
  return run
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
      expect(github.requests.map(({ path, headers }) => [path, headers.authorization])).toStrictEqual([
        [`/api/v3${statusPath}`, `token ${token}`],
        [`/api/v3${statusPath}`, `token ${token}`],
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
  it.concurrent('warns if the event file is not JSON', async () => {
    const path = join(folder, 'event.json')
    writeFileSync(path, '{"pull_request":')
    const github = await startGitHub()
    const env = { GITHUB_API_URL: `http://127.0.0.1:${github.port}/api/v3`, GITHUB_EVENT_PATH: path }
    const run = await playWithToken({ env }).finally(github.close)
    expect(run).toMatchObject({ exitCode: 0, errors: [], warnings: [expect.any(String)] })
    expect(github.requests).toStrictEqual([])
  })
})

describe('the connection to GitHub', () => {
  it.concurrent('uses the proxy', async () => {
    const github = await startGitHub(created, selfSigned)
    const proxy = await startProxy(github)
    // A loopback address never uses a proxy.
    const env = {
      GITHUB_API_URL: 'https://atlas.invalid/api/v3',
      https_proxy: `http://user:pr0xy@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: certFile,
    }
    try {
      expect(await playWithToken({ env })).toMatchObject({ exitCode: 0, warnings: [] })
      expect(github.requests.map(({ headers, path }) => [headers.authorization, path])).toStrictEqual([
        [`token ${token}`, `/api/v3${statusPath}`],
        [`token ${token}`, `/api/v3${statusPath}`],
      ])
      expect(JSON.stringify(github.requests)).not.toContain('proxy-authorization')
      expect(new Set(proxy.hosts)).toStrictEqual(new Set(['atlas.invalid:443 user:pr0xy']))
    } finally {
      await Promise.all([proxy.close(), github.close()])
    }
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
