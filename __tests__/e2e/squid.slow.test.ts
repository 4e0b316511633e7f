import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import type { RunResult } from '../../script/runner.js'
import { TITLES } from '../../src/titles.js'
import { type Authority, createAuthority } from '../support/authority.js'
import { life, startSnapshot } from '../support/bundle.js'
import { annotated, mentioning } from '../support/played.js'
import { describeWith } from '../support/programs.js'
import { type Squid, startSquid } from '../support/proxies.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const host = 'cloud.atlas.test'
const user = { name: 'ci', password: 'a p@ss:w/rd%' } as const
const wrong = 'wr@ng'
/** Both passwords as text, in a URL, and in a header. */
const secrets = [user.password, wrong].flatMap((password) => [
  password,
  encodeURIComponent(password),
  basic(password),
])

describeWith(['squid', 'openssl'], 'the bundle through a squid that requires a password', () => {
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

  /** Runs the step with this user and password in the URL of the proxy and expects that no secret is shown. */
  async function run(userinfo: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunResult> {
    const env = {
      https_proxy: `http://${userinfo}127.0.0.1:${squid.port}`,
      NODE_EXTRA_CA_CERTS: authority.certFile,
      // Debug lines must not contain secrets either.
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

  it('creates a snapshot with the right password and masks every form of it', async () => {
    const result = await run(`${user.name}:${encodeURIComponent(user.password)}@`)
    expect({ exitCode: result.exitCode, log: result.annotations }).toMatchObject({ exitCode: 0 })
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(result.stderr).toBe('')

    expect(masked(result)).toStrictEqual([
      demo.privateKey,
      encodeURIComponent(user.password),
      user.password,
      basic(user.password),
    ])
    expect(result.lines.slice(0, 4).every((line) => line.startsWith('::add-mask::'))).toBe(true)

    // squid receives only the target and the user.
    const { host: target } = new URL(url)
    expect(squid.log()).toStrictEqual(
      emulated.atlas.requests.map(() => ({
        request: `CONNECT ${target}`,
        status: 200,
        user: user.name,
        headers: `Proxy-Authorization: Basic ${basic(user.password)}\r\nConnection: close\r\nHost: ${target}\r\n`,
      })),
    )
  })

  it.each([
    ['a wrong password', `${user.name}:${encodeURIComponent(wrong)}@`],
    ['no password', ''],
  ])('fails at once with %s', async (_, userinfo) => {
    const result = await run(userinfo)
    expect(annotated(result)).toStrictEqual([
      mentioning(TITLES.proxyAuthentication, 'demo', 'HTTP 407', 'https_proxy', 'no_proxy'),
    ])
    expect(result.exitCode).toBe(1)
    expect(squid.log().map(({ status }) => status)).toStrictEqual([407])
    expect(emulated.atlas.requests).toStrictEqual([])
  })

  it('masks a password that makes https_proxy invalid and names only the variable', async () => {
    const result = await run(`${user.name}:${user.password}@`)
    expect(result.annotations.map(({ properties }) => properties['title'])).toStrictEqual([
      `${TITLES.invalidInput}: https_proxy`,
    ])
    expect(masked(result)).toContain(user.password)
    expect(squid.requests()).toStrictEqual([])
  })

  it('retries until it times out if squid denies the host', async () => {
    await squid.stop()
    squid = await startSquid({ hosts: [host], denied: [host] })
    const result = await run('', { 'timeout-minutes': '0.03' })
    expect(annotated(result)).toStrictEqual([
      mentioning(TITLES.timedOut, 'statusCode=403', 'timeout-minutes'),
    ])
    expect(result.exitCode).toBe(1)
    const statuses = squid.log().map(({ status }) => status)
    expect(statuses.length).toBeGreaterThan(1)
    expect(new Set(statuses)).toStrictEqual(new Set([403]))
    expect(emulated.atlas.requests).toStrictEqual([])
  })
})

/** The credentials of RFC 7617. */
function basic(password: string): string {
  return Buffer.from(`${user.name}:${password}`).toString('base64')
}
