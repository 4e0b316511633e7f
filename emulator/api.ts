import { mayDo } from './access.js'
import { clusterResource, flexResource, scheduleResource } from './cluster-resource.js'
import type { AtlasConfig, ClusterConfig, EndpointGroup, Principal } from './config.js'
import { parseCreateSnapshotBody } from './create-snapshot-body.js'
import { type AtlasError, errorResponse, errors } from './errors.js'
import {
  type EmulatorRequest,
  type EmulatorResponse,
  type Executed,
  jsonResponse,
  mediaType,
} from './http.js'
import {
  findPage,
  listedMembers,
  listResource,
  parsePage,
  parseWhole,
  toRows,
  visibleSnapshots,
} from './list-resource.js'
import { acceptsBody, negotiate } from './media-types.js'
import type { RateLimiter } from './rate-limit.js'
import type { ApiOperation, ApiOperationKind } from './routes.js'
import { flexSnapshotResource, snapshotResource } from './snapshot-resource.js'
import { isUnfinished, type SnapshotStore, type StoredSnapshot } from './snapshots.js'

/** `body` is undefined for a response without content. */
type Outcome = { readonly body: unknown; readonly changed?: boolean } | { readonly error: AtlasError }

/** Executes Admin API calls that have valid credentials. */
export class Api {
  readonly #config: AtlasConfig
  readonly #clusters: ReadonlyMap<string, ClusterConfig>
  readonly #store: SnapshotStore
  readonly #limiter: RateLimiter
  #shrinksLeft: number
  #listReads = 0

  constructor(config: AtlasConfig, store: SnapshotStore, limiter: RateLimiter) {
    this.#config = config
    this.#clusters = new Map(config.clusters.map((cluster) => [cluster.name, cluster]))
    this.#store = store
    this.#limiter = limiter
    this.#shrinksLeft = config.list.shrinks
  }

