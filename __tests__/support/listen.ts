import type { Server, Socket } from 'node:net'
import { listen as listenOnFreePort } from '../../emulator/server.js'

/** A server that listens on a free port of 127.0.0.1. */
export interface Listening {
  readonly port: number
  /** Number of connections so far. */
  connections(): number
  /** Number of open connections. */
  open(): number
  /** Stops listening and breaks open connections. */
  close(): Promise<void>
}

/** Starts a raw, HTTP, or HTTPS server. */
export async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    // Some tests break connections on purpose.
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  return {
    port: await listenOnFreePort(server),
    connections: () => connections,
    open: () => sockets.size,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
