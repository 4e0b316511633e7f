import { type Cluster, parseCluster } from './cluster.js'
import type { AtlasError } from './errors.js'
import {
  type AtlasResponse,
  type HttpRequest,
  type HttpResponse,
  header,
  type SendAuthenticated,
} from './http.js'
import { isJsonObject, parseJson } from './json.js'
import { noUsableResponse, parseHttpDate, toAtlasError } from './response-errors.js'
import { parseSnapshot, type Snapshot } from './snapshot.js'

/** `plain` holds replica sets' snapshots, `sharded` those of sharded clusters. */
export type SnapshotList = 'plain' | 'sharded'

/** One page of a list. */
export interface SnapshotPage {
  readonly snapshots: readonly Snapshot[]
  /** Entries of all pages, `undefined` where Atlas did not count. */
  readonly totalCount: number | undefined
}

/** Older versions of the resource break on shards of different sizes. */
const CLUSTER_RESOURCE_VERSION = '2024-08-05'

/** The most entries that Atlas gives a page of the plain list. */
export const PAGE_SIZE = 500
/** How many entries a page has where nobody asks for more, in lists that come in pages. */
export const DEFAULT_PAGE_SIZE = 100

/**
 * The operations that this project needs, each one request (but for its challenge) that is never repeated here.
 * All throw an `AtlasError` where the answer is not what was asked for.
 */
export interface SnapshotClient {
  /** Takes an on-demand snapshot. */
  createSnapshot(
    order: { description: string; retentionInDays: number },
    signal: AbortSignal,
  ): Promise<Snapshot>
  /** Reads one snapshot, of a replica set or of a sharded cluster. */
  getSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /** Reads one snapshot of a sharded cluster, with its members. */
  getShardedSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /**
   * Reads one page, from 1, of the cluster's snapshots. By its specification the sharded list knows no pages, so that it
   * is first asked without any.
   */
  listSnapshots(list: SnapshotList, page: number, signal: AbortSignal): Promise<SnapshotPage>
  /** Reads the cluster itself. A flex cluster is refused: 400 `CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API`. */
  getCluster(signal: AbortSignal): Promise<Cluster>
}

export function createClient(cluster: ClusterRef, authenticate: SendAuthenticated): SnapshotClient {
  const v2 = cluster.apiVersion !== 'v1.0'
  const mediaTypeOf = (resourceVersion: string) =>
    v2 ? `application/vnd.atlas.${resourceVersion}+json` : 'application/json'
  const mediaType = mediaTypeOf(cluster.apiVersion)
  const clusterPath = `/api/atlas/${v2 ? 'v2' : 'v1.0'}/groups/${cluster.groupId}/clusters/${cluster.clusterName}`
  const snapshots = `${clusterPath}/backup/snapshots`

  const get = (purpose: string, path: string, accept = mediaType): HttpRequest => ({
    purpose,
    method: 'GET',
    url: new URL(path, cluster.baseUrl),
    headers: { accept },
  })

  const readOne = async (path: string, snapshotId: string, signal: AbortSignal): Promise<Snapshot> => {
    const request = get(`Reading snapshot ${snapshotId}`, `${snapshots}${path}/${snapshotId}`)
    const exchange = await authenticate(request, signal)
    const snapshot = parseSnapshotResponse(exchange, request)
    // A proxy or cache that mixes up answers must not let another snapshot's status pass for this one's.
    if (snapshot.id !== snapshotId) {
      throw unusableResponse(exchange, request, `the answer is about another snapshot, ${snapshot.id}`)
    }
    return snapshot
  }

  return {
    createSnapshot: async (order, signal) => {
      const request: HttpRequest = {
        purpose: `Taking a snapshot of cluster ${cluster.clusterName}`,
        method: 'POST',
        url: new URL(snapshots, cluster.baseUrl),
        headers: { accept: mediaType, 'content-type': mediaType },
        body: JSON.stringify(order),
      }
      return parseSnapshotResponse(await authenticate(request, signal), request)
    },
    getSnapshot: (snapshotId, signal) => readOne('', snapshotId, signal),
    getShardedSnapshot: (snapshotId, signal) => readOne('/shardedCluster', snapshotId, signal),
    listSnapshots: async (list, page, signal) => {
      const path =
        list === 'plain'
          ? `?includeCount=true&itemsPerPage=${PAGE_SIZE}&pageNum=${page}`
          : `/shardedClusters${page === 1 ? '' : `?pageNum=${page}`}`
      const request = get(`Listing the snapshots of cluster ${cluster.clusterName}`, `${snapshots}${path}`)
      return parsePage(await authenticate(request, signal), request)
    },
    getCluster: async (signal) => {
      const purpose = `Reading cluster ${cluster.clusterName}`
      const request = get(purpose, clusterPath, mediaTypeOf(CLUSTER_RESOURCE_VERSION))
      const exchange = await authenticate(request, signal)
      const read = parseCluster(parseBody(exchange, request))
      if (read === undefined) throw unusableResponse(exchange, request, 'the answer is no cluster')
      return read
    },
  }
}

