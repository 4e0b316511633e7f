import type { CredentialKind } from './credentials.js'

/** One HTTP request. */
export interface HttpRequest {
  /** An infinitive for messages: `read snapshot 6a79…`. */
  readonly purpose: string
  readonly method: 'GET' | 'POST'
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether it has credentials for the Admin API, by `withCredentials`. Atlas executes no other request. */
  readonly authenticated?: boolean
}

/** One complete HTTP response. */
export interface HttpResponse {
  readonly status: number
  /** Lower-case names. A header that is sent twice has two values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly body: string
}

/**
 * Sends a request once and returns the complete response, without retries, redirects, or authentication. Tests and the
 * simulation replace the network here.
 *
 * @param signal ends the request, whose outcome is then unknown
 * @throws RequestError `notExecuted` if the request cannot have reached the server
 * @throws RequestError `unknown` if the server might have executed the request
 * @throws RequestError `untrusted` if the certificate is not trusted, `rejected` if a proxy refuses, `notAtlas` if the body is
 *   too large
 */
export type Send = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>

/** A request as it was sent, and its response. */
export interface Exchange {
  readonly request: HttpRequest
  readonly response: HttpResponse
  readonly credential: CredentialKind
  /** Whether authentication shows that Atlas responded: it rejects a signature or a token, or is an error of OAuth 2.0. */
  readonly isProvenAtlas: boolean
}

/** Sends a request with credentials. */
export type SendAuthenticated = (request: HttpRequest, signal: AbortSignal) => Promise<Exchange>

/** A request with credentials for the Admin API in its `Authorization` header. */
export function withCredentials(request: HttpRequest, authorization: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization }, authenticated: true }
}

/** Path and query as sent (the request-target of RFC 9112 section 3.2.1). */
export function requestTarget(url: URL): string {
  return `${url.pathname}${url.search}`
}

/** The first value of a header, `undefined` if it is missing. */
export function header(response: HttpResponse, name: string): string | undefined {
  return response.headers[name]?.[0]
}

/**
 * `Retry-After` in milliseconds (RFC 9110 section 10.2.3), never negative, `undefined` if it is missing or invalid. A date
 * is relative to the response's `Date`, because the runner's clock can be wrong.
 */
export function parseRetryAfter(response: HttpResponse): number | undefined {
  const value = header(response, 'retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const [until, from] = [parseHttpDate(value), parseHttpDate(header(response, 'date'))]
  return until === undefined || from === undefined ? undefined : Math.max(0, until - from)
}

/** An HTTP date (RFC 9110 section 5.6.7) in milliseconds since 1970, `undefined` if it is missing or invalid. */
export function parseHttpDate(value = ''): number | undefined {
  const parsed = value.trim().endsWith('GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}