  /** Checks version, project, role, and rate limit, then executes. `now` is in milliseconds since 1970. */
  execute(operation: ApiOperation, request: EmulatorRequest, holder: Principal, now: number): Executed {
    const fail = (error: AtlasError, headers: Readonly<Record<string, string>> = {}): Executed => ({
      response: errorResponse(error, now, headers),
      changed: false,
    })
    const { kind, version, groupId } = operation
    const { accept = '' } = request.headers
    const negotiated = negotiate(accept, version, kind)
    if (negotiated === undefined) return fail(errors.invalidVersionDate())
    const contentType = request.headers['content-type'] ?? ''
    if (kind === 'create' && !acceptsBody(contentType, version, kind))
      return fail(errors.unsupportedMediaType(mediaType(contentType)))
    if (!/^[0-9a-f]{24}$/.test(groupId)) return fail(errors.invalidGroupId(groupId))
    if (groupId !== this.#config.groupId) return fail(errors.groupNotFound(groupId))
    if (!mayDo(holder, kind)) return fail(errors.userUnauthorized())
    const [path = ''] = operation.target.split('?', 1)
    const limit = this.#limiter.count(endpointGroup(kind), path, now)
    if (limit.error !== undefined) return fail(limit.error, limit.headers)
    const outcome = this.#perform(operation, request.body, now)
    const headers = { ...limit.headers, ...negotiated.headers }
    if ('error' in outcome) return fail(outcome.error, headers)
    const typed = { 'Content-Type': negotiated.contentType, ...headers }
    const response =
      outcome.body === undefined
        ? { ...jsonResponse(204, '', now, headers), body: '' }
        : jsonResponse(200, outcome.body, now, typed)
    return { response, changed: outcome.changed === true }
  }

  #perform(operation: ApiOperation, body: string, now: number): Outcome {
    const cluster = this.#clusters.get(operation.clusterName)
    const { kind } = operation
    if (cluster === undefined)
      return { error: errors.clusterNotFound(operation.clusterName, operation.groupId) }
    if (kind === 'flex' || kind === 'flex-list' || kind === 'flex-get')
      return this.#performFlex(operation, cluster, now)
    if (cluster.kind === 'flex') return { error: errors.flexInClusterApi(cluster.name) }
    if (kind === 'cluster') return { body: clusterResource(cluster, this.#config, operation.version) }
    if (kind === 'schedule') return { body: scheduleResource(cluster) }
    if (kind === 'create') return this.#take(operation, cluster, body, now)
    if (kind === 'list' || kind === 'list-sharded') return this.#list(operation, cluster, now)
    const snapshot =
      this.#store.find(cluster.name, operation.snapshotId, now) ??
      (kind === 'get' ? this.#store.findMember(cluster.name, operation.snapshotId, now) : undefined)
    if (snapshot === undefined) return { error: errors.snapshotNotFound(operation.snapshotId, cluster.name) }
    if (kind === 'delete') return this.#delete(snapshot, now)
    const { read404FromSeconds, read404Seconds } = this.#config
    const age = (now - snapshot.takenAt) / 1000 - read404FromSeconds
    if (age >= 0 && age < read404Seconds)
      return { error: errors.snapshotNotFound(operation.snapshotId, cluster.name) }
    return { body: snapshotResource(snapshot, this.#config, operation, now) }
  }

  /** The flex API, which the Atlas CLI calls first to find out whether a cluster is a Flex cluster. */
  #performFlex(operation: ApiOperation, cluster: ClusterConfig, now: number): Outcome {
    if (cluster.kind !== 'flex') return { error: errors.nonFlexInFlexApi(cluster.name) }
    if (operation.kind === 'flex') return { body: flexResource(cluster, this.#config) }
    if (operation.kind === 'flex-get') {
      const snapshot = this.#store.find(cluster.name, operation.snapshotId, now)
      if (snapshot === undefined)
        return { error: errors.snapshotNotFound(operation.snapshotId, cluster.name) }
      return { body: flexSnapshotResource(snapshot, now) }
    }
    const page = parsePage(operation.query, this.#config.list)
    if ('error' in page) return page
    const shown = visibleSnapshots(this.#store.existing(cluster.name, now), this.#config, now)
    return { body: listResource(shown, page, operation, this.#config, now) }
  }

  /** Another snapshot of the cluster, or an invented one if there is none, in the form of the operation. */
  otherSnapshot(operation: ApiOperation, now: number): EmulatorResponse {
    const all = this.#store.existing(operation.clusterName, now)
    const own = all.find(({ id }) => id === operation.snapshotId)
    const other = all.findLast(({ id }) => id !== operation.snapshotId)
    const shown =
      other ?? (own && { ...own, id: otherId(own.id), takenAt: now - own.secondsToCompleted * 1000 })
    const body = shown === undefined ? {} : snapshotResource(shown, this.#config, operation, now)
    return jsonResponse(200, body, now)
  }

  #take(operation: ApiOperation, cluster: ClusterConfig, text: string, now: number): Outcome {
    const body = parseCreateSnapshotBody(text)
    if ('error' in body) return body
    const refusal = backupRefusal(cluster, operation.groupId)
    if (refusal !== undefined) return { error: refusal }
    const result = this.#store.create(
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
    if ('blockedBy' in result) return { error: errors.unfinishedSnapshot(cluster.name) }
    return { body: snapshotResource(result.taken, this.#config, operation, now), changed: true }
  }

  #list(operation: ApiOperation, cluster: ClusterConfig, current: number): Outcome {
    this.#listReads += 1
    const now = this.#listReads % 3 === 0 ? current - this.#config.list.staleSeconds * 1000 : current
    const isWhole = operation.kind === 'list-sharded' && !this.#config.list.shardedInPages
    const { list } = this.#config
    const page = isWhole ? parseWhole(operation.query, list) : parsePage(operation.query, list)
    if ('error' in page) return page
    const sameKind = (cluster.kind === 'sharded') === (operation.kind === 'list-sharded')
    const { ofOtherKind } = list
    if (!sameKind && ofOtherKind === 'refused') return { error: errors.otherKindOfCluster(cluster.name) }
    const changed = page.pageNum > 1 && this.#shrink(cluster.name, now)
    // A snapshot of the time before the cluster changed its kind is only in the list of its own kind.
    const showsWhole = ({ sharded }: StoredSnapshot) =>
      sharded === (operation.kind === 'list-sharded') ||
      (ofOtherKind === 'same' && sharded === (cluster.kind === 'sharded')) ||
      (ofOtherKind === 'whole' && operation.kind === 'list')
    const all = this.#store
      .existing(cluster.name, now)
      .flatMap((whole) => [
        ...(showsWhole(whole) ? [whole] : []),
        ...(operation.kind === 'list' ? listedMembers(whole, this.#config) : []),
      ])
    const visible = visibleSnapshots(all, this.#config, now)
    // A list of the other kind of cluster has no entries at all.
    const rows = sameKind || visible.length > 0 ? toRows(visible, list) : []
    const shown = findPage(page, rows.length, operation, list)
    return 'error' in shown
      ? shown
      : { body: listResource(rows, shown, operation, this.#config, now), changed }
  }

  /** Deletes the newest ended snapshot of another client, so the entries after it move up one place. */
  #shrink(clusterName: string, now: number): boolean {
    if (this.#shrinksLeft <= 0) return false
    const victim = this.#store
      .existing(clusterName, now)
      .findLast((snapshot) => snapshot.takenBy === 'other' && !isUnfinished(snapshot, now))
    if (victim === undefined) return false
    this.#shrinksLeft -= 1
    victim.deleted = true
    return true
  }

  #delete(snapshot: StoredSnapshot, now: number): Outcome {
    if (isUnfinished(snapshot, now)) return { error: errors.deleteInProgress(snapshot.id) }
    snapshot.deleted = true
    return { body: undefined, changed: true }
  }
}

/** Why this kind of cluster takes no snapshots. The codes are assumed, except for the one of `deleting`. */
export function backupRefusal(cluster: ClusterConfig, groupId: string): AtlasError | undefined {
  switch (cluster.kind) {
    case 'm0':
      return errors.insufficientInstanceSize(cluster.name)
    case 'flex':
      return errors.flexInClusterApi(cluster.name)
    case 'paused':
      return errors.backupJobNotFound(cluster.name)
    case 'noBackup':
      return errors.backupConfigNotFound(cluster.name, groupId)
    case 'deleting':
      return errors.clusterBeingDeleted()
    case 'replicaSet':
    case 'sharded':
      return undefined
  }
}

function endpointGroup(kind: ApiOperationKind): EndpointGroup {
  return kind === 'cluster' ? 'clusters' : kind.startsWith('flex') ? 'flex' : 'snapshots'
}

function otherId(id: string): string {
  return (id.endsWith('0') ? '1' : '0').padStart(id.length, id.slice(0, -1))
}
