import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from '@jest/globals'
import { findProgram } from '../../script/programs.js'
import { startSnapshot, startSteppedAtlas } from '../support/bundle.js'
import { start, until } from '../support/local-http.js'
import { annotated, mentioning } from '../support/played.js'
import { describeWith } from '../support/programs.js'
import { completed } from '../support/rows/row.js'
import { TITLES } from '../support/titles.js'

const realm = 'backup area'
const user = { name: 'e2e-user', password: 'e2e: pass phrase' } as const

describeWith(['apache2'], 'the bundle against Apache mod_auth_digest', () => {
  /** Creates a snapshot through Apache, and returns the requests in Apache's log. */
  async function run(password: string) {
    const life = { secondsToInProgress: 1, secondsToCompleted: 3 }
    const { url } = await startSteppedAtlas({ ...life, authentication: 'none' })
    const { port, stop } = await startApache(url)
    const inputs = { 'public-key': user.name, 'private-key': password }
    const result = await startSnapshot(`http://127.0.0.1:${port}`, { inputs }).result.finally(stop)
    return { result, errors: annotated(result, 'error'), requests: await stop() }
  }

  it('uses each nonce with increasing counts until it is stale', async () => {
    const { result, errors, requests } = await run(user.password)
    expect(errors).toStrictEqual([])
    expect(result).toMatchObject({ exitCode: 0, outputs: completed })
    const [first, ...authorized] = requests
    expect(first).toMatchObject({ outcome: 'POST 401', authorization: '-' })
    const all = (name: string) => authorized.map(({ authorization }) => parameter(authorization, name))
    const nonces = all('nonce')
    const counts = nonces.map((nonce, index) => index - nonces.indexOf(nonce) + 1)
    expect(all('nc').map((digits) => Number.parseInt(digits, 16))).toStrictEqual(counts)
    expect(new Set(all('cnonce')).size).toBe(authorized.length)
    // The bundle reuses a nonce until it is stale.
    const rejected = authorized.filter(({ outcome }) => !outcome.endsWith(' 200'))
    expect(rejected.length).toBeGreaterThan(0)
    expect(rejected.length).toBeLessThan(authorized.length / 2)
    for (const { challenge } of rejected) expect(challenge).toMatch(/stale=true/)
    expect(authorized.filter(({ outcome }) => outcome === 'POST 200')).toHaveLength(1)
  })

  it('stops after two requests if the password is wrong', async () => {
    const { result, errors, requests } = await run('not the password')
    expect(result.exitCode).toBe(1)
    expect(errors).toStrictEqual([mentioning(TITLES.invalidApiKey)])
    expect(requests.map(({ outcome }) => outcome)).toStrictEqual(['POST 401', 'POST 401'])
  })
})

/** A parameter of an `Authorization` header. */
function parameter(header: string, name: string): string {
  return new RegExp(`\\b${name}="?([^",]+)`).exec(header)?.[1] ?? 'missing'
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/**
 * Starts Apache on a free port, in front of a server. `stop` returns the requests in its log: method and status, the
 * `Authorization` header, and the `WWW-Authenticate` header of the response. `-` is no header.
 */
async function startApache(server: string) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-apache-'))
  // Its workers run as another user.
  chmodSync(folder, 0o755)
  const { port, close } = await start(createServer())
  await close()
  const config = join(folder, 'apache.conf')
  writeFileSync(config, apacheConfig(folder, port, server))
  const credentials = `${user.name}:${realm}:${md5(`${user.name}:${realm}:${user.password}`)}\n`
  writeFileSync(join(folder, 'htdigest'), credentials)

  const args = ['-f', config, '-D', 'FOREGROUND']
  const child = spawn(findProgram('apache2') ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  await until(() => child.exitCode !== null || lines.some((line) => line.includes('resuming normal')))
  expect(child.exitCode).toBeNull()

  const stop = async () => {
    child.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
    return lines
      .map((line) => line.replaceAll('\\"', '"').split('\t'))
      .flatMap(([outcome = '', authorization, challenge]) => {
        if (authorization === undefined || challenge === undefined) return []
        return [{ outcome, authorization, challenge }]
      })
  }
  return { port, stop }
}

const modules = [
  ...['mpm_event', 'authn_core', 'authz_core', 'authn_file', 'authz_user', 'auth_digest'],
  ...['proxy', 'proxy_http'],
]

/** Digest authentication with MD5, the only algorithm that Apache supports, in front of a server. */
function apacheConfig(folder: string, port: number, server: string): string {
  return `
ServerRoot "${folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile "${join(folder, 'httpd.pid')}"
DefaultRuntimeDir "${folder}"
Mutex file:${folder} default
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
# Both logs go to standard output.
ErrorLog "|/bin/cat"
LogFormat "%m %>s\\t%{Authorization}i\\t%{WWW-Authenticate}o" digest
CustomLog "|/bin/cat" digest
# Only if root starts it.
User #65534
Group #65534
# NcCheck needs shared memory.
AuthDigestShmemSize 64K
<Location "/">
  AuthType Digest
  AuthName "${realm}"
  AuthDigestDomain "/"
  AuthDigestProvider file
  AuthUserFile "${join(folder, 'htdigest')}"
  AuthDigestQop auth
  # Seconds.
  AuthDigestNonceLifetime 1
  AuthDigestNcCheck On
  Require valid-user
</Location>
ProxyPass "/" "${server}/"
`
}
