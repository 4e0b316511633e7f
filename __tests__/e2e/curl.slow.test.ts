import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, expect, it } from '@jest/globals'
import { demo, digestAlgorithms } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import type { JsonObject } from '../../src/atlas/json.js'
import { life, startSnapshot } from '../support/bundle.js'
import { describeWith, findProgram } from '../support/programs.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const snapshots = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
const accept = 'Accept: application/vnd.atlas.2023-01-01+json'

// On Windows, the built-in curl uses SSPI for digest authentication, which supports only MD5.
const program = process.platform === 'win32' ? 'curl without SSPI' : 'curl'

describeWith([program], 'curl --digest and the bundle against the emulator', () => {
  let server: EmulatedAtlas | undefined

  afterEach(() => server?.close())

  it.each(digestAlgorithms)('both create and read a snapshot with %s', async (algorithm) => {
    server = await startSteppedAtlas({ ...life, digest: { algorithms: [algorithm] } })
    const result = await startSnapshot(server.url).result
    expect(result).toMatchObject({ exitCode: 0, outputs: { status: 'completed' } })

    const body = { retentionInDays: 1, description: 'by curl' }
    const created = await curl(server.url + snapshots, ...post, JSON.stringify(body))
    expect(created).toMatchObject({ status: 'queued', description: 'by curl' })
    const read = await curl(`${server.url}${snapshots}/${created['id']}`)
    expect(read).toMatchObject({ id: created['id'], description: 'by curl' })
  })
})

const post = ['--request', 'POST', '--header', 'Content-Type: application/json', '--data']

/** Sends a request with curl. Returns the JSON of the last response. */
async function curl(url: string, ...args: string[]): Promise<JsonObject> {
  const user = `${demo.publicKey}:${demo.privateKey}`
  const always = ['--silent', '--noproxy', '*', '--header', accept, '--digest', '--user', user]
  const { stdout } = await promisify(execFile)(findProgram(program) ?? program, [...always, ...args, url])
  return JSON.parse(stdout)
}
