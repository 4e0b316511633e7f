import { STATUS_CODES } from 'node:http'
import type { RateLimit } from './config.js'
import { type EmulatorResponse, type Headers, type JsonObject, jsonResponse } from './http.js'

/** An error as Atlas sends it. `parameters` are the values in `detail`. */
interface ErrorContent {
  readonly status: number
  /** Null in some recorded errors. */
  readonly errorCode: string | null
  readonly detail: string
  readonly parameters?: readonly (string | number)[] | null
}

export interface AtlasError extends ErrorContent {
  readonly errorCode: string
}

/** The result of a call. The body is undefined for a response without content. */
export type Outcome = { readonly body: JsonObject | undefined } | { readonly error: AtlasError }

/** An error whose text has a `{}` for each of its parameters. */
function atlasError(status: number, errorCode: string, text: string) {
  return (...parameters: readonly string[]): AtlasError => {
    const [first = '', ...rest] = text.split('{}')
    const detail = rest.reduce((start, part, index) => `${start}${parameters[index]}${part}`, first)
    return { status, errorCode, detail, parameters }
  }
}

/** Errors with codes from Atlas's public list, and the recorded text if there is a recording. */
export const errors = {
  groupNotFound: atlasError(404, 'GROUP_NOT_FOUND', 'No group with ID {} exists.'),
  clusterNotFound: atlasError(404, 'CLUSTER_NOT_FOUND', 'No cluster named {} exists in group {}.'),
  snapshotNotFound: atlasError(404, 'SNAPSHOT_NOT_FOUND', 'No snapshot with ID {} exists for cluster {}.'),
  flexInClusterApi: atlasError(
    400,
    'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API',
    'Flex cluster {} cannot be used in the Cluster API.',
  ),
  nonFlexInFlexApi: atlasError(
    400,
    'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API',
    'Cannot use non-flex cluster {} in the flex API.',
  ),
  // Atlas documents the code and the status. No response was recorded, so the text is invented.
  unfinishedSnapshot: atlasError(
    400,
    'UNFINISHED_ON_DEMAND_SNAPSHOT',
    'Cluster {} already has an on-demand snapshot that is queued or in progress.',
  ),
  insufficientInstanceSize: atlasError(
    400,
    'INSUFFICIENT_INSTANCE_SIZE',
    'The instance size of cluster {} does not support cloud backup.',
  ),
  backupJobNotFound: atlasError(400, 'BACKUP_JOB_NOT_FOUND', 'No active backup job exists for cluster {}.'),
  backupConfigNotFound: atlasError(
    404,
    'BACKUP_CONFIG_NOT_FOUND',
    'No backup configuration exists for cluster {} in group {}.',
  ),
  deleteInProgress: atlasError(
    400,
    'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT',
    'Snapshot {} is in progress and cannot be deleted.',
  ),
  otherKindOfCluster: atlasError(
    400,
    'INVALID_CLUSTER_TYPE',
    'Cluster {} is of another type than this endpoint lists.',
  ),
  userUnauthorized: atlasError(
    401,
    'USER_UNAUTHORIZED',
    'Current user is not authorized to perform this action.',
  ),
  notOnAccessList: atlasError(
    403,
    'IP_ADDRESS_NOT_ON_ACCESS_LIST',
    'IP address {} is not on the API access list of these credentials.',
  ),
  malformedJson: atlasError(400, 'MALFORMED_JSON', 'Received JSON is malformed.'),
  invalidAttribute: atlasError(400, 'INVALID_ATTRIBUTE', 'Invalid attribute {} specified.'),
  invalidRetention: atlasError(
    400,
    'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID',
    'The retention of a snapshot must be at least 1 day.',
  ),
  invalidQuery: atlasError(400, 'INVALID_QUERY_PARAMETER', 'Invalid query parameter {} specified.'),
  resourceNotFound: atlasError(404, 'RESOURCE_NOT_FOUND', 'Cannot find resource {}.'),
  invalidVersionDate: (): AtlasError => ({
    status: 406,
    errorCode: 'INVALID_VERSION_DATE',
    detail: 'Invalid accept header or version date.',
    parameters: null,
  }),
  rateLimited: (path: string, seconds: number, { capacity, refillPerMinute }: RateLimit): AtlasError => ({
    status: 429,
    errorCode: 'RATE_LIMITED_TOKEN_BUCKET',
    detail: `Rate limit of ${path} exceeded: ${capacity} requests, refilled by ${refillPerMinute} every 60 seconds.`,
    parameters: [path, seconds, capacity, refillPerMinute, 60],
  }),
} as const

function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
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
