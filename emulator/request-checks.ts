import type { EndpointGroup, Principal, Role } from './config.js'
import { type AtlasError, errors } from './errors.js'
import { type Headers, isObject } from './http.js'
import { type ApiOperation, type ApiOperationKind, isFlexOperation } from './routes.js'

/** As recorded for versions of the cluster resource before 2024-08-05. */
const DEPRECATION: Headers = {
  Deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT',
  Sunset: 'Thu, 1 Jul 2027 00:00:00 GMT',
}

/** The versions of a resource, newest first. */
function resourceVersions({ kind }: ApiOperation): readonly string[] {
  if (kind === 'cluster') return ['2024-08-05', '2023-02-01', '2023-01-01']
  return isFlexOperation(kind) ? ['2024-11-13'] : ['2023-01-01']
}

/** `Content-Type` of a response, and headers for a deprecated version. */
interface Negotiated {
  readonly contentType: string
  readonly headers: Headers
}

/** Selects the version of the resource. v2 requires an exact one in `Accept`. Undefined leads to a 406. */
export function negotiate(operation: ApiOperation, accept = ''): Negotiated | undefined {
  if (operation.version === 'v1.0') return { contentType: 'application/json', headers: {} }
  const versions = resourceVersions(operation)
  const version = versions.find((date) => accept === `application/vnd.atlas.${date}+json`)
  if (version === undefined) return undefined
  return { contentType: `${accept};charset=utf-8`, headers: version === versions[0] ? {} : DEPRECATION }
}

const toManage: readonly Role[] = ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER']
const toCreate: readonly Role[] = [...toManage, 'GROUP_BACKUP_CREATOR']
const toView: readonly Role[] = [...toCreate, 'GROUP_READ_ONLY']
/** Backup roles can't read the cluster itself. */
const toViewClusters: readonly Role[] = ['GROUP_OWNER', 'GROUP_READ_ONLY']

function sufficientRoles(kind: ApiOperationKind): readonly Role[] {
  switch (kind) {
    case 'create':
      return toCreate
    case 'delete':
      return toManage
    case 'cluster':
    case 'flex':
      return toViewClusters
    default:
      return toView
  }
}

export function mayDo({ roles = ['GROUP_OWNER'] }: Principal, kind: ApiOperationKind): boolean {
  return roles.some((role) => sufficientRoles(kind).includes(role))
}

/** The body of a POST. */
interface CreateSnapshotBody {
  readonly description: string
  readonly retentionInDays: number
}

/** Parses the body of a POST, or returns the error that Atlas would. */
export function parseCreateSnapshotBody(text: string): CreateSnapshotBody | { readonly error: AtlasError } {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { error: errors.malformedJson() }
  }
  if (!isObject(body)) return { error: errors.malformedJson() }
  const { description, retentionInDays, ...others } = body
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) return { error: errors.invalidAttribute(unknown) }
  if (typeof description !== 'string') return { error: errors.invalidAttribute('description') }
  if (typeof retentionInDays !== 'number' || !Number.isInteger(retentionInDays))
    return { error: errors.invalidAttribute('retentionInDays') }
  if (retentionInDays < 1) return { error: errors.invalidRetention() }
  return { description, retentionInDays }
}

export function endpointGroup(kind: ApiOperationKind): EndpointGroup {
  if (kind === 'cluster') return 'clusters'
  return isFlexOperation(kind) ? 'flex' : 'snapshots'
}
