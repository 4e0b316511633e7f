import { STATUS_CODES } from 'node:http'
import { truncateMiddle } from '../format.js'
import {
  AtlasError,
  ConflictError,
  type ErrorResponse,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
  UntrustedResponseError,
} from './errors.js'
import { type AtlasResponse, type HttpResponse, header } from './http.js'
import { asString, isJsonObject, type JsonObject, parseJson } from './json.js'
import { getRemedy } from './remedies.js'
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

const MAX_CODE_LENGTH = 100
const MAX_DETAIL_LENGTH = 1000
/** The codes of RFC 6749 section 5.2 and its extensions; others put a status or its reason there. */
const OAUTH_ERROR = /^[a-z]+(_[a-z]+)*$/

/**
 * Reads an error answer in Atlas's shape, or in that of OAuth 2.0; where the body is another's (a proxy's page), only
 * the status is left.
 */
export function parseErrorResponse(answer: HttpResponse): ErrorResponse {
  const parsed = parseJson(answer.body)
  const body: JsonObject = isJsonObject(parsed) ? parsed : {}
  const parameters: unknown = body['parameters']
  const errorCode = parseErrorCode(body, answer)
  return {
    status: answer.status,
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

function parseErrorCode(body: JsonObject, answer: HttpResponse): string | undefined {
  const error = asString(body['error'])
  return (
    asString(body['errorCode']) ??
    header(answer, 'x-error-code') ??
    (error !== undefined && OAUTH_ERROR.test(error) ? error : undefined)
  )
}

/** `detail`, with the fields that Atlas found wrong (`badRequestDetail`), at most 1000 characters. */
function parseDetail(body: JsonObject): string | undefined {
  const { badRequestDetail } = body
  const fields: unknown = isJsonObject(badRequestDetail) ? badRequestDetail['fields'] : undefined
  const wrong = Array.isArray(fields) ? fields.flatMap(describeField) : []
  return joinTruncated(
    [asString(body['detail']) ?? asString(body['error_description']), ...wrong],
    MAX_DETAIL_LENGTH,
  )
}

/** What there is of a server's words, at most so many characters; `undefined` where there is nothing. */
export function joinTruncated(parts: readonly (string | undefined)[], longest: number): string | undefined {
  const text = parts.filter((part) => part !== undefined && part !== '').join('; ')
  return text === '' ? undefined : truncateMiddle(text, longest)
}

function describeField(field: unknown): string[] {
  if (!isJsonObject(field)) return []
  const description = asString(field['description'])
  return description === undefined ? [] : [`${asString(field['field']) ?? 'field'}: ${description}`]
}

const DELAY_SECONDS = /^\d+$/
/** Beyond any deadline; more digits would only overflow. */
const MAX_SECONDS = 2 ** 31

/**
 * Milliseconds to wait by a `Retry-After` header (RFC 9110 section 10.2.3), never negative; `undefined` where it is
 * missing or nonsense. A date counts from the answer's own `Date`, so the runner's clock may be wrong.
 */
export function parseRetryAfter(
  retryAfter: string | undefined,
  date: string | undefined,
): number | undefined {
  const value = retryAfter?.trim() ?? ''
  if (DELAY_SECONDS.test(value)) return Math.min(Number(value), MAX_SECONDS) * 1000
  const until = parseHttpDate(value)
  const from = parseHttpDate(date)
  return until === undefined || from === undefined ? undefined : Math.max(0, until - from)
}
/** Milliseconds since 1970 of a date as HTTP writes it (RFC 9110 section 5.6.7), `undefined` where it is missing or none. */
export function parseHttpDate(value = ''): number | undefined {
  const parsed = value.trim().endsWith('GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}
