import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Listening, listen } from '../support/listen.js'

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
