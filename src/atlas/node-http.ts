import * as http from 'node:http'
import * as https from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { HttpClient } from '@actions/http-client'
import { rejectOnAbort } from '../timers.js'
import type { HttpRequest, HttpResponse, Send } from './http.js'
import { assertNotAborted, bodyTooLarge, toNetworkError } from './network-errors.js'

/** No response of the Admin API comes near it. Reading on would let a server fill the runner's memory. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024

/** `Send` over Node's own client. */
export interface HttpSender {
  readonly send: Send
  /** Closes the connections that are kept alive. */
  close(): void
}

/**
 * The toolkit's client only gives the agents, for proxies and keep-alive. It cannot send the requests: it has no abort
 * signal, follows redirects, and never settles if the connection breaks in the middle of a body.
 */
export function createHttpSender(userAgent: string): HttpSender {
  const agents = new AgentPool(userAgent)
  return {
    send: async (request, signal) => {
      const agent = agents.forUrl(request.url)
      assertNotAborted(request, signal)
      const headers = { 'user-agent': userAgent, ...request.headers }
      try {
        return await sendOnce({ ...request, headers }, agent, signal)
      } catch (error) {
        throw toNetworkError(error, request, signal)
      }
    },
    close: () => agents.close(),
  }
}

/** The agents for the origins that a step talks to: direct, or through the proxy that the environment names. */
class AgentPool {
  readonly #userAgent: string
  readonly #clients = new Map<string, HttpClient>()

  constructor(userAgent: string) {
    this.#userAgent = userAgent
  }

  forUrl(url: URL): http.Agent {
    // A client keeps one direct agent whatever the protocol, so each origin has its own.
    const client = this.#clients.get(url.origin) ?? new HttpClient(this.#userAgent, [], { keepAlive: true })
    this.#clients.set(url.origin, client)
    return client.getAgent(url.href)
  }

  close(): void {
    for (const client of this.#clients.values()) client.dispose()
  }
}

async function sendOnce(request: HttpRequest, agent: http.Agent, signal: AbortSignal): Promise<HttpResponse> {
  const { url, method, headers } = request
  const { request: open } = url.protocol === 'https:' ? https : http
  const outgoing = open({ ...urlToHttpOptions(url), method, headers, agent })
  try {
    // Node's own `signal` option does not end the wait for a tunnel that hangs in CONNECT.
    return await rejectOnAbort(receive(outgoing, request), signal)
  } catch (error) {
    outgoing.destroy()
    throw error
  }
}

async function receive(outgoing: http.ClientRequest, request: HttpRequest): Promise<HttpResponse> {
  const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
    // An error can also come after the response. Then this listener keeps it from ending the process.
    outgoing.on('response', resolve).on('error', reject)
    // Without an error if the server switches to another protocol.
    outgoing.on('close', () => reject(new Error('the connection was closed without an answer')))
    outgoing.end(request.body)
  })
  // Only the server's side of this type lacks a status.
  return {
    status: message.statusCode ?? 0,
    headers: message.headersDistinct,
    body: await readBody(message, request),
  }
}

/** Reads a body to its end. Rejects if it is cut short or too large. */
function readBody(message: http.IncomingMessage, request: HttpRequest): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) reject(bodyTooLarge(request, MAX_BODY_BYTES))
      else chunks.push(chunk)
    })
    message.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    message.on('error', reject)
  })
}
