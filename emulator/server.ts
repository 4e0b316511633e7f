import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import type { Atlas } from './atlas.js'
import { type DeliveredResponse, type EmulatorRequest, jsonResponse } from './http.js'

/** A served request, for a log. */
export interface Served {
  readonly method: string
  readonly target: string
  /** 0 if no response was sent. */
  readonly status: number
  readonly ms: number
}

export interface ServerOptions {
  /** A loopback address, or `localhost`. Default: 127.0.0.1. */
  readonly host?: string
  /** 0, the default, selects a free port. */
  readonly port?: number
  /** Certificate and private key in PEM, to serve HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** Accepted `Host` names besides the loopback ones. */
  readonly hostnames?: readonly string[]
  readonly onServed?: ((served: Served) => void) | undefined
}

interface RunningServer {
  /** `http://HOST:PORT`, or `https:`, without a trailing slash. */
  readonly url: string
  /** Stops listening and breaks every connection. */
  close(): Promise<void>
}

/** True for 127.0.0.0/8, ::1 and localhost. */
function isLoopback(host: string): boolean {
  return /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::1' || host === 'localhost'
}

/**
 * Serves an `Atlas` over HTTP. It listens on loopback addresses only, because its keys are public.
 *
 * @throws RangeError if the host is not a loopback address
 */
export async function startServer(atlas: Atlas, options: ServerOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, tls } = options
  if (!isLoopback(host))
    throw new RangeError(`the emulator listens on loopback addresses only, not on ${host}`)
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    serve(atlas, incoming, outgoing, options).catch(() => incoming.socket.destroy())
  }
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle)
  const address = await listen(server, host, port)
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Port 0 is any free port. */
export async function listen(server: Server | TlsServer, host: string, port: number): Promise<AddressInfo> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no address')
  return address
}

async function serve(
  atlas: Atlas,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { hostnames = [], onServed }: ServerOptions,
): Promise<void> {
  const started = performance.now()
  const { method = 'GET', url: target = '/', socket: connection } = incoming
  const origin = ownOrigin(incoming, hostnames)
  const body = await text(incoming)
  const request: EmulatorRequest = { method, target, headers: toHeaders(incoming), body, connection }
  const delivered = origin === undefined ? forbidden : atlas.handle({ ...request, origin })
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

/**
 * The server's origin as the client addressed it, for links. Undefined for a web page, which must not reach the
 * emulator: it sends an `Origin` header or, after DNS rebinding, another host.
 */
function ownOrigin({ headers, socket }: IncomingMessage, hostnames: readonly string[]): string | undefined {
  if (headers.host === undefined || headers.origin !== undefined) return undefined
  const url = `${socket instanceof TLSSocket ? 'https' : 'http'}://${headers.host}`
  if (!URL.canParse(url)) return undefined
  const { hostname, origin } = new URL(url)
  const isOwn = isLoopback(hostname.replace(/^\[|\]$/g, '')) || hostnames.includes(hostname)
  return isOwn ? origin : undefined
}

const forbidden: DeliveredResponse = {
  response: jsonResponse(403, {
    error: 403,
    reason: 'Forbidden',
    detail: 'The emulator accepts only requests from programs on this machine to a loopback host.',
  }),
  delivery: 'whole',
  delayMs: 0,
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
