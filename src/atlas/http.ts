import type { CredentialKind } from './credentials.js'

/** Longer than any timeout. */
const MAX_RETRY_AFTER_SECONDS = 2 ** 31

/** One HTTP request. */
export interface HttpRequest {
  /** An infinitive for messages: `read snapshot 6a79…`. */
  readonly purpose: string
  readonly method: 'GET' | 'POST'
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Uses a new connection, and keeps it for later requests. A kept one might already be closed by the server. */
  readonly newConnection?: boolean
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
 * @throws AtlasError `notExecuted` if the request cannot have reached the server
 * @throws AtlasError `unknown` if the server might have executed the request
 * @throws AtlasError `untrusted` if the responder can't be trusted or the body is too large
 */
export type Send = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>

/** A response, and how its request was authenticated. */
export interface AtlasResponse {
  readonly response: HttpResponse
  /** Whether the request contained credentials. Atlas executes no request without them. */
  readonly authenticated: boolean
  readonly credential: CredentialKind
}

/** Sends a request with credentials. */
export type SendAuthenticated = (request: HttpRequest, signal: AbortSignal) => Promise<AtlasResponse>

/** Path and query as sent (the request-target of RFC 9112 section 3.2.1). */
export function requestTarget(url: URL): string {
  return `${url.pathname}${url.search}`
}

/** The first value of a header, `undefined` if it is missing. */
export function header(response: HttpResponse, name: string): string | undefined {
  return response.headers[name]?.[0]
}

/** The first value of a header that contains only digits, `NaN` for any other value. */
export function numericHeader(response: HttpResponse, name: string): number {
  const value = header(response, name)?.trim() ?? ''
  return /^\d+$/.test(value) ? Number(value) : Number.NaN
}

/**
 * `Retry-After` in milliseconds (RFC 9110 section 10.2.3), never negative, `undefined` if it is missing or invalid. A date
 * is relative to the response's `Date`, because the runner's clock can be wrong, or to `now` if there is no `Date`.
 *
 * @param now the runner's clock, in milliseconds since 1970
 */
export function parseRetryAfter(response: HttpResponse, now: number): number | undefined {
  const seconds = numericHeader(response, 'retry-after')
  if (!Number.isNaN(seconds)) return Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1000
  const until = parseHttpDate(header(response, 'retry-after'))
  const from = parseHttpDate(header(response, 'date')) ?? now
  return until === undefined ? undefined : Math.max(0, until - from)
}

/** An HTTP date (RFC 9110 section 5.6.7) in milliseconds since 1970, `undefined` if it is missing or invalid. */
export function parseHttpDate(value = ''): number | undefined {
  const parsed = value.trim().endsWith('GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}
