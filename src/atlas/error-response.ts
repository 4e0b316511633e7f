import { STATUS_CODES } from 'node:http'
import { isIP } from 'node:net'
import { joinSentences, truncateMiddle } from '../format.js'
import { asObject, asObjects, asString, type JsonObject, parseJsonObject } from '../json.js'
import { credentialLabel } from './credentials.js'
import { type ErrorResponse, RequestError } from './errors.js'
import { type Exchange, type HttpResponse, header, parseRetryAfter } from './http.js'
import { classify } from './responses.js'

/** RFC 6749 section 5.2. Other servers use this field for a status or its reason. */
const OAUTH_ERROR = /^[a-z_]{1,50}$/
/** More than any recorded detail has. A server could send megabytes. */
const MAX_DETAIL_LENGTH = 2_000

/**
 * Parses an error in the format of Atlas or of OAuth 2.0. With any other body (a proxy's error page), only the status is used.
 * Each recorded rejection of Atlas with a JSON body repeats the status and has a `reason` and a `detail`, but not each has an
 * error code.
 */
export function parseErrorResponse({ status, body }: HttpResponse): ErrorResponse {
  const parsed = parseJsonObject(body) ?? {}
  const { error, reason } = parsed
  const code = asString(parsed['errorCode']) || undefined
  const oauthError = OAUTH_ERROR.test(asString(error) ?? '') ? asString(error) : undefined
  const isShaped = error === status && typeof reason === 'string' && typeof parsed['detail'] === 'string'
  return {
    status,
    errorCode: code ?? oauthError,
    detail: parseDetail(parsed),
    isAtlas: isShaped || code !== undefined,
  }
}

/** Converts an exchange whose response is other than 2xx into an error. */
export function toRequestError({ request, response, credential, isProvenAtlas }: Exchange): RequestError {
  const parsed = parseErrorResponse(response)
  const error = { ...parsed, isAtlas: isProvenAtlas || parsed.isAtlas }
  const failure = classify(error, credential)
  const remedy = failure.remedy.replaceAll('{credential}', credentialLabel(credential))
  const reason = describeErrorResponse(error, header(response, 'location'))
  const rejection = request.authenticated && failure.meaning === 'rejected' ? error : undefined
  const retryAfterMs = parseRetryAfter(response)
  return new RequestError(request, reason, { ...failure, remedy }, { retryAfterMs, rejection })
}

/** A clause about the response: `Atlas responded with HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster …`. */
function describeErrorResponse(error: ErrorResponse, location: string | undefined): string {
  const { status, isAtlas } = error
  const response = formatErrorResponse(error)
  if (status === 407) return `a proxy responded with ${response}`
  if (status >= 300 && status < 400)
    return `the response is a redirect (HTTP ${status}) to ${redactLocation(location)}`
  if (isAtlas) return `Atlas responded with ${response}`
  return status >= 500
    ? `the response is ${formatErrorResponse(error, ' from Atlas or a proxy')}`
    : `the response (${response}) is not in the format of Atlas`
}

/** HTTP status, sender, code, and detail: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`. */
export function formatErrorResponse(
  { status, errorCode, detail }: Pick<ErrorResponse, 'status' | 'errorCode' | 'detail'>,
  sender = '',
): string {
  const reason = STATUS_CODES[status]
  const code = errorCode === undefined ? '' : `, ${errorCode}`
  // The look-behind keeps the time linear.
  const words = detail && `: ${truncateMiddle(detail, MAX_DETAIL_LENGTH).replace(/(?<![.\s])[.\s]+$/, '')}`
  return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${sender}${code}${words ?? ''}`
}

/** Origin and path of a redirect, because the rest can contain credentials. */
function redactLocation(location = ''): string {
  return location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '') || 'an unknown location'
}

/**
 * `detail` with the invalid fields (`badRequestDetail`), and with the address of the runner, which two of the three errors about
 * access lists have only in `parameters`.
 */
function parseDetail(body: JsonObject): string | undefined {
  const fields = asObjects(asObject(body['badRequestDetail'])['fields'])
  const wrong = fields.flatMap(({ field, description }) =>
    typeof description === 'string' ? [`${asString(field) ?? 'field'}: ${description}`] : [],
  )
  const detail = asString(body['detail']) ?? asString(body['error_description']) ?? ''
  const [address] = Array.isArray(body['parameters']) ? body['parameters'].map(asString) : []
  const isMissing = address !== undefined && isIP(address) !== 0 && !detail.includes(address)
  const addressed = joinSentences(detail, isMissing ? `IP address: ${address}` : '')
  return [addressed, ...wrong].filter(Boolean).join('; ') || undefined
}
