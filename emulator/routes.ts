/** A call of the Admin API, parsed from method and path. */
export interface ApiOperation {
  readonly kind: ApiOperationKind
  readonly version: ApiVersion
  readonly groupId: string
  readonly clusterName: string
  /** Empty except for reads and deletes of a snapshot. */
  readonly snapshotId: string
  readonly path: string
  readonly query: URLSearchParams
  /** The emulator's origin, for links. */
  readonly origin: string
}

/** A service account's request for a token or for its revocation. */
export interface TokenOperation {
  readonly kind: TokenOperationKind
}

export type Operation = ApiOperation | TokenOperation

export function isTokenOperation(operation: Operation): operation is TokenOperation {
  return operation.kind === 'token' || operation.kind === 'revoke'
}

/** True for the API of Flex clusters, which the Atlas CLI calls first to find out whether a cluster is one. */
export function isFlexOperation(kind: ApiOperationKind): boolean {
  return kind === 'flex' || kind === 'flex-list' || kind === 'flex-get'
}

export const tokenOperationKinds = ['token', 'revoke'] as const
type TokenOperationKind = (typeof tokenOperationKinds)[number]

export const apiOperationKinds = [
  'create',
  'get',
  'get-sharded',
  'list',
  'list-sharded',
  'delete',
  'cluster',
  'flex',
  'flex-list',
  'flex-get',
] as const
export type ApiOperationKind = (typeof apiOperationKinds)[number]
export type OperationKind = ApiOperationKind | TokenOperationKind
export type ApiVersion = 'v2' | 'v1.0'

/** Below `/api/atlas/VERSION/groups/PROJECT/`. The first match counts. */
const routes: readonly (readonly [method: string, path: string, kind: ApiOperationKind])[] = [
  ['GET', 'clusters/NAME', 'cluster'],
  ['GET', 'clusters/NAME/backup/snapshots', 'list'],
  ['POST', 'clusters/NAME/backup/snapshots', 'create'],
  ['GET', 'clusters/NAME/backup/snapshots/shardedClusters', 'list-sharded'],
  ['GET', 'clusters/NAME/backup/snapshots/shardedCluster/ID', 'get-sharded'],
  ['DELETE', 'clusters/NAME/backup/snapshots/shardedCluster/ID', 'delete'],
  ['GET', 'clusters/NAME/backup/snapshots/ID', 'get'],
  ['DELETE', 'clusters/NAME/backup/snapshots/ID', 'delete'],
  ['GET', 'flexClusters/NAME', 'flex'],
  ['GET', 'flexClusters/NAME/backup/snapshots', 'flex-list'],
  ['GET', 'flexClusters/NAME/backup/snapshots/ID', 'flex-get'],
]

/** An operation, or an unknown path or method. */
type Routing = { readonly kind: 'operation'; readonly operation: Operation } | { readonly kind: 'unknown' }

/**
 * Finds the operation of a method and a target (path and query).
 *
 * @param origin the emulator's origin, for links
 */
export function route(method: string, target: string, origin = 'https://cloud.mongodb.com'): Routing {
  const [path = '', query = ''] = target.split(/\?(.*)/s)
  const tokenKind = tokenOperationKinds.find((kind) => path === `/api/oauth/${kind}`)
  if (tokenKind !== undefined && method === 'POST')
    return { kind: 'operation', operation: { kind: tokenKind } }
  const [, version, groupId = '', rest = ''] =
    /^\/api\/atlas\/(v2|v1\.0)\/groups\/([^/]+)\/(.*)$/.exec(path) ?? []
  if (version !== 'v2' && version !== 'v1.0') return { kind: 'unknown' }
  const segments = rest.split('/')
  const found = routes.find((each) => each[0] === method && isMatch(each[1].split('/'), segments))
  if (found === undefined) return { kind: 'unknown' }
  const [, clusterName = ''] = segments
  const [, pattern, kind] = found
  const snapshotId = pattern.endsWith('/ID') ? (segments.at(-1) ?? '') : ''
  const operation: ApiOperation = {
    kind,
    version,
    groupId: decode(groupId),
    clusterName: decode(clusterName),
    snapshotId: decode(snapshotId),
    path,
    query: new URLSearchParams(query),
    origin,
  }
  return { kind: 'operation', operation }
}

function isMatch(pattern: readonly string[], segments: readonly string[]): boolean {
  const matches = (part: string, index: number) =>
    part === 'NAME' || part === 'ID' ? segments[index] !== '' : segments[index] === part
  return pattern.length === segments.length && pattern.every(matches)
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
