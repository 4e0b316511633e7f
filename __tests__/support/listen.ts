import type { Server, Socket } from 'node:net'

/** A server that listens on a free port of 127.0.0.1. */
export interface Listening {
  readonly port: number
  /** How many connections were opened so far. */
  connections(): number
  /** How many of them are still open. */
  open(): number
  /** Stops listening and breaks what is open. */
  close(): Promise<void>
}

/** Starts any of Node's servers: raw, HTTP or HTTPS. */
export function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    // A broken connection is what some tests are about.
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') {
        reject(new Error('the server has no port'))
        return
      }
      resolve({
        port: address.port,
        connections: () => connections,
        open: () => sockets.size,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            for (const socket of sockets) socket.destroy()
          }),
      })
    })
  })
}
