import { STATUS_CODES } from 'node:http'
import type { RateLimit } from './config.js'
import { type EmulatorResponse, jsonResponse } from './http.js'

/** Errors with codes from Atlas's public list, and the recorded text if there is a recording. */
export const errors = {
  groupNotFound: (groupId: string): AtlasError => ({
    status: 404,
    errorCode: 'GROUP_NOT_FOUND',
    detail: `No group with ID ${groupId} exists.`,
    parameters: [groupId],
  }),
  invalidGroupId: (groupId: string): AtlasError => ({
    status: 400,
    errorCode: 'INVALID_GROUP_ID',
    detail: `An invalid group ID ${groupId} was specified.`,
    parameters: [groupId],
  }),
  clusterNotFound: (name: string, groupId: string): AtlasError => ({
    status: 404,
    errorCode: 'CLUSTER_NOT_FOUND',
    detail: `No cluster named ${name} exists in group ${groupId}.`,
    parameters: [name, groupId],
  }),
  snapshotNotFound: (id: string, name: string): AtlasError => ({
    status: 404,
    errorCode: 'SNAPSHOT_NOT_FOUND',
    detail: `No snapshot with ID ${id} exists for cluster ${name}.`,
    parameters: [id, name],
  }),
  flexInClusterApi: (name: string): AtlasError => ({
    status: 400,
    errorCode: 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API',
    detail: `Flex cluster ${name} cannot be used in the Cluster API.`,
    parameters: [name],
  }),
  nonFlexInFlexApi: (name: string): AtlasError => ({
    status: 400,
    errorCode: 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API',
    detail: `Cannot use non-flex cluster ${name} in the flex API.`,
    parameters: [name],
  }),
  // Atlas documents the code and the status. No response was recorded, so the text is invented.
  unfinishedSnapshot: (name: string): AtlasError => ({
    status: 400,
    errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT',
    detail: `Cluster ${name} already has an on-demand snapshot that is queued or in progress.`,
    parameters: [name],
  }),
  clusterBeingDeleted: (): AtlasError => ({
    status: 400,
    errorCode: 'ATLAS_GENERAL_ERROR',
    detail: 'Reason: This cluster is currently being deleted, cannot update.',
    parameters: ['This cluster is currently being deleted, cannot update.'],
  }),
  insufficientInstanceSize: (name: string): AtlasError => ({
    status: 400,
    errorCode: 'INSUFFICIENT_INSTANCE_SIZE',
    detail: `The instance size of cluster ${name} does not support cloud backup.`,
    parameters: [name],
  }),
  backupJobNotFound: (name: string): AtlasError => ({
    status: 400,
    errorCode: 'BACKUP_JOB_NOT_FOUND',
    detail: `No active backup job exists for cluster ${name}.`,
    parameters: [name],
  }),
  backupConfigNotFound: (name: string, groupId: string): AtlasError => ({
    status: 404,
    errorCode: 'BACKUP_CONFIG_NOT_FOUND',
    detail: `No backup configuration exists for cluster ${name} in group ${groupId}.`,
    parameters: [name, groupId],
  }),
  deleteInProgress: (id: string): AtlasError => ({
    status: 400,
    errorCode: 'CANNOT_DELETE_IN_PROGRESS_SNAPSHOT',
    detail: `Snapshot ${id} is in progress and cannot be deleted.`,
    parameters: [id],
  }),
  otherKindOfCluster: (name: string): AtlasError => ({
    status: 400,
    errorCode: 'INVALID_CLUSTER_TYPE',
    detail: `Cluster ${name} is of another type than this endpoint lists.`,
    parameters: [name],
  }),
  userUnauthorized: (): AtlasError => ({
    status: 401,
    errorCode: 'USER_UNAUTHORIZED',
    detail: 'Current user is not authorized to perform this action.',
  }),
  notOnAccessList: (address: string): AtlasError => ({
    status: 403,
    errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
    detail: `IP address ${address} is not on the API access list of these credentials.`,
    parameters: [address],
  }),
  invalidToken: (): AtlasError => ({
    status: 401,
    errorCode: 'UNAUTHORIZED',
    detail: 'The access token is unknown, has expired or was revoked.',
    parameters: null,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  }),
  rateLimited: (path: string, seconds: number, { capacity, refillPerMinute }: RateLimit): AtlasError => ({
    status: 429,
    errorCode: 'RATE_LIMITED_TOKEN_BUCKET',
    detail: `Rate limit of ${path} exceeded: ${capacity} requests, refilled by ${refillPerMinute} every 60 seconds.`,
    parameters: [path, seconds, capacity, refillPerMinute, 60],
  }),
  malformedJson: (): AtlasError => ({
    status: 400,
    errorCode: 'MALFORMED_JSON',
    detail: 'Received JSON is malformed.',
  }),
  missingAttribute: (field: string): AtlasError => ({
    status: 400,
    errorCode: 'MISSING_ATTRIBUTE',
    detail: `The required attribute ${field} was not specified.`,
    parameters: [field],
  }),
  invalidAttribute: (field: string): AtlasError => ({
    status: 400,
    errorCode: 'INVALID_ATTRIBUTE',
    detail: `Invalid attribute ${field} specified.`,
    parameters: [field],
    fields: [{ field, description: 'is unknown or has a value of the wrong type' }],
  }),
  invalidRetention: (): AtlasError => ({
    status: 400,
    errorCode: 'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID',
    detail: 'The retention of a snapshot must be at least 1 day.',
  }),
  invalidQuery: (name: string): AtlasError => ({
    status: 400,
    errorCode: 'INVALID_QUERY_PARAMETER',
    detail: `Invalid query parameter ${name} specified.`,
    parameters: [name],
  }),
  invalidVersionDate: (): AtlasError => ({
    status: 406,
    errorCode: 'INVALID_VERSION_DATE',
    detail: 'Invalid accept header or version date.',
    parameters: null,
  }),
  unsupportedMediaType: (type: string): AtlasError => ({
    status: 415,
    errorCode: 'UNSUPPORTED_MEDIA_TYPE',
    detail: `The content type ${type === '' ? '(none)' : type} is not supported.`,
    parameters: null,
  }),
  resourceNotFound: (path: string): AtlasError => ({
    status: 404,
    errorCode: 'RESOURCE_NOT_FOUND',
    detail: `Cannot find resource ${path}.`,
    parameters: [path],
  }),
  methodNotAllowed: (allow: string): AtlasError => ({
    status: 405,
    errorCode: 'METHOD_NOT_ALLOWED',
    detail: 'The method is not allowed here.',
    parameters: null,
    headers: { Allow: allow },
  }),
} as const

