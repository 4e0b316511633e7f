import { STATUS_CODES } from 'node:http'
import { truncateMiddle } from '../format.js'
import type { ErrorResponse } from './errors.js'
import type { HttpResponse } from './http.js'
import { asObject, asObjects, asString, type JsonObject, parseJsonObject } from './json.js'

const MAX_CODE_LENGTH = 100
const MAX_DETAIL_LENGTH = 1000
/** Codes of RFC 6749 section 5.2 and its extensions. Other servers use this field for a status or its reason. */
const OAUTH_ERROR = /^[a-z]+(_[a-z]+)*$/

/**
 * Whether Atlas itself rejected a request. Each recorded rejection with a JSON body repeats the status and has a `reason`
 * and a `detail`, but not each has an error code. A proxy's page is not JSON.
 */
export function isAtlas({ status, body }: HttpResponse): boolean {
  const { errorCode, error, reason, detail } = parseJsonObject(body) ?? {}
  const isShaped = error === status && typeof reason === 'string' && typeof detail === 'string'
  return isShaped || (typeof errorCode === 'string' && errorCode !== '')
}

/**
 * Parses an error in the format of Atlas or, for an OAuth 2.0 request, of OAuth 2.0. With any other body (a proxy's error
 * page), only the status is used.
 */
export function parseErrorResponse(response: HttpResponse, isOAuth = false): ErrorResponse {
  const body = parseJsonObject(response.body) ?? {}
  const { parameters } = body
  const errorCode = parseErrorCode(body, isOAuth)
  return {
    status: response.status,
    errorCode: errorCode && truncateMiddle(errorCode, MAX_CODE_LENGTH),
    detail: parseDetail(body),
    parameters: Array.isArray(parameters)
      ? parameters.filter((parameter) => typeof parameter === 'string')
      : [],
  }
}

/** HTTP status, code, and detail: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`. */
export function formatErrorResponse({ status, errorCode, detail }: ErrorResponse): string {
  const reason = STATUS_CODES[status]
  const code = errorCode === undefined ? '' : `, ${errorCode}`
  const words = detail === undefined ? '' : `: ${detail.replace(/[.\s]+$/, '')}`
  return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${code}${words}`
}

/** Joins texts of a server in at most `maxLength` characters, `undefined` if there are none. */
export function joinTruncated(parts: readonly (string | undefined)[], maxLength: number): string | undefined {
  const text = parts.filter((part) => part !== undefined && part !== '').join('; ')
  return text === '' ? undefined : truncateMiddle(text, maxLength)
}

function parseErrorCode(body: JsonObject, isOAuth: boolean): string | undefined {
  const errorCode = asString(body['errorCode'])
  if (errorCode) return errorCode
  const error = isOAuth ? (asString(body['error']) ?? '') : ''
  // Check the length first, because the pattern overflows the stack on megabytes.
  return error.length <= MAX_CODE_LENGTH && OAUTH_ERROR.test(error) ? error : undefined
}

/** `detail` with the invalid fields (`badRequestDetail`). */
function parseDetail(body: JsonObject): string | undefined {
  const fields = asObjects(asObject(body['badRequestDetail'])['fields'])
  const wrong = fields.flatMap(({ field, description }) =>
    typeof description === 'string' ? [`${asString(field) ?? 'field'}: ${description}`] : [],
  )
  const detail = asString(body['detail']) ?? asString(body['error_description'])
  return joinTruncated([detail, ...wrong], MAX_DETAIL_LENGTH)
}
