import type { ClientRequest, IncomingMessage } from 'node:http'
import * as http from 'node:http'
import { urlToHttpOptions } from 'node:url'
import { getProxyUrl } from '@actions/http-client/lib/proxy'
import { rejectOnAbort } from '../timers.js'
import type { HttpRequest, HttpResponse, Send } from './http.js'
import { assertNotAborted } from './middleware.js'
import { bodyTooLarge, toNetworkError } from './network-errors.js'

/** No answer of the Admin API comes near it; reading on would let a server fill the runner's memory. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024

/** The seam over Node's own client, which knows no redirects and no retries: nothing is ever repeated here. */
export interface HttpSender {
  readonly send: Send
  /** Closes the connections that are kept alive. */
  close(): void
}

export function createHttpSender(userAgent: string): HttpSender {
  const routes = new Routes(userAgent)
  return {
    send: async (request, signal) => {
      // Outside of what follows, since a route that cannot be made is no failure of the network.
      const route = await routes.to(request.url)
      assertNotAborted(request, signal)
      const headers = { 'user-agent': userAgent, ...request.headers }
      try {
        return await exchange(route, { ...request, headers }, signal)
      } catch (error) {
        throw toNetworkError(error, request, signal)
      }
    },
    close: () => routes.close(),
  }
}

/** Sends a request and reads its answer; whatever goes wrong, an aborted signal too, ends the request. */
async function exchange(
  { request: open, agent }: Route,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { url, method, headers } = request
  const outgoing = open({ ...urlToHttpOptions(url), method, headers, agent })
  try {
    // Nothing that Node does with a signal ends the wait for a tunnel that hangs in CONNECT.
    return await rejectOnAbort(answerTo(outgoing, request), signal)
  } catch (error) {
    outgoing.destroy()
    throw error
  }
}

async function answerTo(outgoing: ClientRequest, request: HttpRequest): Promise<HttpResponse> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    // An error may come after the answer, too, and must not end the process: the body's reader is told of it as well.
    outgoing.on('response', resolve).on('error', reject)
    // Without an error where the server would speak another protocol from now on.
    outgoing.on('close', () => reject(new Error('the connection was closed without an answer')))
    outgoing.end(request.body)
  })
  // A message from a client's request always has a status; the type is shared with the server's side.
  return {
    status: message.statusCode ?? 0,
    headers: message.headersDistinct,
    body: await readBody(message, request),
  }
}

/** Reads a body to its end, or rejects where it is cut short or too large. */
function readBody(message: IncomingMessage, request: HttpRequest): Promise<string> {
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

/** How requests get to an origin. */
export interface Route {
  readonly request: typeof http.request
  readonly agent: http.Agent
}

/**
 * The routes to the origins that are asked, by the proxy variables. Each is made when it is first needed: what speaks
 * TLS and what tunnels through a proxy take time to load, and most steps need only one of them.
 */
export class Routes {
  readonly #userAgent: string
  readonly #routes = new Map<string, Promise<Route>>()
  readonly #kept: http.Agent[] = []

  /** @param userAgent what CONNECT is sent with */
  constructor(userAgent: string) {
    this.#userAgent = userAgent
  }

  to(url: URL): Promise<Route> {
    const known = this.#routes.get(url.origin)
    if (known !== undefined) return known
    const route = this.#find(url)
    this.#routes.set(url.origin, route)
    return route
  }

  /** Closes the connections that are kept alive; through a proxy there are none, since a tunnel ends with its request. */
  close(): void {
    for (const agent of this.#kept) agent.destroy()
  }

  async #find(url: URL): Promise<Route> {
    const { Agent, request } = url.protocol === 'https:' ? await import('node:https') : http
    if (getProxyUrl(url) !== undefined) {
      const { HttpClient } = await import('@actions/http-client')
      return { request, agent: new HttpClient(this.#userAgent, [], { keepAlive: true }).getAgent(url.href) }
    }
    const agent = new Agent({ keepAlive: true })
    this.#kept.push(agent)
    return { request, agent }
  }
}
