import * as http from 'node:http'
import * as https from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { HttpClient } from '@actions/http-client'
import { untilAborted } from '../abort.js'
import type { HttpAnswer, HttpRequest, Send } from './http.js'
import { networkError, oversized } from './network-error.js'

/** No answer of the Admin API comes near it; reading on would let a server fill the runner's memory. */
export const LARGEST_BODY_BYTES = 8 * 1024 * 1024

/** The seam over `@actions/http-client`: its agents, which know the proxy variables, and its raw request. */
export interface HttpSender {
  readonly send: Send
  /** Closes the connections that are kept alive; through a proxy there are none, since a tunnel ends with its request. */
  close(): void
}

/**
 * The raw request of `@actions/http-client` knows no handlers, redirects or retries, and takes Node's request options
 * with their abort signal: nothing is ever repeated here, and it ends whenever the signal says so.
 */
export function createHttpSender(userAgent: string): HttpSender {
  const client = new HttpClient(userAgent, [], { keepAlive: true })
  return {
    send: async (request, signal) => {
      try {
        // A tunnel that hangs in CONNECT does not see its request's abort, so the wait for it has to end by itself.
        return await untilAborted(exchange(client, request, signal), signal)
      } catch (error) {
        throw networkError(error, request, signal)
      }
    },
    close: () => client.dispose(),
  }
}

async function exchange(client: HttpClient, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, method, body } = request
  const options: http.RequestOptions = {
    ...urlToHttpOptions(url),
    method,
    headers: { 'user-agent': client.userAgent, ...request.headers },
    agent: client.getAgent(url.href),
    signal,
  }
  const httpModule = url.protocol === 'https:' ? https : http
  const { message } = await client.requestRaw({ options, parsedUrl: url, httpModule }, body ?? null)
  // A message from a client's request always has a status; the type is shared with the server's side.
  return {
    status: message.statusCode ?? 0,
    headers: message.headersDistinct,
    body: await readBody(message, request),
  }
}

/** Reads a body to its end, or throws where it is cut short or too large. */
async function readBody(message: http.IncomingMessage, request: HttpRequest): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of message) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('the body is not bytes')
    bytes += chunk.length
    if (bytes > LARGEST_BODY_BYTES) throw oversized(request, LARGEST_BODY_BYTES)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
