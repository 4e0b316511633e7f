import { STATUS_CODES } from 'node:http'
import { truncateMiddle } from '../format.js'
import type { ErrorResponse } from './errors.js'
import { type HttpResponse, header } from './http.js'
import { asString, isJsonObject, type JsonObject, parseJson } from './json.js'

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