/** An error in Atlas's terms. `parameters` are the values in `detail`. */
export interface AtlasError {
  readonly status: number
  readonly errorCode: string
  readonly detail: string
  readonly parameters?: readonly (string | number)[] | null
  readonly fields?: readonly { readonly field: string; readonly description: string }[]
  readonly headers?: Readonly<Record<string, string>>
}

function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
}

/**
 * Renders an error as recorded: alphabetical keys, and the code also in `X-Error-Code`. Without a code, `errorCode` and
 * `parameters` are null.
 */
export function errorResponse(
  error: Omit<AtlasError, 'errorCode'> & { readonly errorCode: string | null },
  nowMs: number,
  headers: Readonly<Record<string, string>> = {},
  errorCode: string | null = error.errorCode,
): EmulatorResponse {
  const body = {
    ...(error.fields === undefined ? {} : { badRequestDetail: { fields: error.fields } }),
    detail: error.detail,
    error: error.status,
    errorCode,
    parameters: errorCode === null ? null : error.parameters === undefined ? [] : error.parameters,
    reason: reasonPhrase(error.status),
  }
  return jsonResponse(error.status, body, nowMs, {
    ...headers,
    ...error.headers,
    ...(errorCode === null ? {} : { 'X-Error-Code': errorCode }),
  })
}

/** A page without an error code, as a gateway sends it. */
export function htmlResponse(
  status: number,
  nowMs: number,
  headers: Readonly<Record<string, string>> = {},
): EmulatorResponse {
  const title = `${status} ${reasonPhrase(status)}`
  return {
    status,
    headers: { 'Content-Type': 'text/html', Date: new Date(nowMs).toUTCString(), ...headers },
    body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  }
}

/** The body of most 401 responses. Its key order differs from that of all other errors. */
export const unauthorizedBody = {
  error: 401,
  reason: 'Unauthorized',
  detail: 'You are not authorized for this resource.',
} as const
