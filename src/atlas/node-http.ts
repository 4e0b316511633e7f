import * as http from 'node:http'
import * as https from 'node:https'
import { TLSSocket } from 'node:tls'
import { urlToHttpOptions } from 'node:url'
import { HttpClient } from '@actions/http-client'
import { rejectOnAbort } from '../timers.js'
import type { HttpRequest, HttpResponse, Send } from './http.js'
import { bodyTooLarge, MAX_BODY_BYTES, toNetworkError } from './network-errors.js'

/** `Send` with Node's HTTP client. */
export interface HttpSender {
  readonly send: Send
  /** Closes the connections that are kept alive. */
  close(): void
}

/**
 * The toolkit's HTTP client provides only the agents, for proxies and keep-alive. It does not send the requests, because it
 * has no abort signal, follows redirects, and never settles if the connection breaks within a body.
 */
export function createHttpSender(userAgent: string): HttpSender {
  /** By origin, because a client reuses its direct agent for any protocol. */
  const clients = new Map<string, HttpClient>()

  /** The agent of an origin, with the proxy from the environment if there is one. */
  const getAgent = ({ origin, href }: URL): http.Agent => {
    const client = clients.get(origin) ?? new HttpClient(userAgent, [], { keepAlive: true })
    clients.set(origin, client)
    return client.getAgent(href)
  }

  return {
    send: async (request, signal) => {
      const { url, method } = request
      const { request: open } = url.protocol === 'https:' ? https : http
      const headers: HttpRequest['headers'] = { 'user-agent': userAgent, ...request.headers }
      let outgoing: http.ClientRequest | undefined
      try {
        signal.throwIfAborted()
        outgoing = open({ ...urlToHttpOptions(url), method, headers, agent: getAgent(url) })
        // With the header alone, Node closes it only if the server repeats the header, which RFC 9112 section 9.6 only recommends.
        if (headers['connection'] === 'close') outgoing.shouldKeepAlive = false
        // Node's `signal` option does not end the wait for a CONNECT without a response.
        return await rejectOnAbort(receive(outgoing, request), signal)
      } catch (error) {
        outgoing?.destroy()
        const socket = outgoing?.socket
        const isUntrusted = socket instanceof TLSSocket && Boolean(socket.authorizationError)
        throw toNetworkError(error, request, signal, isUntrusted)
      }
    },
    close: () => {
      for (const client of clients.values()) client.dispose()
    },
  }
}

async function receive(outgoing: http.ClientRequest, request: HttpRequest): Promise<HttpResponse> {
  const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
    // Without this listener, an error after the response would end the process.
    outgoing.on('response', resolve).on('error', reject)
    // With a string, Node would encode the headers like the body, in UTF-8 instead of Latin-1.
    outgoing.end(request.body === undefined ? undefined : Buffer.from(request.body))
  })
  // `statusCode` is undefined only on a server.
  const { statusCode: status = 0, headersDistinct: headers } = message
  return { status, headers, body: await readBody(message, request) }
}

/** Reads the whole body. Rejects if it is incomplete or too large. */
function readBody(message: http.IncomingMessage, request: HttpRequest): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) reject(bodyTooLarge(request))
      else chunks.push(chunk)
    })
    message.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    message.on('error', reject)
  })
}
