import { STATUS_CODES } from 'node:http'
import { truncateMiddle } from '../format.js'
import { TITLES } from '../titles.js'
import {
  AtlasError,
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
import { type AtlasResponse, type HttpRequest, type HttpResponse, header } from './http.js'
import { asString, isJsonObject, type JsonObject, parseJson } from './json.js'
import { getRemedy } from './remedies.js'

/** Title and remedy for a second on-demand snapshot while another one is in progress. */
export const SNAPSHOT_CONFLICT = {
  title: TITLES.conflict,
  remedy: 'Wait until the other snapshot has finished, or set on-conflict to wait or reuse.',
}

/** Responses after which a later request can succeed. Without a code, a rule is for any code. */
export const THROTTLING: readonly {
  readonly status: number
  readonly code?: string
  readonly title: string
}[] = [
  { status: 429, title: TITLES.rateLimited },
  { status: 405, code: 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', title: TITLES.maintenance },
]

const MAX_LOCATION_LENGTH = 200
const MAX_CODE_LENGTH = 100
const MAX_DETAIL_LENGTH = 1000
/** Longer than any timeout. */
const MAX_RETRY_AFTER_SECONDS = 2 ** 31

const RETRY_REMEDY =
  'If this happens again, check the status of Atlas (status.mongodb.com) and the network between the runner and Atlas.'

/** Codes of RFC 6749 section 5.2 and its extensions. Other servers use this field for a status or its reason. */
const OAUTH_ERROR = /^[a-z]+(_[a-z]+)*$/
/** Atlas does not send these. RFC 9110 sections 15.5.20 and 15.5.22, RFC 8470 section 5.2. */
const NON_ATLAS_STATUSES: readonly number[] = [421, 425]
const QUOTED_STRING = /"([^"\\]|\\.)*"/g
/** Also after the challenge of another scheme in the same line. */
const BEARER_CHALLENGE = /(^|,)\s*bearer\b/i

/**
 * Converts a response other than 2xx into an error, by the table in docs/reliability.md.
 *
 * @param now the runner's clock, in milliseconds since 1970
 */
