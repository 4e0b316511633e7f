/** Endpoints that share a rate limit. */
export type EndpointGroup = 'snapshots' | 'clusters' | 'token'

/** A call of the Admin API, parsed from method and path. */
export interface ApiOperation {
  readonly kind: ApiOperationKind
  readonly group: Exclude<EndpointGroup, 'token'>
  readonly version: ApiVersion
  readonly groupId: string
  readonly clusterName: string
  /** Empty except for reads and deletes of a snapshot. */
  readonly snapshotId: string
  readonly path: string
  readonly query: URLSearchParams
}

/** A service account's request for a token or for its revocation. */
export interface TokenOperation {
  readonly kind: 'token' | 'revoke'
}

export type Operation = ApiOperation | TokenOperation

export function isTokenOperation(operation: Operation): operation is TokenOperation {
  return operation.kind === 'token' || operation.kind === 'revoke'
}

/** Below `/api/atlas/VERSION/groups/PROJECT/`. The first match counts. */
const routes = [
  ['cluster', 'GET', 'clusters/NAME'],
  ['list', 'GET', 'clusters/NAME/backup/snapshots'],
  ['create', 'POST', 'clusters/NAME/backup/snapshots'],
  ['list-sharded', 'GET', 'clusters/NAME/backup/snapshots/shardedClusters'],
  ['get-sharded', 'GET', 'clusters/NAME/backup/snapshots/shardedCluster/ID'],
  ['get', 'GET', 'clusters/NAME/backup/snapshots/ID'],
  ['delete', 'DELETE', 'clusters/NAME/backup/snapshots/ID'],
] as const

type ApiOperationKind = (typeof routes)[number][0]
export type OperationKind = Operation['kind']
export type ApiVersion = 'v2' | 'v1.0'

export const operationKinds: readonly OperationKind[] = [
  ...new Set(routes.map(([kind]) => kind)),
  'token',
  'revoke',
]

/** The operation of a method and a target (path and query). Undefined if the API has none. */
export function route(method: string, target: string): Operation | undefined {
  const [path = '', query = ''] = target.split(/\?(.*)/s)
  if (method === 'POST' && path === '/api/oauth/token') return { kind: 'token' }
  if (method === 'POST' && path === '/api/oauth/revoke') return { kind: 'revoke' }
  const [, version, groupId = '', rest = ''] =
    /^\/api\/atlas\/(v2|v1\.0)\/groups\/([^/]+)\/(.*)$/.exec(path) ?? []
  const segments = rest.split('/')
  const found = routes.find(([, ofMethod, pattern]) => ofMethod === method && isMatch(pattern, segments))
  if (found === undefined || (version !== 'v2' && version !== 'v1.0')) return undefined
  const [kind, , pattern] = found
  const [, clusterName = ''] = segments
  return {
    kind,
    group: kind === 'cluster' ? 'clusters' : 'snapshots',
    version,
    // No valid name or ID needs an encoding.
    groupId,
    clusterName,
    snapshotId: pattern.endsWith('/ID') ? (segments.at(-1) ?? '') : '',
    path,
    query: new URLSearchParams(query),
  }
}

function isMatch(pattern: string, segments: readonly string[]): boolean {
  const parts = pattern.split('/')
  const matches = (part: string, index: number) =>
    part === 'NAME' || part === 'ID' ? segments[index] !== '' : segments[index] === part
  return parts.length === segments.length && parts.every(matches)
}
