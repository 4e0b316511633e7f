import { STATUS_CODES } from 'node:http'
import { shortened } from '../format.js'
import type { Refusal } from './errors.js'
import { type HttpAnswer, header } from './http.js'
import { isJsonObject, type JsonObject, parseJson, stringOf } from './json.js'

const LONGEST_CODE = 100
const LONGEST_DETAIL = 1000
/** The codes of RFC 6749 section 5.2 and its extensions; others put a status or its reason there. */
const OAUTH_ERROR = /^[a-z]+(_[a-z]+)*$/

/**
 * Reads an error answer in Atlas's shape, or in that of OAuth 2.0; where the body is another's (a proxy's page), only
 * the status is left.
 */
export function refusalOf(answer: HttpAnswer): Refusal {
  const parsed = parseJson(answer.body)
  const body: JsonObject = isJsonObject(parsed) ? parsed : {}
  const parameters: unknown = body['parameters']
  const errorCode = errorCodeOf(body, answer)
  return {
    status: answer.status,
    errorCode: errorCode && shortened(errorCode, LONGEST_CODE),
    detail: detailOf(body),
    parameters: Array.isArray(parameters)
      ? parameters.filter((parameter) => typeof parameter === 'string')
      : [],
  }
}

/** HTTP status, code and detail as one clause: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`. */
export function describeRefusal({ status, errorCode, detail }: Refusal): string {
  const reason = STATUS_CODES[status]
  const code = errorCode === undefined ? '' : `, ${errorCode}`
  const words = detail === undefined ? '' : `: ${detail.replace(/[.\s]+$/, '')}`
  return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${code}${words}`
}

function errorCodeOf(body: JsonObject, answer: HttpAnswer): string | undefined {
  const error = stringOf(body['error'])
  return (
    stringOf(body['errorCode']) ??
    header(answer, 'x-error-code') ??
    (error !== undefined && OAUTH_ERROR.test(error) ? error : undefined)
  )
}

/** `detail`, with the fields that Atlas found wrong (`badRequestDetail`), at most 1000 characters. */
function detailOf(body: JsonObject): string | undefined {
  const { badRequestDetail } = body
  const fields: unknown = isJsonObject(badRequestDetail) ? badRequestDetail['fields'] : undefined
  const wrong = Array.isArray(fields) ? fields.flatMap(describeField) : []
  return joined([stringOf(body['detail']) ?? stringOf(body['error_description']), ...wrong], LONGEST_DETAIL)
}

/** What there is of a server's words, at most so many characters; `undefined` where there is nothing. */
export function joined(parts: readonly (string | undefined)[], longest: number): string | undefined {
  const text = parts.filter((part) => part !== undefined && part !== '').join('; ')
  return text === '' ? undefined : shortened(text, longest)
}

function describeField(field: unknown): string[] {
  if (!isJsonObject(field)) return []
  const description = stringOf(field['description'])
  return description === undefined ? [] : [`${stringOf(field['field']) ?? 'field'}: ${description}`]
}
