import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import type { RunResult } from '../../script/runner.js'
import { TITLES } from '../../src/titles.js'
import { life, startSnapshot } from '../support/bundle.js'
import { type Daemon, startDaemon } from '../support/daemon.js'
import { annotated, mentioning } from '../support/played.js'
import { describeWith } from '../support/programs.js'
import { completed } from '../support/scenarios/row.js'
import { certFile, selfSigned } from '../support/self-signed.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

/** A name in the certificate. */
const host = 'atlas.invalid'
const user = { name: 'ci', password: 'a p@ss:w/rd%' } as const
const wrong = 'wr@ng'
/** Both passwords as text, in a URL, and in a header. */
const secrets = [user.password, wrong].flatMap((password) => [
  password,
  encodeURIComponent(password),
  basic(password),
])

describeWith('squid', 'the bundle through a squid that requires a password', () => {
  let emulated: EmulatedAtlas
  let url: string
  let squid: Daemon

  beforeEach(async () => {
    emulated = await startSteppedAtlas(life, { tls: selfSigned, hostnames: [host] })
    url = `https://${host}:${new URL(emulated.url).port}`
    squid = await startSquid()
  })

  afterEach(async () => {
    await squid.stop()
    await emulated.close()
  })

  /** Runs the step with this user and password in the URL of the proxy and expects that no secret is shown. */
  function run(userinfo: string): Promise<RunResult> {
    const env = {
      https_proxy: `http://${userinfo}127.0.0.1:${squid.port}`,
      NODE_EXTRA_CA_CERTS: certFile,
      // Debug lines must not contain secrets either.
      RUNNER_DEBUG: '1',
    }
    return startSnapshot(url, { env, secrets }).result
  }

  it('creates a snapshot with the right password and masks it', async () => {
    const result = await run(`${user.name}:${encodeURIComponent(user.password)}@`)
    expect(result).toMatchObject({ exitCode: 0, stderr: '', outputs: completed })

    const masks = result.commands.filter(({ name }) => name === 'add-mask')
    // The runner also masks the percent-encoded form of each.
    expect(masks.map(({ data }) => data)).toStrictEqual([
      demo.privateKey,
      user.password,
      basic(user.password),
    ])
    expect(result.lines.slice(0, 3).every((line) => line.startsWith('::add-mask::'))).toBe(true)

    // squid receives only the target and the user.
    const { host: target } = new URL(url)
    const headers = `Proxy-Authorization: Basic ${basic(user.password)}\r\nConnection: close\r\nHost: ${target}\r\n`
    expect(await readRequests(squid)).toStrictEqual(
      emulated.atlas.requests.map(() => [`CONNECT ${target}`, '200', user.name, headers]),
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
    expect((await readRequests(squid)).map(([, status]) => status)).toStrictEqual(['407'])
    expect(emulated.atlas.requests).toStrictEqual([])
  })
})

/** The credentials of RFC 7617. */
function basic(password: string): string {
  return Buffer.from(`${user.name}:${password}`).toString('base64')
}

/** Method with target, status, user, and headers of each request. */
async function readRequests(squid: Daemon): Promise<string[][]> {
  // The check that squid is running is a connection without a method.
  const requests = (await squid.stop()).filter(([request]) => !request?.startsWith('- '))
  return requests.map((fields) => fields.map(decodeURIComponent))
}

/** Folders of squid's helpers in different distributions. */
const HELPERS = ['/usr/lib/squid', '/usr/lib64/squid', '/usr/libexec/squid']

/** Starts a squid that resolves the host to this machine and requires the password. */
function startSquid(): Promise<Daemon> {
  const helper = HELPERS.map((path) => join(path, 'basic_ncsa_auth')).find((path) => existsSync(path))
  return startDaemon({
    program: 'squid',
    config: (folder, port) => `
http_port 127.0.0.1:${port}
visible_hostname squid.test
hosts_file ${join(folder, 'hosts')}
pid_filename none
coredump_dir ${folder}
cache deny all
cache_log ${join(folder, 'error.log')}
logformat headers %rm %ru\t%>Hs\t%un\t%>h
access_log stdio:${join(folder, 'access.log')} headers
logfile_rotate 0
# By default it waits 30 s for its clients at the end, and allocates memory for as many as the system allows.
shutdown_lifetime 0 seconds
max_filedescriptors 1024
pinger_enable off
auth_param basic program ${helper} ${join(folder, 'passwd')}
auth_param basic realm squid
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
`,
    args: (configFile) => ['-N', '-f', configFile],
    files: {
      hosts: `127.0.0.1 ${host}\n`,
      // One of the formats of squid's NCSA helper.
      passwd: `${user.name}:${createHash('md5').update(user.password).digest('hex')}\n`,
    },
  })
}