function parseSnapshotResponse(exchange: AtlasResponse, request: HttpRequest): Snapshot {
  const snapshot = parseSnapshot(parseBody(exchange, request), parseServerTime(exchange))
  if (snapshot === undefined) throw unusableResponse(exchange, request, 'the answer is no snapshot')
  return { ...snapshot, rateLimitRemaining: rateLimitRemaining(exchange.response) }
}

function parsePage(exchange: AtlasResponse, request: HttpRequest): SnapshotPage {
  const body = parseBody(exchange, request)
  const results: unknown = isJsonObject(body) ? body['results'] : undefined
  if (!isJsonObject(body) || !Array.isArray(results))
    throw unusableResponse(exchange, request, 'the answer is no list')
  const snapshots = results.map((result: unknown) => {
    const snapshot = parseSnapshot(result, parseServerTime(exchange))
    // Left out, it might be the very one that is looked for.
    if (snapshot === undefined)
      throw unusableResponse(exchange, request, 'the list holds what is no snapshot')
    return snapshot
  })
  const { totalCount } = body
  return { snapshots, totalCount: Number.isSafeInteger(totalCount) ? Number(totalCount) : undefined }
}

function parseServerTime({ response }: AtlasResponse): number | undefined {
  return parseHttpDate(header(response, 'date'))
}

/** The parsed body of a success. */
function parseBody(exchange: AtlasResponse, request: HttpRequest): unknown {
  const { status, body } = exchange.response
  if (status < 200 || status > 299) throw toAtlasError(exchange, request.purpose)
  const parsed = parseJson(body)
  if (parsed === undefined)
    throw unusableResponse(exchange, request, `the answer (HTTP ${status}) is not JSON`)
  return parsed
}

/** A success whose body is not what was asked for. */
function unusableResponse(
  { authenticated }: AtlasResponse,
  { purpose }: HttpRequest,
  why: string,
): AtlasError {
  return noUsableResponse(`${purpose}: ${why}.`, authenticated)
}
/** `2023-01-01` is the only resource version that snapshots have on API v2; `v1.0` is the deprecated API. */
export type ApiVersion = '2023-01-01' | 'v1.0'

/** The cluster that everything is about. */
export interface ClusterRef {
  /** Origin of the Admin API. */
  readonly baseUrl: string
  readonly apiVersion: ApiVersion
  /** 24 lower-case hexadecimal digits. */
  readonly groupId: string
  readonly clusterName: string
}

/** The backup page of the cluster in the Atlas UI. */
export function backupPage(cluster: ClusterRef): string {
  return `${cluster.baseUrl}/v2/${cluster.groupId}#/clusters/backup/${cluster.clusterName}`
}

const WHOLE_NUMBER = /^\d+$/

/**
 * The share of the rate limit that is left, from 0 to 1, by `RateLimit-Remaining` and `RateLimit-Limit`; `undefined`
 * where an answer lacks one of them, or what they say makes no sense.
 */
export function rateLimitRemaining(answer: HttpResponse): number | undefined {
  const [remaining, limit] = ['ratelimit-remaining', 'ratelimit-limit'].map((name) => {
    const value = header(answer, name)?.trim() ?? ''
    return WHOLE_NUMBER.test(value) ? Number(value) : Number.NaN
  })
  const share = (remaining ?? Number.NaN) / (limit ?? Number.NaN)
  return share <= 1 ? share : undefined
}
