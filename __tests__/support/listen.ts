import type { Server, Socket } from 'node:net'
import { listen as listenOnFreePort } from '../../emulator/server.js'

export type Listening = Awaited<ReturnType<typeof listen>>

/** Starts a raw, HTTP, or HTTPS server on a free port of 127.0.0.1. */
export async function listen(server: Server) {
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
    /** Number of connections so far. */
    connections: () => connections,
    /** Number of open connections. */
    open: () => sockets.size,
    /** Stops listening and breaks open connections. */
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
