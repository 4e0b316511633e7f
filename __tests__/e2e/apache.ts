import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DigestServer, startDigestServer } from './servers.js'
import { realm, user } from './user.js'

export interface ApacheOptions {
  /** Port of what Apache stands in front of. */
  readonly backendPort: number
  /** AuthDigestNonceLifetime in seconds; 0 makes each nonce good for one request. */
  readonly nonceLifetime: number
  readonly ncCheck: 'On' | 'Off'
}

/** Starts an Apache that asks for digest credentials (MD5, the one algorithm its module knows). */
export function startApache(options: ApacheOptions): Promise<DigestServer> {
  return startDigestServer({
    program: 'apache2',
    config: (folder, port) => config(options, folder, port),
    args: (configFile) => ['-f', configFile, '-D', 'FOREGROUND'],
    files: { htdigest: `${user.name}:${realm}:${ha1()}\n` },
  })
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

function config(options: ApacheOptions, folder: string, port: number): string {
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
# The module counts nonces in shared memory, which NcCheck and one-time nonces need.
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

/** Apache refuses to serve as root: started by root it becomes the user that distributions make for it. */
function unprivilegedUser(): string {
  if (process.getuid?.() !== 0) return ''
  const accounts = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : ''
  const name = /^(www-data|apache|daemon):/m.exec(accounts)?.[1] ?? 'nobody'
  return `User ${name}\nGroup ${name}`
}

function ha1(): string {
  return createHash('md5').update(`${user.name}:${realm}:${user.password}`).digest('hex')
}
