import { truncateMiddle } from '../format.js'
import { formatErrorResponse, parseErrorResponse } from './error-response.js'
import {
  AtlasError,
  type AtlasErrorReport,
  ConflictError,
  couldNot,
  type ErrorResponse,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
  UntrustedResponseError,
} from './errors.js'
import { type AtlasResponse, type HttpRequest, type HttpResponse, header, parseRetryAfter } from './http.js'
import { getRemedy } from './remedies.js'
import { findRule, NO_USABLE_RESPONSE, PROXY_AUTHENTICATION, type Sender } from './response-rules.js'

const MAX_LOCATION_LENGTH = 200
const QUOTED_STRING = /"([^"\\]|\\.)*"/g
/** Also after the challenge of another scheme in the same line. */
const BEARER_CHALLENGE = /(^|,)\s*bearer\b/i

/**
 * Converts a response other than 2xx into an error, by `RESPONSE_RULES`.
 *
 * @param now the runner's clock, in milliseconds since 1970
 */
export function toAtlasError(
  atlasResponse: AtlasResponse,
  request: Pick<HttpRequest, 'method' | 'purpose'>,
  now: number,
): AtlasError {
  const { response, authenticated, credential } = atlasResponse
  // With a service account, only the OAuth 2.0 requests for tokens are not authenticated.
  const isOAuth = credential === 'serviceAccount' && !authenticated
  const error = parseErrorResponse(response, isOAuth)
  const sender = isOAuth ? 'atlas' : findSender(atlasResponse, request)
  const { meaning, hasRetryAfter, explanation } = findRule(error, sender)
  const report = {
    ...(explanation ?? getRemedy(error, credential)),
    message: couldNot(request.purpose, describeResponse(response, error, sender)),
    retryAfterMs: hasRetryAfter === true ? parseRetryAfter(response, now) : undefined,
  }
  switch (meaning) {
    case 'unknown':
      return unknownOutcome(report, authenticated)
    case 'conflict':
      return new ConflictError(report)
    case 'throttled':
      return new ThrottledError(report, sender !== 'atlas' && authenticated)
    case 'untrusted':
      return new UntrustedResponseError(report, authenticated && error.status !== 407)
    case 'rejected':
      return new RejectedError(report, error)
    case 'notAtlas':
      return new NonAtlasResponseError(report, authenticated)
  }
}

function describeResponse(response: HttpResponse, error: ErrorResponse, sender: Sender): string {
  const { status } = error
  if (status === 407) return `a proxy responded with ${formatErrorResponse(error)}`
  if (status >= 300 && status < 400)
    return `the response is a redirect (HTTP ${status}) to ${redactLocation(header(response, 'location'))}`
  // A 5xx means the same without a code.
  return sender === 'atlas' || status >= 500
    ? `Atlas responded with ${formatErrorResponse(error)}`
    : `the response is ${formatErrorResponse(error, ' without an Atlas error code')}`
}

/** Each response from Atlas to a wrong request so far had an error code. */
function findSender(atlasResponse: AtlasResponse, request: Pick<HttpRequest, 'method'>): Sender {
  const { response, credential } = atlasResponse
  const { status, errorCode } = parseErrorResponse(response)
  if (errorCode !== undefined) return 'atlas'
  if (status !== 401) return 'other'
  if (provesRejection(atlasResponse, request)) return 'atlas'
  return credential === 'serviceAccount' && hasBearerChallenge(response) ? 'tokenChallenger' : 'other'
}

/**
 * Whether a 401 proves that Atlas rejected the credentials and executed nothing. Each 401 from Atlas so far had an error
 * code. For a read, a challenge is enough: `DigestAuth` has checked that of a digest, and a server that rejects a token has a
 * Bearer challenge (RFC 6750 section 3). To a POST, even a gateway's own page can have one.
 */
export function provesRejection(
  { response, credential }: Pick<AtlasResponse, 'response' | 'credential'>,
  { method }: Pick<HttpRequest, 'method'>,
): boolean {
  if (parseErrorResponse(response).errorCode !== undefined) return true
  return method === 'GET' && (credential === 'apiKey' || hasBearerChallenge(response))
}

function hasBearerChallenge({ headers }: HttpResponse): boolean {
  const challenges = headers['www-authenticate'] ?? []
  return challenges.some((line) => BEARER_CHALLENGE.test(line.replace(QUOTED_STRING, '')))
}

/** The error for HTTP 407, also in response to CONNECT. */
export function proxyAuthError(message: string, cause?: unknown): UntrustedResponseError {
  return new UntrustedResponseError({ ...PROXY_AUTHENTICATION, message, cause }, false)
}

/** The error for a missing or unusable response. */
export function noUsableResponse(
  message: string,
  authenticated: boolean,
  more: Pick<AtlasErrorReport, 'cause' | 'retryAfterMs' | 'isConnectionClosed'> = {},
): AtlasError {
  return unknownOutcome({ ...NO_USABLE_RESPONSE, message, ...more }, authenticated)
}

/** Atlas executes no request without credentials. */
function unknownOutcome(report: AtlasErrorReport, authenticated: boolean): AtlasError {
  return authenticated ? new OutcomeUnknownError(report) : new NotExecutedError(report)
}

/** Converts an error of a request without credentials, which Atlas does not execute. */
export function asNotExecuted(error: unknown): unknown {
  if (!(error instanceof AtlasError) || !error.mayHaveExecuted) return error
  const { title, message, remedy, retryAfterMs, isConnectionClosed } = error
  const report = { title, message, remedy, retryAfterMs, isConnectionClosed, cause: error.cause ?? error }
  return error instanceof UntrustedResponseError
    ? new UntrustedResponseError(report, false)
    : new NotExecutedError(report)
}

/** Origin and path of a redirect, because the rest can contain credentials. Only the origin if the target is long. */
function redactLocation(location = ''): string {
  const target = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '')
  if (target.length <= MAX_LOCATION_LENGTH) return target || 'an unknown location'
  // With a space after it, the origin is a word, and `truncateMiddle` does not split words.
  return truncateMiddle(target.replace(/^[^/]*\/\/[^/]+/, '$& '), MAX_LOCATION_LENGTH)
}
