import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../../script/find-program.js'
import { type Daemon, startDaemon } from './daemon.js'
import type { ProxyServer } from './proxy-server.js'

export interface SquidOptions {
  /** Who may use it; anybody, unless given. */
  readonly user?: { readonly name: string; readonly password: string }
  /** Names of hosts that it finds on this machine. */
  readonly hosts?: readonly string[]
  /** Hosts that it makes no tunnel to, whoever asks. */
  readonly denied?: readonly string[]
}

/** A request as squid logged it. */
export interface SquidRequest {
  /** Method and target, such as `CONNECT cloud.example:443`. */
  readonly request: string
  readonly status: number
  /** The user who asked, `-` if it is unknown. */
  readonly user: string
  /** All headers that came. */
  readonly headers: string
}

export interface Squid extends ProxyServer {
  /** Complete only after `stop`. */
  readonly log: () => SquidRequest[]
}

/** Starts a squid. */
export async function startSquid({ user, hosts = [], denied = [] }: SquidOptions = {}): Promise<Squid> {
  const daemon = await startDaemon({
    program: 'squid',
    config: (folder, port) => config(folder, port, user !== undefined, denied),
    args: (configFile) => ['-N', '-f', configFile],
    files: {
      hosts: hosts.map((host) => `127.0.0.1 ${host}\n`).join(''),
      ...(user === undefined ? {} : { passwd: `${user.name}:${hashOf(user.password)}\n` }),
    },
    asNobody: true,
  })
  const log = () => requestsOf(daemon)
  return { ...daemon, log, requests: () => log().map(({ request }) => request) }
}

/** Where distributions put squid's helpers. */
const HELPERS = ['/usr/lib/squid', '/usr/lib64/squid', '/usr/libexec/squid']

function config(folder: string, port: number, authenticates: boolean, denied: readonly string[]): string {
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
# Without these it waits half a minute for its clients, and makes room for as many as the system allows.
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

/** The password as squid's helper for files of the NCSA kind knows it. */
function hashOf(password: string): string {
  const openssl = findProgram('openssl')
  if (openssl === undefined) throw new Error('openssl is not installed')
  return execFileSync(openssl, ['passwd', '-apr1', '-stdin'], { input: password, encoding: 'utf8' }).trim()
}

/** Fields of a line, separated by tabs. */
function requestsOf({ accessLog }: Daemon): SquidRequest[] {
  return (
    accessLog()
      .split('\n')
      // A connection without a request, such as the first look whether it runs, has no method.
      .filter((line) => line !== '' && !line.startsWith('- '))
      .map((line) => {
        const [request = '', status = '', user = '', headers = ''] = line.split('\t')
        return { request, status: Number(status), user, headers: decodeURIComponent(headers) }
      })
  )
}
