import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import type { RunResult } from '../../script/runner.js'
import { type Authority, createAuthority } from '../support/authority.js'
import { life, startSnapshot } from '../support/bundle.js'
import { describeWith } from '../support/programs.js'
import { type Squid, startSquid } from '../support/proxies.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const host = 'cloud.atlas.test'
const user = { name: 'ci', password: 'a p@ss:w/rd%' } as const
const wrong = 'wr@ng'
/** All that would give a password away: both as they are, and as a URL or a header has them. */
const secrets = [user.password, wrong].flatMap((password) => [
  password,
  encodeURIComponent(password),
  basic(password),
])

describeWith(['squid', 'openssl'], 'the bundle through a squid that asks for a password', () => {
  let authority: Authority
  let emulated: EmulatedAtlas
  let url: string
  let squid: Squid

  beforeAll(() => {
    authority = createAuthority([`DNS:${host}`])
  })

  afterAll(() => authority.remove())

  beforeEach(async () => {
    emulated = await startSteppedAtlas(life, { tls: authority.identity, hostnames: [host] })
    url = `https://${host}:${new URL(emulated.url).port}`
    squid = await startSquid({ user, hosts: [host] })
  })

  afterEach(async () => {
    await squid.stop()
    await emulated.close()
  })

  /** Runs the step with this user and password, if any, in the proxy's URL. */
  async function run(userinfo: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunResult> {
    const env = {
      https_proxy: `http://${userinfo}127.0.0.1:${squid.port}`,
      NODE_EXTRA_CA_CERTS: authority.certFile,
      // Debug lines are in the log of a run that somebody repeats with debug logging.
      RUNNER_DEBUG: '1',
    }
    const result = await startSnapshot(url, { env, inputs }).result
    await squid.stop()
    const { stdout, stderr, outputList, summary } = result
    const shown = stdout.replaceAll(/^::add-mask::.*$/gm, '')
    for (const secret of secrets)
      expect([shown, stderr, JSON.stringify(outputList), summary].join('\n')).not.toContain(secret)
    return result
  }

  const masked = (result: RunResult) =>
    result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)

  it('takes a snapshot and waits for it with the right one, which it masks in every form', async () => {
    const result = await run(`${user.name}:${encodeURIComponent(user.password)}@`)
    expect({ exitCode: result.exitCode, log: result.annotations }).toMatchObject({ exitCode: 0 })
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(result.stderr).toBe('')

    expect(masked(result)).toEqual([
      demo.privateKey,
      encodeURIComponent(user.password),
      user.password,
      basic(user.password),
    ])
    expect(result.lines.slice(0, 4).every((line) => line.startsWith('::add-mask::'))).toBe(true)

    // All that it is told: whom to connect to, and by whom.
    const { host: target } = new URL(url)
    expect(squid.log()).toEqual(
      emulated.atlas.requests.map(() => ({
        request: `CONNECT ${target}`,
        status: 200,
        user: user.name,
        headers: `Proxy-Authorization: Basic ${basic(user.password)}\r\nConnection: close\r\nHost: ${target}\r\n`,
      })),
    )
  })

  it.each([
    ['a wrong one', `${user.name}:${encodeURIComponent(wrong)}@`],
    ['none', ''],
  ])('fails at once with %s, and says where to look', async (_, userinfo) => {
    const result = await run(userinfo)
    expect(result.annotations).toEqual([
      {
        name: 'error',
        properties: { title: 'The proxy refuses' },
        data: 'Taking a snapshot of cluster demo: the proxy wants authentication (HTTP 407). No snapshot was taken. Check the user and password of the proxy in https_proxy or http_proxy, or name the host in no_proxy.',
      },
    ])
    expect(result.exitCode).toBe(1)
    expect(squid.log().map(({ status }) => status)).toEqual([407])
    expect(emulated.atlas.requests).toEqual([])
  })

  it('masks a password that makes the variable unusable, and names the variable alone', async () => {
    const result = await run(`${user.name}:${user.password}@`)
    expect(result.annotations.map(({ properties }) => properties['title'])).toEqual([
      'Bad input: https_proxy',
    ])
    expect(masked(result)).toContain(user.password)
    expect(squid.requests()).toEqual([])
  })

  it('is tried again until the deadline where squid denies the host, since nothing was sent', async () => {
    await squid.stop()
    squid = await startSquid({ hosts: [host], denied: [host] })
    const result = await run('', { 'timeout-minutes': '0.03' })
    expect(result.annotations.map(({ data }) => data)).toEqual([
      expect.stringContaining(
        'no tunnel through the proxy (tunneling socket could not be established, statusCode=403). No snapshot was taken.',
      ),
    ])
    expect(result.exitCode).toBe(1)
    const statuses = squid.log().map(({ status }) => status)
    expect(statuses.length).toBeGreaterThan(1)
    expect(new Set(statuses)).toEqual(new Set([403]))
    expect(emulated.atlas.requests).toEqual([])
  })
})

/** The credentials of RFC 7617. */
function basic(password: string): string {
  return Buffer.from(`${user.name}:${password}`).toString('base64')
}
