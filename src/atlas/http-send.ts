import type { IncomingMessage, RequestOptions } from 'node:http'
import { urlToHttpOptions } from 'node:url'
import { untilAborted } from '../abort.js'
import type { HttpAnswer, HttpRequest, Send } from './http.js'
import { networkError, oversized } from './network-error.js'
import { type Route, Routes } from './routes.js'

/** No answer of the Admin API comes near it; reading on would let a server fill the runner's memory. */
export const LARGEST_BODY_BYTES = 8 * 1024 * 1024

/** The seam over Node's own client, which knows no redirects and no retries: nothing is ever repeated here. */
export interface HttpSender {
  readonly send: Send
  /** Closes the connections that are kept alive. */
  close(): void
}

export function createHttpSender(userAgent: string): HttpSender {
  const routes = new Routes(userAgent)
  const exchange = async (route: Route, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const headers = { 'user-agent': userAgent, ...request.headers }
    const message = await ask(route, { ...request, headers }, signal)
    // A message from a client's request always has a status; the type is shared with the server's side.
    return {
      status: message.statusCode ?? 0,
      headers: message.headersDistinct,
      body: await readBody(message, request),
    }
  }
  return {
    send: async (request, signal) => {
      // Outside of what follows, since a route that cannot be made is no failure of the network.
      const route = await routes.to(request.url)
      try {
        // A tunnel that hangs in CONNECT does not see its request's abort, so the wait for it has to end by itself.
        return await untilAborted(exchange(route, request, signal), signal)
      } catch (error) {
        throw networkError(error, request, signal)
      }
    },
    close: () => routes.close(),
  }
}

/** Sends a request; its answer, whose body is still to come. */
function ask(
  { request, agent }: Route,
  { url, method, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options: RequestOptions = { ...urlToHttpOptions(url), method, headers, agent, signal }
  return new Promise((resolve, reject) => {
    // An error may come after the answer, too, and must not end the process: the body's reader is told of it as well.
    request(options, resolve).on('error', reject).end(body)
  })
}

/** Reads a body to its end, or rejects where it is cut short or too large. */
function readBody(message: IncomingMessage, request: HttpRequest): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > LARGEST_BODY_BYTES) message.destroy(oversized(request, LARGEST_BODY_BYTES))
      else chunks.push(chunk)
    })
    message.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    message.on('error', reject)
    message.on('close', () => reject(new Error('the connection was closed in the middle of the answer')))
  })
}
