import { truncateMiddle } from '../format.js'
import { formatErrorResponse, isAtlas, parseErrorResponse } from './error-response.js'
import { AtlasError, type AtlasErrorReport, couldNot, type ErrorResponse } from './errors.js'
import { type AtlasResponse, type HttpRequest, type HttpResponse, header, parseRetryAfter } from './http.js'
import { getRemedy } from './remedies.js'
import { findRule, NO_USABLE_RESPONSE, type Sender } from './response-rules.js'

const MAX_LOCATION_LENGTH = 200

/** Converts a response other than 2xx into an error, by `RESPONSE_RULES`. `now` is in milliseconds since 1970. */
export function toAtlasError(
  atlasResponse: AtlasResponse,
  { purpose }: Pick<HttpRequest, 'purpose'>,
  now: number,
): AtlasError {
  const { response, authenticated, credential } = atlasResponse
  // With a service account, only the OAuth 2.0 requests for tokens are not authenticated.
  const isOAuth = credential === 'serviceAccount' && !authenticated
  const error = parseErrorResponse(response, isOAuth)
  // `DigestAuth` returns a 401 only if it rejects the key.
  const isProven = isOAuth || (credential === 'apiKey' && response.status === 401)
  const sender = isProven || isAtlas(response) ? 'atlas' : 'other'
  const { meaning, hasRetryAfter, explanation } = findRule(error, sender)
  const report = {
    ...(explanation ?? getRemedy(error, credential)),
    message: couldNot(purpose, describeResponse(response, error, sender)),
    retryAfterMs: hasRetryAfter === true ? parseRetryAfter(response, now) : undefined,
  }
  switch (meaning) {
    case 'unknown':
      return unknownOutcome(report, authenticated)
    case 'untrusted':
      return new AtlasError(meaning, report, authenticated && error.status !== 407)
    case 'notAtlas':
      return new AtlasError(meaning, report, authenticated)
    case 'rejected':
      return new AtlasError(meaning, { ...report, response: error })
    default:
      return new AtlasError(meaning, report)
  }
}

function describeResponse(response: HttpResponse, error: ErrorResponse, sender: Sender): string {
  const { status } = error
  if (status === 407) return `a proxy responded with ${formatErrorResponse(error)}`
  if (status >= 300 && status < 400)
    return `the response is a redirect (HTTP ${status}) to ${redactLocation(header(response, 'location'))}`
  // A 5xx means the same from a proxy.
  return sender === 'atlas' || status >= 500
    ? `Atlas responded with ${formatErrorResponse(error)}`
    : `the response (${formatErrorResponse(error)}) is not in the format of Atlas`
}

/** The error for a 2xx response with an unusable body. */
export function noUsableResponse(message: string, authenticated: boolean): AtlasError {
  return unknownOutcome({ ...NO_USABLE_RESPONSE, message }, authenticated)
}

/** Atlas executes no request without credentials. */
function unknownOutcome(report: AtlasErrorReport, authenticated: boolean): AtlasError {
  return new AtlasError(authenticated ? 'unknown' : 'notExecuted', report)
}

/** Converts an error of a request without credentials, which Atlas does not execute. */
export function asNotExecuted(error: unknown): unknown {
  if (!(error instanceof AtlasError) || !error.mayHaveExecuted) return error
  const { title, message, remedy, retryAfterMs, brokeKeptConnection, cause = error } = error
  const report = { title, message, remedy, retryAfterMs, brokeKeptConnection, cause }
  return new AtlasError(error.meaning === 'untrusted' ? 'untrusted' : 'notExecuted', report)
}

/** Origin and path of a redirect, because the rest can contain credentials. Only the origin if the target is long. */
function redactLocation(location = ''): string {
  const target = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '')
  if (target.length <= MAX_LOCATION_LENGTH) return target || 'an unknown location'
  // With a space after it, the origin is a word, and `truncateMiddle` does not split words.
  return truncateMiddle(target.replace(/^[^/]*\/\/[^/]+/, '$& '), MAX_LOCATION_LENGTH)
}
