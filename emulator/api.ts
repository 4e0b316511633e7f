import { clusterResource } from './cluster-resource.js'
import type { AtlasConfig, ClusterConfig, Principal } from './config.js'
import { RejectionError } from './errors.js'
import {
  type EmulatorRequest,
  type EmulatorResponse,
  type Headers,
  type JsonObject,
  jsonResponse,
} from './http.js'
import type { RateLimiter } from './rate-limit.js'
import { negotiate, parseCreateSnapshotBody } from './request-checks.js'
import type { ApiOperation } from './routes.js'
import { readList } from './snapshot-lists.js'
import { snapshotResource } from './snapshot-resource.js'
import { isUnfinished, type SnapshotStore } from './snapshots.js'

/** Executes Admin API calls that have valid credentials. */
export class Api {
  readonly #config: AtlasConfig
  readonly #clusters: ReadonlyMap<string, ClusterConfig>
  readonly #store: SnapshotStore
  readonly #limiter: RateLimiter

  constructor(config: AtlasConfig, store: SnapshotStore, limiter: RateLimiter) {
    this.#config = config
    this.#clusters = new Map(config.clusters.map((cluster) => [cluster.name, cluster]))
    this.#store = store
    this.#limiter = limiter
  }

  /** Checks version, project, role, and rate limit, then executes. `now` is in milliseconds since 1970. */
  execute(
    operation: ApiOperation,
    request: EmulatorRequest,
    { isReadOnly }: Principal,
    now: number,
  ): EmulatorResponse {
    const { group, groupId, kind, path } = operation
    let headers: Headers = {}
    try {
      const { contentType, deprecation } = negotiate(operation, request.headers['accept'])
      if (groupId !== this.#config.groupId) throw new RejectionError('GROUP_NOT_FOUND', groupId)
      if (isReadOnly && (kind === 'create' || kind === 'delete'))
        throw new RejectionError('USER_UNAUTHORIZED')
      const limit = this.#limiter.count(group, path, now)
      headers = { ...limit.headers, ...deprecation }
      if (limit.error !== undefined) throw limit.error
      const body = this.#perform(operation, request.body, now)
      if (body === undefined) return { status: 204, headers, body: '' }
      return jsonResponse(200, body, { 'Content-Type': contentType, ...headers })
    } catch (error) {
      if (error instanceof RejectionError) return error.toResponse(headers)
      throw error
    }
  }

  /** The body of the response. Undefined for a response without content. */
  #perform(operation: ApiOperation, body: string, now: number): JsonObject | undefined {
    const { kind, clusterName, groupId, version } = operation
    const cluster = this.#clusters.get(clusterName)
    if (cluster === undefined) throw new RejectionError('CLUSTER_NOT_FOUND', clusterName, groupId)
    if (cluster.kind === 'flex')
      throw new RejectionError('CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', clusterName)
    switch (kind) {
      case 'cluster':
        return clusterResource(cluster, this.#config, version)
      case 'create':
        return this.#create(operation, cluster, body, now)
      case 'list':
      case 'list-sharded':
        return readList(this.#store, this.#config, operation, now)
      case 'get':
      case 'get-sharded':
      case 'delete':
        return this.#performOnSnapshot(operation, now)
    }
  }

  #create(operation: ApiOperation, cluster: ClusterConfig, body: string, now: number): JsonObject {
    const taking = {
      ...parseCreateSnapshotBody(body),
      snapshotType: 'onDemand',
      fails: this.#config.failSnapshots,
      takenBy: 'request',
      takenAt: now,
    } as const
    return snapshotResource(this.#store.create({ cluster, ...taking }, now), this.#config, operation, now)
  }

  #performOnSnapshot(operation: ApiOperation, now: number): JsonObject | undefined {
    const { kind, clusterName, snapshotId } = operation
    const found = this.#store.find(clusterName, snapshotId, now)
    // A member of a sharded snapshot has only a plain form.
    const isFound = found !== undefined && (found.replicaSetName === undefined || kind === 'get')
    if (!isFound) throw new RejectionError('SNAPSHOT_NOT_FOUND', snapshotId, clusterName)
    if (kind !== 'delete') return snapshotResource(found, this.#config, operation, now)
    if (isUnfinished(found, now)) throw new RejectionError('CANNOT_DELETE_IN_PROGRESS_SNAPSHOT', snapshotId)
    found.deleted = true
    return undefined
  }

  /** The newest snapshot of the cluster with another ID, in the form of the operation. Empty if there is none. */
  otherSnapshot(operation: ApiOperation, now: number): EmulatorResponse {
    const all = this.#store.existing(operation.clusterName, now)
    const other = all.findLast(({ id }) => id !== operation.snapshotId)
    return jsonResponse(200, other === undefined ? {} : snapshotResource(other, this.#config, operation, now))
  }
}
