import { STATUS_CODES } from 'node:http'
import { type EmulatorResponse, type Headers, jsonResponse } from './http.js'

/**
 * Statuses and texts by the codes in Atlas's public list, with a `{}` for each parameter. The texts of the first three are
 * recorded.
 */
const errors = {
  CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API: [400, 'Flex cluster {} cannot be used in the Cluster API.'],
  CLUSTER_NOT_FOUND: [404, 'No cluster named {} exists in group {}.'],
  GROUP_NOT_FOUND: [404, 'No group with ID {} exists.'],
  CANNOT_DELETE_IN_PROGRESS_SNAPSHOT: [400, 'Snapshot {} is in progress and cannot be deleted.'],
  INSUFFICIENT_INSTANCE_SIZE: [400, 'The instance size of cluster {} does not support cloud backup.'],
  INVALID_ATTRIBUTE: [400, 'Invalid attribute {} specified.'],
  INVALID_QUERY_PARAMETER: [400, 'Invalid query parameter {} specified.'],
  INVALID_VERSION_DATE: [406, 'Invalid accept header or version date.'],
  MALFORMED_JSON: [400, 'Received JSON is malformed.'],
  RATE_LIMITED_TOKEN_BUCKET: [
    429,
    'Rate limit of {} exceeded: {} requests, refilled by {} every 60 seconds.',
  ],
  RESOURCE_NOT_FOUND: [404, 'Cannot find resource {}.'],
  SNAPSHOT_NOT_FOUND: [404, 'No snapshot with ID {} exists for cluster {}.'],
  UNFINISHED_ON_DEMAND_SNAPSHOT: [
    400,
    'Cluster {} already has an on-demand snapshot that is queued or in progress.',
  ],
  USER_UNAUTHORIZED: [401, 'Current user is not authorized to perform this action.'],
} as const

/** The address of every client, because the emulator listens on loopback addresses only. */
const CLIENT_ADDRESS = '127.0.0.1'

const accessListTexts: Readonly<Record<string, string>> = {
  IP_ADDRESS_NOT_ON_ACCESS_LIST: `IP address ${CLIENT_ADDRESS} is not allowed to access this resource.`,
  ORG_REQUIRES_ACCESS_LIST: 'This organization requires access through an access list of ip ranges.',
  RESOURCE_REQUIRES_ACCESS_LIST: 'This resource requires access through an access list of ip ranges.',
}

/** Text and parameters of the error of a fault. Those about access lists have the address of the client in `parameters`. */
export function faultDetails(errorCode: string | null): Pick<ErrorContent, 'detail' | 'parameters'> {
  const detail = accessListTexts[errorCode ?? '']
  return detail === undefined ? { detail: 'Unexpected error.' } : { detail, parameters: [CLIENT_ADDRESS] }
}

/** Why Atlas rejects a request. */
export class RejectionError extends Error {
  override readonly name = 'RejectionError'
  readonly errorCode: keyof typeof errors
  readonly #parameters: readonly (string | number)[]

  constructor(errorCode: keyof typeof errors, ...parameters: readonly (string | number)[]) {
    super(errorCode)
    this.errorCode = errorCode
    this.#parameters = parameters
  }

  toResponse(headers: Headers = {}): EmulatorResponse {
    const [status, text] = errors[this.errorCode]
    const parameters = this.#parameters
    const left = [...parameters]
    const detail = text.replace(/\{\}/g, () => String(left.shift()))
    return errorResponse({ status, errorCode: this.errorCode, detail, parameters }, headers)
  }
}

function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
}

/** An error as Atlas sends it. */
interface ErrorContent {
  readonly status: number
  /** Null in some recorded errors. */
  readonly errorCode: string | null
  readonly detail: string
  /** Mostly the values in `detail`. */
  readonly parameters?: readonly (string | number)[]
}

/**
 * Renders an error as recorded: alphabetical keys, and the code also in `X-Error-Code`. Without a code, `errorCode` and
 * `parameters` are null.
 */
export function errorResponse(error: ErrorContent, headers: Headers = {}): EmulatorResponse {
  const { status, errorCode, detail, parameters = [] } = error
  const body = {
    detail,
    error: status,
    errorCode,
    parameters: errorCode === null ? null : parameters,
    reason: reasonPhrase(status),
  }
  return jsonResponse(status, body, {
    ...headers,
    ...(errorCode === null ? {} : { 'X-Error-Code': errorCode }),
  })
}

/** A page without an error code, as a gateway sends it. */
export function htmlResponse(status: number, headers: Headers = {}): EmulatorResponse {
  const title = `${status} ${reasonPhrase(status)}`
  return {
    status,
    headers: { 'Content-Type': 'text/html', ...headers },
    body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  }
}

/** The body of most 401 responses. Its key order differs from that of all other errors. */
export const unauthorizedBody = {
  error: 401,
  reason: 'Unauthorized',
  detail: 'You are not authorized for this resource.',
} as const
