import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from './http.js'
import { asObject, asObjects, asString, type JsonObject, parseJsonObject } from './json.js'

/** What a response other than 2xx says. */
export interface ErrorResponse {
  readonly status: number
  /** Atlas's `errorCode`, such as `CLUSTER_NOT_FOUND`, or the `error` of OAuth 2.0, such as `invalid_client`. */
  readonly errorCode: string | undefined
  readonly detail: string | undefined
  readonly parameters: readonly string[]
  /** Whether the body has the format of Atlas, so no proxy sent it. */
  readonly isAtlas: boolean
}

/** RFC 6749 section 5.2. Other servers use this field for a status or its reason. */
const OAUTH_ERROR = /^[a-z_]{1,50}$/

/**
 * Parses an error in the format of Atlas or of OAuth 2.0. With any other body (a proxy's error page), only the status is used.
 * Each recorded rejection of Atlas with a JSON body repeats the status and has a `reason` and a `detail`, but not each has an
 * error code.
 */
export function parseErrorResponse({ status, body }: HttpResponse): ErrorResponse {
  const parsed = parseJsonObject(body) ?? {}
  const { error, reason, parameters } = parsed
  const code = asString(parsed['errorCode']) || undefined
  const oauthError = OAUTH_ERROR.test(asString(error) ?? '') ? asString(error) : undefined
  const isShaped = error === status && typeof reason === 'string' && typeof parsed['detail'] === 'string'
  return {
    status,
    errorCode: code ?? oauthError,
    detail: parseDetail(parsed),
    parameters: Array.isArray(parameters) ? parameters.filter((each) => typeof each === 'string') : [],
    isAtlas: isShaped || code !== undefined,
  }
}

/** HTTP status, code, and detail: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`. */
export function formatErrorResponse({
  status,
  errorCode,
  detail,
}: Pick<ErrorResponse, 'status' | 'errorCode' | 'detail'>): string {
  const reason = STATUS_CODES[status]
  const code = errorCode === undefined ? '' : `, ${errorCode}`
  const words = detail === undefined ? '' : `: ${detail.replace(/[.\s]+$/, '')}`
  return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${code}${words}`
}

/** `detail` with the invalid fields (`badRequestDetail`). */
function parseDetail(body: JsonObject): string | undefined {
  const fields = asObjects(asObject(body['badRequestDetail'])['fields'])
  const wrong = fields.flatMap(({ field, description }) =>
    typeof description === 'string' ? [`${asString(field) ?? 'field'}: ${description}`] : [],
  )
  const detail = asString(body['detail']) ?? asString(body['error_description'])
  return [detail, ...wrong].filter(Boolean).join('; ') || undefined
}
