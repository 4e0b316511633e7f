import type { CredentialKind } from './credentials.js'

/** One request as it goes over the wire. */
export interface HttpRequest {
  /** What it is for, as the subject of a sentence in messages: `Reading snapshot 6a79…`. */
  readonly purpose: string
  readonly method: 'GET' | 'POST'
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** One whole answer. */
export interface HttpResponse {
  readonly status: number
  /** Lower-case names; a header sent twice has two values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly body: string
}

/**
 * The one seam: sends a request once and gets its whole answer. Nothing is repeated, redirected or authenticated
 * below it.
 *
 * @param signal ends the request, from then on of unknown fate
 * @throws NotExecutedError if nothing can have reached the server
 * @throws OutcomeUnknownError if the server may have executed the request
 * @throws UntrustedResponseError if what answered must not be talked to, or sent more than is read
 */
export type Send = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>

/** The request-target of RFC 9112 section 3.2.1: path and query as sent. */
export function requestTarget(url: URL): string {
  return `${url.pathname}${url.search}`
}

/** The first value of a header, `undefined` where it is missing. */
export function header(answer: HttpResponse, name: string): string | undefined {
  return answer.headers[name]?.[0]
}

/** An answer, and whether the request that brought it bore credentials; without, nothing was executed. */
export interface AtlasResponse {
  readonly response: HttpResponse
  readonly authenticated: boolean
  /** What there is to prove oneself with. */
  readonly credential: CredentialKind
}

/** Sends a request with whatever credentials there are, and says whether the answer is to them. */
export type SendAuthenticated = (request: HttpRequest, signal: AbortSignal) => Promise<AtlasResponse>
