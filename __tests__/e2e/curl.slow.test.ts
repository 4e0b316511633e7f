import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, expect, it } from '@jest/globals'
import { demo, digestAlgorithms } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import { findProgram } from '../../script/find-program.js'
import { life, startSnapshot } from '../support/bundle.js'
import { describeWith } from '../support/programs.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const snapshots = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
const accept = 'Accept: application/vnd.atlas.2023-01-01+json'

// On Windows, the built-in curl uses SSPI for digest authentication, which supports only MD5.
const program = process.platform === 'win32' ? 'curl without SSPI' : 'curl'

describeWith(program, 'curl --digest and the bundle against the emulator', () => {
  let server: EmulatedAtlas | undefined

  afterEach(() => server?.close())

  for (const algorithm of digestAlgorithms) {
    it(`both create and read a snapshot with ${algorithm}`, async () => {
      server = await startSteppedAtlas({ ...life, digest: { algorithms: [algorithm] } })
      const taken = await curl(
        server.url + snapshots,
        ...digest,
        ...post({ retentionInDays: 1, description: 'by curl' }),
      )
      expect(taken).toMatchObject({ status: 200, body: { status: 'queued', description: 'by curl' } })
      const read = await curl(`${server.url}${snapshots}/${readId(taken.body)}`, ...digest)
      expect(read).toMatchObject({ status: 200, body: { id: readId(taken.body) } })
      await server.close()

      server = await startSteppedAtlas({ ...life, digest: { algorithms: [algorithm] } })
      const result = await startSnapshot(server.url).result
      expect(result).toMatchObject({ exitCode: 0, outputs: { status: 'completed' } })
    })
  }

  it('the emulator rejects a repeated nonce count', async () => {
    server = await startSteppedAtlas(life)
    const url = server.url + snapshots
    const first = await curl(url, ...digest)
    const header = /^> (Authorization: Digest .*)\r?$/m.exec(first.trace)?.[1]
    expect(first.status).toBe(200)
    expect(header).toContain('nc=00000001')

    const replayed = await curl(url, '--header', header ?? '')
    expect(replayed.status).toBe(401)
    expect(server.atlas.requests.map(({ status }) => status)).toStrictEqual([401, 200, 401])
  })
})

const digest = ['--digest', '--user', `${demo.publicKey}:${demo.privateKey}`]

function post(body: unknown): string[] {
  return ['--request', 'POST', '--header', 'Content-Type: application/json', '--data', JSON.stringify(body)]
}

/** Runs curl on one address and returns status and JSON of the last response and the trace of all requests. */
async function curl(
  url: string,
  ...args: string[]
): Promise<{ status: number; body: unknown; trace: string }> {
  const all = [
    '--silent',
    '--verbose',
    '--noproxy',
    '*',
    '--header',
    accept,
    '--write-out',
    '\n%{http_code}',
    ...args,
    url,
  ]
  const { stdout, stderr } = await promisify(execFile)(findProgram(program) ?? program, all)
  const end = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(end + 1)), body: JSON.parse(stdout.slice(0, end)), trace: stderr }
}

function readId(resource: unknown): string {
  const { id } = Object(resource)
  return String(id)
}
