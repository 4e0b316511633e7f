import { STATUS_CODES } from 'node:http'
import { truncateMiddle } from '../format.js'
import { TITLES } from '../titles.js'
import {
  AtlasError,
  ConflictError,
  type ErrorResponse,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
  UntrustedResponseError,
} from './errors.js'
import { type AtlasResponse, type HttpResponse, header } from './http.js'
import { asString, isJsonObject, type JsonObject, parseJson } from './json.js'
import { getRemedy } from './remedies.js'

/** The cluster takes no other on-demand snapshot until one has finished. */
export const SNAPSHOT_CONFLICT = {
  title: TITLES.conflict,
  remedy: 'Wait until the other snapshot ends, or set on-conflict to wait or reuse.',
}

const MAX_LOCATION_LENGTH = 200
const MAX_CODE_LENGTH = 100
const MAX_DETAIL_LENGTH = 1000
/** Beyond any deadline. */
const MAX_RETRY_AFTER_SECONDS = 2 ** 31

const RETRY_REMEDY =
  'If this happens again, look at the status of Atlas (status.mongodb.com) and at the network between the runner and Atlas.'

/** The codes of RFC 6749 section 5.2 and its extensions. Other servers put a status or its reason there. */
const OAUTH_ERROR = /^[a-z]+(_[a-z]+)*$/
/** Atlas does not send these. RFC 9110 sections 15.5.20 and 15.5.22, RFC 8470 section 5.2. */
const NON_ATLAS_STATUSES: readonly number[] = [421, 425]

/**
 * Turns a response other than 2xx into an error by its meaning (the table in docs/reliability.md).
 *
 * @param action the subject of the message: `Taking a snapshot of cluster shop-prod`
 * @param now the runner's clock, in milliseconds since 1970
 */
export function toAtlasError(
  { response, authenticated, credential }: AtlasResponse,
  action: string,
  now: number,
): AtlasError {
  // Of a service account's requests only those for tokens, which OAuth 2.0 specifies, are not authenticated.
  const isOAuth = credential === 'serviceAccount' && !authenticated
  const error = parseErrorResponse(response, isOAuth)
  const { status, errorCode } = error
  const said = formatErrorResponse(error)
  if (status === 408 || status >= 500 || status < 200) {
    const retryAfterMs = status === 503 ? parseRetryAfter(response, now) : undefined
    return noUsableResponse(`${action}: Atlas answered ${said}.`, authenticated, { retryAfterMs })
  }
  if (status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT')
    return new ConflictError({ ...SNAPSHOT_CONFLICT, message: `${action} was refused (${said}).` })
  if (status === 429 || (status === 405 && errorCode === 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES')) {
    return new ThrottledError({
      title: status === 429 ? TITLES.rateLimited : TITLES.maintenance,
      message: `${action} was put off (${said}).`,
      remedy: 'Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.',
      retryAfterMs: parseRetryAfter(response, now),
    })
  }
  if (status === 407) return proxyAuthError(`${action}: ${said}.`)
  if (status >= 300 && status < 400) {
    return new UntrustedResponseError(
      {
        title: TITLES.redirect,
        message: `${action}: HTTP ${status} to ${redactLocation(header(response, 'location'))}. A redirect is never followed, so that credentials go nowhere else.`,
        remedy: 'Check base-url, and the proxies and captive portals of the runner.',
      },
      authenticated,
    )
  }
  const report = { ...getRemedy(error, credential), message: `${action} was refused (${said}).` }
  // A 401 of Atlas to a digest has a new challenge instead.
  const hasOwnSign = errorCode !== undefined || (status === 401 && credential === 'apiKey')
  const isAtlas = isOAuth || (hasOwnSign && !NON_ATLAS_STATUSES.includes(status))
  return isAtlas ? new RejectedError(report, error) : new NonAtlasResponseError(report, authenticated)
}

/** HTTP 407, in a response or to CONNECT. */
export function proxyAuthError(message: string, cause?: unknown): UntrustedResponseError {
  return new UntrustedResponseError(
    {
      title: TITLES.proxyAuthentication,
      message,
      remedy:
        'Check the user and password of the proxy in https_proxy or http_proxy, or name the host in no_proxy.',
      cause,
    },
    false,
  )
}

/** No usable response. Without credentials, nothing was executed. */
export function noUsableResponse(
  message: string,
  authenticated: boolean,
  more: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
): AtlasError {
  const report = { title: TITLES.invalidResponse, message, remedy: RETRY_REMEDY, ...more }
  return authenticated ? new OutcomeUnknownError(report) : new NotExecutedError(report)
}

/** The same error for a request without credentials, which Atlas does not execute. */
export function asNotExecuted(error: unknown): unknown {
  if (!(error instanceof AtlasError) || !error.mayHaveExecuted) return error
  const { title, message, remedy, retryAfterMs } = error
  const report = { title, message, remedy, retryAfterMs, cause: error.cause ?? error }
  return error instanceof UntrustedResponseError
    ? new UntrustedResponseError(report, false)
    : new NotExecutedError(report)
}

/**
 * Reads an error in Atlas's shape or, if the request was one of OAuth 2.0, in its shape. Of any other body (a proxy's page)
 * only the status counts.
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

/** HTTP status, code and detail as one clause: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`. */
export function formatErrorResponse({ status, errorCode, detail }: ErrorResponse): string {
  const reason = STATUS_CODES[status]
  const code = errorCode === undefined ? '' : `, ${errorCode}`
  const words = detail === undefined ? '' : `: ${detail.replace(/[.\s]+$/, '')}`
  return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${code}${words}`
}

/** Texts of a server in at most `maxLength` characters, `undefined` if there are none. */
export function joinTruncated(parts: readonly (string | undefined)[], maxLength: number): string | undefined {
  const text = parts.filter((part) => part !== undefined && part !== '').join('; ')
  return text === '' ? undefined : truncateMiddle(text, maxLength)
}

/**
 * Milliseconds to wait by `Retry-After` (RFC 9110 section 10.2.3), never negative, `undefined` if it is missing or
 * nonsense. A date counts from the response's own `Date`, because the runner's clock can be wrong, and without one from
 * that.
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

/** Milliseconds since 1970 of an HTTP date (RFC 9110 section 5.6.7), `undefined` if it is missing or none. */
export function parseHttpDate(value = ''): number | undefined {
  const parsed = value.trim().endsWith('GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}

/** Origin and path of a redirect, because the rest can hold credentials. If it is long, only the origin. */
function redactLocation(location = ''): string {
  const target = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '')
  if (target.length <= MAX_LOCATION_LENGTH) return target || 'nowhere'
  // With a space behind it the origin is a word, and words are not cut in two.
  return truncateMiddle(target.replace(/^[^/]*\/\/[^/]+/, '$& '), MAX_LOCATION_LENGTH)
}

function parseErrorCode(body: JsonObject, response: HttpResponse, isOAuth: boolean): string | undefined {
  const error = isOAuth ? asString(body['error']) : undefined
  return (
    (asString(body['errorCode']) || undefined) ??
    (header(response, 'x-error-code') || undefined) ??
    // The length comes first, because the pattern overflows the stack on megabytes.
    (error !== undefined && error.length <= MAX_CODE_LENGTH && OAUTH_ERROR.test(error) ? error : undefined)
  )
}

/** `detail`, with the fields that Atlas found wrong (`badRequestDetail`). */
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
