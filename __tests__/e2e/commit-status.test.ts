import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import type { RunResult } from '../../script/runner.js'
import { life, startSnapshot } from '../support/bundle.js'
import { type Listening, listen } from '../support/listen.js'
import { annotated } from '../support/played.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const token = 'ghs_5ec2e7ofTheRun'
const path = '/api/v3/repos/octo-org/shop/statuses/7b1c9f0e3a5d2468ace013579bdf2468ace01357'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-status-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Other commit statuses and other responses of GitHub are in commit-statuses.ts.
describe('a step with github-token', () => {
  let emulated: EmulatedAtlas
  let github: Listening
  let received: unknown[]

  beforeEach(async () => {
    emulated = await startSteppedAtlas(life)
    received = []
    const server = createHttp(async (request, response) => {
      const { url: path, headers } = request
      received.push({ path, headers, body: JSON.parse(await text(request)) })
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}')
    })
    github = await listen(server)
  })

  afterEach(() => Promise.all([emulated.close(), github.close()]))

  function run(env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
    const GITHUB_API_URL = `http://127.0.0.1:${github.port}/api/v3`
    return startSnapshot(emulated.url, { inputs: { 'github-token': token }, env: { GITHUB_API_URL, ...env } })
      .result
  }

  it('sends its token, and nothing for Atlas, to the address in GITHUB_API_URL', async () => {
    const result = await run()
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    const authorized = { path, headers: { authorization: `token ${token}` } }
    expect(received).toMatchObject([
      { ...authorized, body: { state: 'pending' } },
      { ...authorized, body: { state: 'success' } },
    ])
    expect(JSON.stringify(received)).not.toMatch(new RegExp(`Digest|${demo.publicKey}|${demo.privateKey}`))
  })

  // The GitHub client reads the event file when it is loaded.
  it('warns if the event file is not JSON', async () => {
    const GITHUB_EVENT_PATH = join(folder, 'event.json')
    writeFileSync(GITHUB_EVENT_PATH, '{"pull_request":')
    const result = await run({ GITHUB_EVENT_PATH })
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    expect(annotated(result, 'warning')).toStrictEqual([expect.any(String)])
    expect(received).toStrictEqual([])
  })
})
