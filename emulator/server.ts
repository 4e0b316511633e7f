import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import type { Atlas } from './atlas.js'
import type { DeliveredResponse, EmulatorRequest } from './http.js'

/** A served request, for a log. */
export interface Served {
  readonly method: string
  readonly target: string
  /** 0 if no response was sent. */
  readonly status: number
  readonly ms: number
}

export interface ServerOptions {
  /** A loopback address, because the keys are public. Default: 127.0.0.1. */
  readonly host?: '127.0.0.1' | '::1'
  /** 0, the default, selects a free port. */
  readonly port?: number
  /** Certificate and private key in PEM, to serve HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly onServed?: ((served: Served) => void) | undefined
}

/** Serves an `Atlas`. The `url` ends with the port. `close` stops listening and breaks every connection. */
export async function startServer(atlas: Atlas, options: ServerOptions = {}) {
  const { host = '127.0.0.1', tls } = options
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    serve(atlas, incoming, outgoing, options.onServed).catch(() => incoming.socket.destroy())
  }
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle)
  const port = await listen(server, host, options.port)
  const name = host === '::1' ? '[::1]' : host
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Starts any server. Port 0 is any free port. Returns the port. */
export async function listen(server: Server, host = '127.0.0.1', port = 0): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

async function serve(
  atlas: Atlas,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onServed: ServerOptions['onServed'],
): Promise<void> {
  const started = performance.now()
  const { method = 'GET', url: target = '/' } = incoming
  const body = await text(incoming)
  const delivered = atlas.handle({ method, target, headers: toHeaders(incoming), body })
  outgoing.once('close', () => {
    const status = outgoing.headersSent ? delivered.response.status : 0
    onServed?.({ method, target, status, ms: Math.round(performance.now() - started) })
  })
  sendResponse(delivered, outgoing)
}

/** Joins repeated headers with commas. Node already lowercases the names. */
function toHeaders({ headers }: IncomingMessage): EmulatorRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** Sends a response as its delivery requires, including network faults. */
function sendResponse({ response, delivery, delayMs }: DeliveredResponse, outgoing: ServerResponse): void {
  if (delivery === 'hang') return
  if (delivery === 'reset') {
    reset(outgoing)
    return
  }
  const { status, headers, body } = response
  const send = () =>
    outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  if (delayMs === 0) send()
  else {
    const timer = setTimeout(send, delayMs)
    // The client disconnects, or the server closes.
    outgoing.once('close', () => clearTimeout(timer))
  }
}

/** A TLS connection can't be reset, only destroyed. */
function reset({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket?.resetAndDestroy()
}
