import { truncateMiddle } from '../format.js'
import type { CredentialKind } from './credentials.js'
import {
  AtlasError,
  ConflictError,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
  UntrustedResponseError,
} from './errors.js'
import { type HttpRequest, type HttpResponse, header } from './http.js'
import { formatErrorResponse, parseErrorResponse } from './refusal.js'
import { getRemedy } from './remedies.js'
import { parseRetryAfter } from './retry-after.js'

/** An answer, and whether the request that brought it bore credentials; without, nothing was executed. */
export interface AtlasResponse {
  readonly response: HttpResponse
  readonly authenticated: boolean
  /** What there is to prove oneself with. */
  readonly credential: CredentialKind
}

/** Sends a request with whatever credentials there are, and says whether the answer is to them. */
export type SendAuthenticated = (request: HttpRequest, signal: AbortSignal) => Promise<AtlasResponse>

/** Of a cluster that takes no other snapshot on demand until one has ended. */
export const SNAPSHOT_CONFLICT = {
  title: 'Another snapshot of this cluster is unfinished',
  remedy: 'Wait until the other snapshot ends, or set on-conflict to wait or reuse.',
}

const MAX_LOCATION_LENGTH = 200

const RETRY_REMEDY =
  'If this happens again, look at the status of Atlas (status.mongodb.com) and at the network between the runner and Atlas.'

/**
 * What an answer other than 2xx means (the table of docs/reliability.md), as the error to throw.
 *
 * @param asked what was asked, as the subject of a sentence: `Taking a snapshot of cluster shop-prod`
 */
export function toAtlasError(
  { response, authenticated, credential }: AtlasResponse,
  asked: string,
): AtlasError {
  const refusal = parseErrorResponse(response)
  const { status, errorCode } = refusal
  const said = formatErrorResponse(refusal)
  if (status === 408 || status >= 500 || status < 200)
    return noUsableResponse(`${asked}: Atlas answered ${said}.`, authenticated)
  if (status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT')
    return new ConflictError({ ...SNAPSHOT_CONFLICT, message: `${asked} was refused (${said}).` })
  if (status === 429 || (status === 405 && errorCode === 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES')) {
    const report = {
      title: status === 429 ? 'Atlas limits the rate of requests' : 'Atlas is being upgraded',
      message: `${asked} was put off (${said}).`,
      remedy: 'Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.',
    }
    return new ThrottledError(
      report,
      parseRetryAfter(header(response, 'retry-after'), header(response, 'date')),
    )
  }
  if (status === 407) return proxyAuthError(`${asked}: ${said}.`)
  if (status >= 300 && status < 400) {
    return new UntrustedResponseError(
      {
        title: 'Something between here and Atlas redirects the request',
        message: `${asked}: HTTP ${status} to ${redactLocation(header(response, 'location'))}. A redirect is never followed, so that credentials go nowhere else.`,
        remedy: 'Check base-url, and the proxies and captive portals of the runner.',
      },
      authenticated,
    )
  }
  const { title, remedy } = getRemedy(refusal, credential)
  return new RejectedError({ title, message: `${asked} was refused (${said}).`, remedy }, refusal)
}

/** Where a redirect leads: origin and path alone, since the rest may hold what a login goes by; of a long one, the origin. */
function redactLocation(location = ''): string {
  const target = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '')
  if (target.length <= MAX_LOCATION_LENGTH) return target || 'nowhere'
  // As a word of its own, so that it stays.
  return truncateMiddle(target.replace(/^[^/]*\/\/[^/]+/, '$& '), MAX_LOCATION_LENGTH)
}

/** 407, in an answer or to CONNECT. */
export function proxyAuthError(message: string, cause?: unknown): UntrustedResponseError {
  return new UntrustedResponseError(
    {
      title: 'The proxy refuses',
      message,
      remedy:
        'Check the user and password of the proxy in https_proxy or http_proxy, or name the host in no_proxy.',
      cause,
    },
    false,
  )
}

/** No usable answer to a request that went out with credentials, or without (then nothing was executed). */
export function noUsableResponse(message: string, credentialed: boolean, cause?: unknown): AtlasError {
  const report = { title: 'Atlas gave no usable answer', message, remedy: RETRY_REMEDY, cause }
  return credentialed ? new OutcomeUnknownError(report) : new NotExecutedError(report)
}

/** The same error for a request that bore no credentials: Atlas executes none of those. */
export function asNotExecuted(error: unknown): unknown {
  if (!(error instanceof AtlasError) || !error.mayHaveExecuted) return error
  const { title, message, remedy } = error
  const report = { title, message, remedy, cause: error.cause ?? error }
  return error instanceof UntrustedResponseError
    ? new UntrustedResponseError(report, false)
    : new NotExecutedError(report)
}
