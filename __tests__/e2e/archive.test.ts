import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'
import { play } from '../support/bundle.js'
import { serve } from '../support/local-http.js'
import { mentioning } from '../support/played.js'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-archive-'))
const unpacked = join(folder, 'unpacked')
const bundle = join(unpacked, 'dist', 'index.js')
/** A copy of index.js without the other files. */
const lonely = join(folder, 'index.js')

let archive: Buffer

beforeAll(() => {
  archive = createArchive(projectRoot())
  mkdirSync(unpacked)
  // Without -f, the tar of Windows reads a tape.
  execFileSync('tar', ['-xf', '-', '-C', unpacked], { input: archive })
  cpSync(bundle, lonely)
})

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

describe('the archive that a runner downloads', () => {
  it('contains what a runner and a reader need, and nothing else', () => {
    expect(readdirSync(unpacked).sort()).toStrictEqual(['LICENSE', 'README.md', 'action.yml', 'dist'])
  })

  // Every job of every user downloads the archive.
  it('is smaller than 200 kB when compressed, and its first file than 380 kB', () => {
    expect(gzipSync(archive).length).toBeLessThan(200_000)
    expect(read('index.js').length).toBeLessThan(380_000)
  })

  it('keeps modules that only github-token needs out of index.js', () => {
    const joined = /^;\/\/ CONCATENATED MODULE: \S*node_modules\/((@[^/]+\/)?[^/]+)\//gm
    const modules = Array.from(read('index.js').matchAll(joined), ([, module = '']) => module)
    expect(modules).toContain('@actions/core')
    expect(modules.filter((name) => !name.startsWith('@actions/'))).toStrictEqual([])
  })

  it('contains a stub instead of undici that throws an error if used', async () => {
    const names = readdirSync(join(unpacked, 'dist')).filter((name) => name.endsWith('.js'))
    const programs = names.map(read)
    expect(programs.filter((text) => text.includes('undici.globalDispatcher'))).toStrictEqual([])
    expect(programs.filter((text) => text.includes('undici is not part of this action'))).not.toStrictEqual(
      [],
    )
    const undici = await import('undici')
    await expect(undici.fetch()).rejects.toThrow('undici is not part of this action')
    expect(() => new undici.ProxyAgent().dispatch()).toThrow('undici is not part of this action')
  })

  const token = 'ghs_5ec2e7'
  it.concurrent.each([
    ['only index.js', lonely, '', '{}', []],
    ['only index.js, and warns about github-token', lonely, token, '{}', [mentioning('index.js')]],
    // The GitHub client reads the event file when it is loaded.
    ['all its files, and warns if the event file is not JSON', bundle, token, '{"a":', [mentioning('JSON')]],
  ])('runs the action with %s', async (_, bundle, githubToken, event, warnings) => {
    const GITHUB_EVENT_PATH = join(mkdtempSync(join(folder, 'event-')), 'event.json')
    writeFileSync(GITHUB_EVENT_PATH, event)
    const env = { GITHUB_EVENT_PATH, GITHUB_API_URL: 'http://127.0.0.1:1' }
    const found = await play({ bundle, inputs: { 'github-token': githubToken }, env })
    expect(found).toMatchObject({ exitCode: 0, warnings, result: { stderr: '' } })
  })

  // Other commit statuses are in commit-statuses.ts, other responses of GitHub in github-client.test.ts.
  it('runs the action with all its files, and sends its token, and nothing for Atlas, to GitHub', async () => {
    const received: unknown[] = []
    const { port } = await serve(async (request, response) => {
      const { url, headers } = request
      received.push({ url, headers, body: await json(request) })
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}')
    })
    // Nothing is left open, so the process ends without force.
    const noticeForce = 'process.exit = () => console.error("ended by force")'
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(noticeForce)}`
    const env = { GITHUB_API_URL: `http://127.0.0.1:${port}/api/v3`, NODE_OPTIONS }
    const found = await play({ bundle, inputs: { 'github-token': token }, env })
    expect(found).toMatchObject({ exitCode: 0, warnings: [], result: { stderr: '' } })
    const url = '/api/v3/repos/octo-org/shop/statuses/7b1c9f0e3a5d2468ace013579bdf2468ace01357'
    const authorized = { url, headers: { authorization: `token ${token}` } }
    expect(received).toMatchObject([
      { ...authorized, body: { state: 'pending' } },
      { ...authorized, body: { state: 'success' } },
    ])
    expect(JSON.stringify(received)).not.toMatch(new RegExp(`Digest|${demo.publicKey}|${demo.privateKey}`))
  })
})

function read(name: string): string {
  return readFileSync(join(unpacked, 'dist', name), 'utf8')
}

/** The archive of the working tree, committed or not, as git creates it for a release. */
function createArchive(root: string): Buffer {
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, '.index') }
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 })
  git('add', '--all')
  const tree = git('write-tree').toString().trim()
  return git('archive', '--worktree-attributes', tree)
}
