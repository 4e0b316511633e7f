import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../../script/find-program.js'
import { type Daemon, startDaemon } from './daemon.js'

/** Realm and user of the real servers. */
export const realm = 'backup area'
export const user = { name: 'e2e-user', password: 'e2e: pass phrase' } as const

export interface SquidOptions {
  /** The only user with access, by default everyone has. */
  readonly user?: { readonly name: string; readonly password: string }
  /** Names that it resolves to this machine. */
  readonly hosts?: readonly string[]
  /** Hosts that it opens no tunnel to. */
  readonly denied?: readonly string[]
}

/** A request in the log of squid. */
export interface SquidRequest {
  /** Method and target, such as `CONNECT cloud.example:443`. */
  readonly request: string
  readonly status: number
  /** The authenticated user, or `-`. */
  readonly user: string
  /** All headers of the request. */
  readonly headers: string
}

/** Its log is complete only after `stop`. */
export interface Squid extends Daemon {
  /** Method and target of each logged request, such as `CONNECT cloud.example:443`. */
  readonly requests: () => string[]
  readonly log: () => SquidRequest[]
}

export async function startSquid({ user, hosts = [], denied = [] }: SquidOptions = {}): Promise<Squid> {
  const daemon = await startDaemon({
    program: 'squid',
    config: (folder, port) => squidConfig(folder, port, user !== undefined, denied),
    args: (configFile) => ['-N', '-f', configFile],
    files: {
      hosts: hosts.map((host) => `127.0.0.1 ${host}\n`).join(''),
      ...(user === undefined ? {} : { passwd: `${user.name}:${hashPassword(user.password)}\n` }),
    },
    asNobody: true,
  })
  const log = () => readSquidRequests(daemon)
  return { ...daemon, log, requests: () => log().map(({ request }) => request) }
}

/** Folders of squid's helpers in different distributions. */
const HELPERS = ['/usr/lib/squid', '/usr/lib64/squid', '/usr/libexec/squid']

function squidConfig(
  folder: string,
  port: number,
  authenticates: boolean,
  denied: readonly string[],
): string {
  return `
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
${authenticates ? authentication(join(folder, 'passwd')) : ''}
${denied.length === 0 ? '' : `acl denied dstdomain ${denied.join(' ')}\nhttp_access deny denied`}
http_access allow ${authenticates ? 'known' : 'all'}
http_access deny all
`
}

function authentication(passwordFile: string): string {
  const helper = HELPERS.map((path) => join(path, 'basic_ncsa_auth')).find((path) => existsSync(path))
  return `
auth_param basic program ${helper} ${passwordFile}
auth_param basic realm squid
acl known proxy_auth REQUIRED`
}

/** The password in the format of squid's NCSA helper. */
function hashPassword(password: string): string {
  const openssl = findProgram('openssl')
  if (openssl === undefined) throw new Error('openssl is not installed')
  return execFileSync(openssl, ['passwd', '-apr1', '-stdin'], { input: password, encoding: 'utf8' }).trim()
}

function readSquidRequests({ accessLog }: Daemon): SquidRequest[] {
  return (
    accessLog()
      .split('\n')
      // A connection without a request, such as the check that squid is running, has no method.
      .filter((line) => line !== '' && !line.startsWith('- '))
      .map((line) => {
        const [request = '', status = '', user = '', headers = ''] = line.split('\t')
        return { request, status: Number(status), user, headers: decodeURIComponent(headers) }
      })
  )
}
