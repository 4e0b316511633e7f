import type { CredentialKind } from './credentials.js'

/** One request as it goes over the wire. */
export interface HttpRequest {
  /** What it does, as the subject of a sentence in messages: `Reading snapshot 6a79…`. */
  readonly purpose: string
  readonly method: 'GET' | 'POST'
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** One whole response. */
export interface HttpResponse {
  readonly status: number
  /** Lower-case names. A header that was sent twice has two values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly body: string
}

/**
 * The one seam: sends a request once and returns its whole response. Nothing is retried, redirected or authenticated
 * below it.
 *
 * @param signal ends the request, whose outcome is then unknown
 * @throws NotExecutedError if nothing can have reached the server
 * @throws OutcomeUnknownError if the server might have executed the request
 * @throws UntrustedResponseError if the responder can't be trusted, or sent more than is read
 */
export type Send = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>

/** A response, and whether the request for it had credentials. */
export interface AtlasResponse {
  readonly response: HttpResponse
  /** Whether the request carried credentials. Atlas executes nothing without. */
  readonly authenticated: boolean
  readonly credential: CredentialKind
}

/** Sends a request with credentials. */
export type SendAuthenticated = (request: HttpRequest, signal: AbortSignal) => Promise<AtlasResponse>

/** The request-target of RFC 9112 section 3.2.1: path and query as sent. */
export function requestTarget(url: URL): string {
  return `${url.pathname}${url.search}`
}

/** The first value of a header, `undefined` if it is missing. */
export function header(response: HttpResponse, name: string): string | undefined {
  return response.headers[name]?.[0]
}