export function toAtlasError(
  atlasResponse: AtlasResponse,
  request: Pick<HttpRequest, 'method' | 'purpose'>,
  now: number,
): AtlasError {
  const { response, authenticated, credential } = atlasResponse
  const action = request.purpose
  // With a service account, only the OAuth 2.0 requests for tokens are not authenticated.
  const isOAuth = credential === 'serviceAccount' && !authenticated
  const error = parseErrorResponse(response, isOAuth)
  const { status, errorCode } = error
  const message = couldNot(action, `Atlas responded with ${formatErrorResponse(error)}`)
  if (status === 408 || status >= 500 || status < 200) {
    const retryAfterMs = status === 503 ? parseRetryAfter(response, now) : undefined
    return noUsableResponse(message, authenticated, { retryAfterMs })
  }
  if (status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT')
    return new ConflictError({ ...SNAPSHOT_CONFLICT, message })
  const withoutCode = `the response is ${formatErrorResponse(error, ' without an Atlas error code')}`
  const throttling = THROTTLING.find(
    (rule) => rule.status === status && (rule.code === undefined || rule.code === errorCode),
  )
  if (throttling !== undefined) {
    const isAtlas = errorCode !== undefined || !authenticated
    const report = {
      title: throttling.title,
      message: isAtlas ? message : couldNot(action, withoutCode),
      remedy: 'Raise timeout-minutes to allow for the wait, or try later.',
      retryAfterMs: parseRetryAfter(response, now),
    }
    return new ThrottledError(report, !isAtlas)
  }
  if (status === 407)
    return proxyAuthError(couldNot(action, `a proxy responded with ${formatErrorResponse(error)}`))
  if (isUntrustedStatus(status)) {
    return new UntrustedResponseError(
      {
        title: TITLES.redirect,
        message: couldNot(
          action,
          `the response is a redirect (HTTP ${status}) to ${redactLocation(header(response, 'location'))}`,
        ),
        remedy:
          'Check base-url, and check whether the runner is behind a proxy or captive portal. To protect the credentials, this action follows no redirects.',
      },
      authenticated,
    )
  }
  const explanation = getRemedy(error, credential)
  const isAtlas = status === 401 ? provesRejection(atlasResponse, request) : errorCode !== undefined
  if (isOAuth || (isAtlas && !NON_ATLAS_STATUSES.includes(status)))
    return new RejectedError({ ...explanation, message }, error)
  const report = { ...explanation, message: couldNot(action, withoutCode) }
  // Another token can help, but a gateway can respond like this after Atlas executed the POST.
  const isTokenRejected = status === 401 && credential === 'serviceAccount' && hasBearerChallenge(response)
  if (isTokenRejected) return new OutcomeUnknownError(report)
  return new NonAtlasResponseError(report, authenticated)
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

/** Whether the responder is not Atlas: a redirect, or a proxy that requires credentials. */
export function isUntrustedStatus(status: number): boolean {
  return status === 407 || (status >= 300 && status < 400)
}

/** The error for HTTP 407, also in response to CONNECT. */
export function proxyAuthError(message: string, cause?: unknown): UntrustedResponseError {
  return new UntrustedResponseError(
    {
      title: TITLES.proxyAuthentication,
      message,
      remedy:
        'Check the username and password of the proxy in https_proxy or http_proxy, or add the host to no_proxy.',
      cause,
    },
    false,
  )
}

/** The error for a missing or unusable response. Atlas executes no request without credentials. */
export function noUsableResponse(
  message: string,
  authenticated: boolean,
  more: Partial<Pick<AtlasError, 'cause' | 'retryAfterMs' | 'isConnectionClosed'>> = {},
): AtlasError {
  const report = { title: TITLES.invalidResponse, message, remedy: RETRY_REMEDY, ...more }
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

/**
 * Parses an error in the format of Atlas or, for an OAuth 2.0 request, of OAuth 2.0. With any other body (a proxy's error
 * page), only the status is used.
 */
export function parseErrorResponse(response: HttpResponse, isOAuth = false): ErrorResponse {
  const parsed = parseJson(response.body)
  const body: JsonObject = isJsonObject(parsed) ? parsed : {}
  const parameters: unknown = body['parameters']
  const errorCode = parseErrorCode(body, response, isOAuth)
  return {
    status: response.status,
    errorCode: errorCode && truncateMiddle(errorCode, MAX_CODE_LENGTH),
    detail: parseDetail(body),
    parameters: Array.isArray(parameters)
      ? parameters.filter((parameter) => typeof parameter === 'string')
      : [],
  }
}

/**
 * HTTP status, code, and detail: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`.
 *
 * @param withoutCode follows the status if there is no code
 */
export function formatErrorResponse({ status, errorCode, detail }: ErrorResponse, withoutCode = ''): string {
  const reason = STATUS_CODES[status]
  const code = errorCode === undefined ? withoutCode : `, ${errorCode}`
  const words = detail === undefined ? '' : `: ${detail.replace(/[.\s]+$/, '')}`
  return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${code}${words}`
}

/** Joins texts of a server in at most `maxLength` characters, `undefined` if there are none. */
export function joinTruncated(parts: readonly (string | undefined)[], maxLength: number): string | undefined {
  const text = parts.filter((part) => part !== undefined && part !== '').join('; ')
  return text === '' ? undefined : truncateMiddle(text, maxLength)
}

/**
 * `Retry-After` in milliseconds (RFC 9110 section 10.2.3), never negative, `undefined` if it is missing or invalid. A date
 * is relative to the response's `Date`, because the runner's clock can be wrong, or to `now` if there is no `Date`.
 *
 * @param now the runner's clock, in milliseconds since 1970
 */
export function parseRetryAfter(response: HttpResponse, now: number): number | undefined {
  const value = header(response, 'retry-after')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Math.min(Number(value), MAX_RETRY_AFTER_SECONDS) * 1000
  const until = parseHttpDate(value)
  const from = parseHttpDate(header(response, 'date')) ?? now
  return until === undefined ? undefined : Math.max(0, until - from)
}

/** An HTTP date (RFC 9110 section 5.6.7) in milliseconds since 1970, `undefined` if it is missing or invalid. */
export function parseHttpDate(value = ''): number | undefined {
  const parsed = value.trim().endsWith('GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}

/** Origin and path of a redirect, because the rest can contain credentials. Only the origin if the target is long. */
function redactLocation(location = ''): string {
  const target = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '')
  if (target.length <= MAX_LOCATION_LENGTH) return target || 'an unknown location'
  // With a space after it, the origin is a word, and `truncateMiddle` does not split words.
  return truncateMiddle(target.replace(/^[^/]*\/\/[^/]+/, '$& '), MAX_LOCATION_LENGTH)
}

function parseErrorCode(body: JsonObject, response: HttpResponse, isOAuth: boolean): string | undefined {
  const error = isOAuth ? asString(body['error']) : undefined
  return (
    (asString(body['errorCode']) || undefined) ??
    (header(response, 'x-error-code') || undefined) ??
    // Check the length first, because the pattern overflows the stack on megabytes.
    (error !== undefined && error.length <= MAX_CODE_LENGTH && OAUTH_ERROR.test(error) ? error : undefined)
  )
}

/** `detail` with the invalid fields (`badRequestDetail`). */
function parseDetail(body: JsonObject): string | undefined {
  const { badRequestDetail } = body
  const fields: unknown = isJsonObject(badRequestDetail) ? badRequestDetail['fields'] : undefined
  const wrong = Array.isArray(fields) ? fields.flatMap(describeField) : []
  return joinTruncated(
    [asString(body['detail']) ?? asString(body['error_description']), ...wrong],
    MAX_DETAIL_LENGTH,
  )
}

function describeField(field: unknown): string[] {
  if (!isJsonObject(field)) return []
  const description = asString(field['description'])
  return description === undefined ? [] : [`${asString(field['field']) ?? 'field'}: ${description}`]
}
