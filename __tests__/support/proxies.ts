import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { findProgram } from '../../script/find-program.js'
import { type Daemon, startDaemon } from './daemon.js'
import { type Listening, listen } from './listen.js'
/** The protection space of the real servers, and who may enter it. */
export const realm = 'backup area'
export const user = { name: 'e2e-user', password: 'e2e: pass phrase' } as const

/** A proxy that leads wherever it likes: what a company's proxy that opens TLS looks like from the action's side. */
export interface Tunnels extends Listening {
  /** The target of each CONNECT, such as `cloud.mongodb.com:443`. */
  readonly targets: string[]
}

/**
 * Starts a proxy that leads every CONNECT to one port of this machine, whatever its target.
 *
 * @param delayOf milliseconds until it answers the CONNECT of this number, from 1; `Infinity` lets it hang
 */
export async function startTunnels(
  port: number,
  delayOf: (connect: number) => number = () => 0,
): Promise<Tunnels> {
  const targets: string[] = []
  const server = createServer().on('connect', ({ url = '' }, socket) => {
    targets.push(url)
    const delayMs = delayOf(targets.length)
    if (delayMs === Number.POSITIVE_INFINITY) return
    const timer = setTimeout(() => lead(socket, port), delayMs)
    socket.once('close', () => clearTimeout(timer))
  })
  return { ...(await listen(server)), targets }
}

function lead(socket: Duplex, port: number): void {
  const onward = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.pipe(onward).pipe(socket)
  })
  onward.on('error', () => socket.destroy())
  socket.on('error', () => onward.destroy())
}

/** A proxy that a test has started. */
export interface ProxyServer extends Daemon {
  /** Method and target of each request that it logged, such as `CONNECT cloud.example:443`; complete only after `stop`. */
  readonly requests: () => string[]
}

export interface TinyproxyOptions {
  /** The one port that it makes tunnels to; any, unless given. */
  readonly connectPort?: number
  /** Where it listens; a free port unless given. */
  readonly port?: number
}

/** Starts a tinyproxy, which asks nobody for a password. */
export async function startTinyproxy({ connectPort, port }: TinyproxyOptions = {}): Promise<ProxyServer> {
  const daemon = await startDaemon(
    {
      program: 'tinyproxy',
      config: (folder, ownPort) => tinyproxyConfig(folder, ownPort, connectPort),
      args: (configFile) => ['-d', '-c', configFile],
      asNobody: true,
    },
    port,
  )
  return { ...daemon, requests: () => readTinyproxyRequests(daemon) }
}

function tinyproxyConfig(folder: string, port: number, connectPort: number | undefined): string {
  return `
Listen 127.0.0.1
Port ${port}
Timeout 60
MaxClients 100
LogFile "${join(folder, 'access.log')}"
LogLevel Connect
PidFile "${join(folder, 'tinyproxy.pid')}"
Allow 127.0.0.1
${connectPort === undefined ? '' : `ConnectPort ${connectPort}`}
`
}

/** It logs `CONNECT   Nov 25 16:13:00.123 [42]: Request (file descriptor 5): CONNECT host:443 HTTP/1.1`. */
function readTinyproxyRequests({ accessLog }: Daemon): string[] {
  return [...accessLog().matchAll(/Request \(file descriptor \d+\): (.*) HTTP\/1\.1$/gm)].map(
    ([, request = '']) => request,
  )
}

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

/** Where distributions put squid's helpers. */
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
function hashPassword(password: string): string {
  const openssl = findProgram('openssl')
  if (openssl === undefined) throw new Error('openssl is not installed')
  return execFileSync(openssl, ['passwd', '-apr1', '-stdin'], { input: password, encoding: 'utf8' }).trim()
}

/** Fields of a line, separated by tabs. */
function readSquidRequests({ accessLog }: Daemon): SquidRequest[] {
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
