import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { life } from './bundle.js'
import { startDaemon } from './daemon.js'
import { realm, user } from './proxies.js'
import { startSteppedAtlas } from './stepped-atlas.js'

export interface Backend {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Starts an Atlas without authentication, for use behind a real server. */
export async function startBackend(options: AtlasOptions = life): Promise<Backend> {
  const { url, close } = await startSteppedAtlas({ ...options, authentication: 'none' })
  return { port: Number(new URL(url).port), close }
}

/** A request in the access log of the server. */
export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  /** `Authorization` header of the request, or empty. */
  readonly authorization: string
  /** `WWW-Authenticate` header of the response, or empty. */
  readonly challenge: string
}

export interface DigestServer {
  readonly url: string
  /** Ends the server and its child processes. It is safe to call it twice. */
  readonly stop: () => Promise<void>
  /** Logged requests, complete only after `stop`. */
  readonly log: () => LoggedRequest[]
}

/** Parses lines of fields separated by tabs. Apache writes `-` for a missing header. */
function parseRequests(accessLog: string): LoggedRequest[] {
  return accessLog
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.replaceAll('\\"', '"').split('\t')
      const [method = '', path = '', status = '', authorization = '', challenge = ''] = fields
      const header = (text: string) => (text === '-' ? '' : text)
      return {
        method,
        path,
        status: Number(status),
        authorization: header(authorization),
        challenge: header(challenge),
      }
    })
}

export interface ApacheOptions {
  /** Port of the server behind Apache. */
  readonly backendPort: number
  /** AuthDigestNonceLifetime in seconds. With 0, each nonce is valid for one request. */
  readonly nonceLifetime: number
  readonly ncCheck: 'On' | 'Off'
}

/** Starts an Apache that requires digest authentication with MD5, the only algorithm that it supports. */
export async function startApache(options: ApacheOptions): Promise<DigestServer> {
  const { port, stop, accessLog } = await startDaemon({
    program: 'apache2',
    config: (folder, port) => apacheConfig(options, folder, port),
    args: (configFile) => ['-f', configFile, '-D', 'FOREGROUND'],
    files: { htdigest: `${user.name}:${realm}:${ha1()}\n` },
  })
  return { url: `http://127.0.0.1:${port}`, stop, log: () => parseRequests(accessLog()) }
}

const modules = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authn_file',
  'authz_user',
  'auth_digest',
  'proxy',
  'proxy_http',
]

function apacheConfig(options: ApacheOptions, folder: string, port: number): string {
  return `
ServerRoot "${folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile "${join(folder, 'httpd.pid')}"
DefaultRuntimeDir "${folder}"
Mutex file:${folder} default
${unprivilegedUser()}
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ErrorLog "${join(folder, 'error.log')}"
LogFormat "%m\\t%U\\t%>s\\t%{Authorization}i\\t%{WWW-Authenticate}o" digest
CustomLog "${join(folder, 'access.log')}" digest
# NcCheck and one-time nonces need shared memory.
AuthDigestShmemSize 64K
<Location "/">
  AuthType Digest
  AuthName "${realm}"
  AuthDigestDomain "/"
  AuthDigestProvider file
  AuthUserFile "${join(folder, 'htdigest')}"
  AuthDigestQop auth
  AuthDigestNonceLifetime ${options.nonceLifetime}
  AuthDigestNcCheck ${options.ncCheck}
  Require valid-user
</Location>
ProxyPass "/" "http://127.0.0.1:${options.backendPort}/"
`
}

/** The user to switch to, because Apache does not serve requests as root. */
function unprivilegedUser(): string {
  if (process.getuid?.() !== 0) return ''
  const accounts = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : ''
  const name = /^(www-data|apache|daemon):/m.exec(accounts)?.[1] ?? 'nobody'
  return `User ${name}\nGroup ${name}`
}

function ha1(): string {
  return createHash('md5').update(`${user.name}:${realm}:${user.password}`).digest('hex')
}
