/** A call of the Admin API, parsed from method and path. */
export interface ApiOperation {
  readonly kind: ApiOperationKind
  readonly version: ApiVersion
  readonly groupId: string
  readonly clusterName: string
  /** Empty except for reads and deletes of a snapshot. */
  readonly snapshotId: string
  readonly query: URLSearchParams
  /** Path and query as sent. */
  readonly target: string
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
  'schedule',
  'flex',
  'flex-list',
  'flex-get',
] as const
export type ApiOperationKind = (typeof apiOperationKinds)[number]
export type OperationKind = ApiOperationKind | TokenOperationKind
export type ApiVersion = 'v2' | 'v1.0'

interface Route {
  readonly pattern: RegExp
  readonly methods: Readonly<Record<string, ApiOperationKind>>
}

const tokenPath = /^\/api\/oauth\/(token|revoke)$/
const groups = /^\/api\/atlas\/(?<version>v2|v1\.0)\/groups\/(?<groupId>[^/]+)(?<rest>\/.*)$/
const routes: readonly Route[] = [
  { pattern: /^\/clusters\/(?<name>[^/]+)$/, methods: { GET: 'cluster' } },
  { pattern: /^\/clusters\/(?<name>[^/]+)\/backup\/schedule$/, methods: { GET: 'schedule' } },
  { pattern: /^\/flexClusters\/(?<name>[^/]+)$/, methods: { GET: 'flex' } },
  { pattern: /^\/flexClusters\/(?<name>[^/]+)\/backup\/snapshots$/, methods: { GET: 'flex-list' } },
  {
    pattern: /^\/flexClusters\/(?<name>[^/]+)\/backup\/snapshots\/(?<id>[^/]+)$/,
    methods: { GET: 'flex-get' },
  },
  {
    pattern: /^\/clusters\/(?<name>[^/]+)\/backup\/snapshots$/,
    methods: { GET: 'list', POST: 'create' },
  },
  {
    pattern: /^\/clusters\/(?<name>[^/]+)\/backup\/snapshots\/shardedClusters$/,
    methods: { GET: 'list-sharded' },
  },
  {
    pattern: /^\/clusters\/(?<name>[^/]+)\/backup\/snapshots\/shardedCluster\/(?<id>[^/]+)$/,
    methods: { GET: 'get-sharded', DELETE: 'delete' },
  },
  {
    pattern: /^\/clusters\/(?<name>[^/]+)\/backup\/snapshots\/(?<id>[^/]+)$/,
    methods: { GET: 'get', DELETE: 'delete' },
  },
]

/** An operation, a path that exists for other methods only, or an unknown path. */
export type Routing =
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'method'; readonly allow: string }
  | { readonly kind: 'unknown' }

/**
 * Finds the operation of a method and a target (path and query).
 *
 * @param origin the emulator's origin, for links
 */
export function route(method: string, target: string, origin = 'https://cloud.mongodb.com'): Routing {
  const [path = '', query = ''] = splitOnce(target, '?')
  const [, oauth] = tokenPath.exec(path) ?? []
  if (oauth === 'token' || oauth === 'revoke')
    return method === 'POST'
      ? { kind: 'operation', operation: { kind: oauth } }
      : { kind: 'method', allow: 'POST' }
  const outer = groups.exec(path)?.groups
  if (outer === undefined) return { kind: 'unknown' }
  const { version, groupId = '', rest = '' } = outer
  for (const { pattern, methods } of routes) {
    const inner = pattern.exec(rest)?.groups
    if (inner === undefined) continue
    const kind = methods[method]
    if (kind === undefined) return { kind: 'method', allow: Object.keys(methods).join(', ') }
    const { name = '', id = '' } = inner
    const operation: ApiOperation = {
      kind,
      version: version === 'v2' ? 'v2' : 'v1.0',
      groupId: decode(groupId),
      clusterName: decode(name),
      snapshotId: decode(id),
      query: new URLSearchParams(query),
      target,
      origin,
    }
    return { kind: 'operation', operation }
  }
  return { kind: 'unknown' }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
