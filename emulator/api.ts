import { clusterResource, flexResource } from './cluster-resource.js'
import type { AtlasConfig, ClusterConfig, Principal } from './config.js'
import { errorResponse, errors, type Outcome } from './errors.js'
import { type EmulatorRequest, type EmulatorResponse, jsonResponse } from './http.js'
import type { RateLimiter } from './rate-limit.js'
import { endpointGroup, mayDo, negotiate, parseCreateSnapshotBody } from './request-checks.js'
import { type ApiOperation, isFlexOperation } from './routes.js'
import { SnapshotLists } from './snapshot-lists.js'
import { snapshotResource } from './snapshot-resource.js'
import { isUnfinished, type SnapshotStore } from './snapshots.js'

/** Executes Admin API calls that have valid credentials. */
export class Api {
  readonly #config: AtlasConfig
  readonly #clusters: ReadonlyMap<string, ClusterConfig>
  readonly #store: SnapshotStore
  readonly #lists: SnapshotLists
  readonly #limiter: RateLimiter

  constructor(config: AtlasConfig, store: SnapshotStore, limiter: RateLimiter) {
    this.#config = config
    this.#clusters = new Map(config.clusters.map((cluster) => [cluster.name, cluster]))
    this.#store = store
    this.#lists = new SnapshotLists(config, store)
    this.#limiter = limiter
  }

  /** Checks version, project, role, and rate limit, then executes. `now` is in milliseconds since 1970. */
  execute(
    operation: ApiOperation,
    request: EmulatorRequest,
    holder: Principal,
    now: number,
  ): EmulatorResponse {
    const { kind, groupId, path } = operation
    const negotiated = negotiate(operation, request.headers['accept'])
    if (negotiated === undefined) return errorResponse(errors.invalidVersionDate())
    if (groupId !== this.#config.groupId) return errorResponse(errors.groupNotFound(groupId))
    if (!mayDo(holder, kind)) return errorResponse(errors.userUnauthorized())
    const limit = this.#limiter.count(endpointGroup(kind), path, now)
    if (limit.error !== undefined) return errorResponse(limit.error, limit.headers)
    const outcome = this.#perform(operation, request.body, now)
    const headers = { ...limit.headers, ...negotiated.headers }
    if ('error' in outcome) return errorResponse(outcome.error, headers)
    if (outcome.body === undefined) return { status: 204, headers, body: '' }
    return jsonResponse(200, outcome.body, { 'Content-Type': negotiated.contentType, ...headers })
  }

  #perform(operation: ApiOperation, body: string, now: number): Outcome {
    const { kind, clusterName, groupId, version } = operation
    const cluster = this.#clusters.get(clusterName)
    if (cluster === undefined) return { error: errors.clusterNotFound(clusterName, groupId) }
    if (isFlexOperation(kind) && cluster.kind !== 'flex')
      return { error: errors.nonFlexInFlexApi(clusterName) }
    if (!isFlexOperation(kind) && cluster.kind === 'flex')
      return { error: errors.flexInClusterApi(clusterName) }
    switch (kind) {
      case 'cluster':
        return { body: clusterResource(cluster, this.#config, version) }
      case 'flex':
        return { body: flexResource(cluster, this.#config) }
      case 'create':
        return this.#create(operation, cluster, body, now)
      case 'list':
      case 'list-sharded':
      case 'flex-list':
        return this.#lists.read(operation, cluster, now)
      case 'get':
      case 'get-sharded':
      case 'flex-get':
      case 'delete':
        return this.#performOnSnapshot(operation, now)
    }
  }

  #create(operation: ApiOperation, cluster: ClusterConfig, text: string, now: number): Outcome {
    const body = parseCreateSnapshotBody(text)
    if ('error' in body) return body
    const created = this.#store.create(
      {
        cluster,
        ...body,
        snapshotType: 'onDemand',
        fails: this.#config.failSnapshots,
        takenBy: 'request',
        takenAt: now,
      },
      now,
    )
    if ('error' in created) return created
    return { body: snapshotResource(created.snapshot, this.#config, operation, now) }
  }

  #performOnSnapshot(operation: ApiOperation, now: number): Outcome {
    const { kind, clusterName, snapshotId } = operation
    const found = this.#store.find(clusterName, snapshotId, now)
    // A member of a sharded snapshot has only a plain form.
    const snapshot = found?.replicaSetName === undefined || kind === 'get' ? found : undefined
    if (snapshot === undefined) return { error: errors.snapshotNotFound(snapshotId, clusterName) }
    if (kind === 'delete') {
      if (isUnfinished(snapshot, now)) return { error: errors.deleteInProgress(snapshotId) }
      snapshot.deleted = true
      return { body: undefined }
    }
    if (now < snapshot.takenAt + this.#config.read404Seconds * 1000)
      return { error: errors.snapshotNotFound(snapshotId, clusterName) }
    return { body: snapshotResource(snapshot, this.#config, operation, now) }
  }

  /** Another snapshot of the cluster, or an invented one if there is none, in the form of the operation. */
  otherSnapshot(operation: ApiOperation, now: number): EmulatorResponse {
    const all = this.#store.existing(operation.clusterName, now)
    const own = all.find(({ id }) => id === operation.snapshotId)
    const other = all.findLast(({ id }) => id !== operation.snapshotId)
    const shown =
      other ?? (own && { ...own, id: otherId(own.id), takenAt: now - own.secondsToCompleted * 1000 })
    const body = shown === undefined ? {} : snapshotResource(shown, this.#config, operation, now)
    return jsonResponse(200, body)
  }
}

function otherId(id: string): string {
  return `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
}
