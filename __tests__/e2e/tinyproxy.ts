import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.js'
import type { ProxyServer } from './proxy-server.js'

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
      config: (folder, ownPort) => config(folder, ownPort, connectPort),
      args: (configFile) => ['-d', '-c', configFile],
      asNobody: true,
    },
    port,
  )
  return { ...daemon, requests: () => requestsOf(daemon) }
}

function config(folder: string, port: number, connectPort: number | undefined): string {
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
function requestsOf({ accessLog }: Daemon): string[] {
  return [...accessLog().matchAll(/Request \(file descriptor \d+\): (.*) HTTP\/1\.1$/gm)].map(
    ([, request = '']) => request,
  )
}
