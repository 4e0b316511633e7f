import * as http from 'node:http'
import { connect, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach } from '@jest/globals'
import { listen } from '../../emulator/server.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { createHttpSender, type HttpSender } from '../../src/atlas/node-http.js'

// Servers on this machine and senders to them, which are closed after each test.

export const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

export function createSender(): HttpSender {
  const sender = createHttpSender('tester')
  cleanups.push(() => sender.close())
  return sender
}

/** Starts a raw, HTTP, or HTTPS server on a free port of 127.0.0.1. */
export async function start(server: Server) {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    // Some tests break connections on purpose.
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed())
      for (const socket of sockets) socket.destroy()
    })
  cleanups.push(close)
  return {
    port: await listen(server),
    /** Number of connections so far. */
    connections: () => connections,
    /** Number of open connections. */
    open: () => sockets.size,
    /** Stops listening and breaks open connections. */
    close,
  }
}

/** Starts an HTTP server that keeps connections, and notes its requests. */
export async function serve(handler: http.RequestListener) {
  const requests: http.IncomingMessage[] = []
  const server = http.createServer(handler).on('request', (request) => requests.push(request))
  // Otherwise the server closes an idle connection after a while.
  server.keepAliveTimeout = 0
  return { ...(await start(server)), requests }
}

/** Connects the client of a proxy to a server. */
export function openTunnel(client: Duplex, port: number): void {
  const tunnel = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    tunnel.pipe(client).pipe(tunnel)
  })
  tunnel.on('error', () => undefined)
}

/** Resolves when the condition is true. If it never is, the test times out. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5)
}

export function post(port: number): HttpRequest {
  const url = new URL(`http://127.0.0.1:${port}/path?query=1`)
  return { purpose: 'create', method: 'POST', url, headers: { 'content-type': 'x/y' }, body: '{"ä": "€"}' }
}

export function get(port: number, path = '/path'): HttpRequest {
  const { purpose, headers } = post(port)
  return { purpose, method: 'GET', url: new URL(`http://127.0.0.1:${port}${path}`), headers }
}
