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

/** `2023-01-01` is the only resource version that snapshots have in API v2. `v1.0` is the deprecated API. */
export type ApiVersion = '2023-01-01' | 'v1.0'

/** The cluster that a step is about. */
export interface ClusterRef {
  /** Origin of the Admin API. */
  readonly baseUrl: string
  readonly apiVersion: ApiVersion
  /** 24 lower-case hexadecimal digits. */
  readonly groupId: string
  readonly clusterName: string
}

/** The body of the POST. */
interface SnapshotRequest {
  readonly description: string
  readonly retentionInDays: number
}

/** A snapshot as one status check found it. */
interface StatusCheck {
  readonly snapshot: Snapshot
  /** The share of the rate limit that is left, from 0 to 1, `undefined` if Atlas did not say. */
  readonly rateLimitRemaining: number | undefined
}

/** `plain` has the snapshots of replica sets, `sharded` those of sharded clusters. */
export type SnapshotList = 'plain' | 'sharded'

/** One page of a list. */
export interface SnapshotPage {
  readonly snapshots: readonly Snapshot[]
  /** Entries on all pages, `undefined` if Atlas did not count. */
  readonly totalCount: number | undefined
}

/** The most entries that Atlas gives a page of the plain list. */
export const PAGE_SIZE = 500
/** Entries of a page in a list that was not asked for a number of them. */
export const DEFAULT_PAGE_SIZE = 100
/** Older versions of the resource break on shards of different sizes. */
const CLUSTER_RESOURCE_VERSION = '2024-08-05'

/**
 * The five operations that this project needs. Each is one request (and its digest challenge), never retried here, and
 * throws an `AtlasError` if the response is not what was asked for.
 */
export interface SnapshotClient {
  /** POST: takes an on-demand snapshot. */
  createSnapshot(body: SnapshotRequest, signal: AbortSignal): Promise<Snapshot>
  /** GET of one snapshot, of a replica set or of a sharded cluster. */
  getSnapshot(snapshotId: string, signal: AbortSignal): Promise<StatusCheck>
  /** GET of one snapshot of a sharded cluster, with its members. */
  getShardedSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /**
   * GET of one page, from 1, of the cluster's snapshots. By its specification the sharded list has no pages, so the first
   * one is requested without a query.
   */
  listSnapshots(list: SnapshotList, page: number, signal: AbortSignal): Promise<SnapshotPage>
  /** GET of the cluster itself. A flex cluster is 400 `CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API`. */
  getCluster(signal: AbortSignal): Promise<Cluster>
}

export function createClient(cluster: ClusterRef, send: SendAuthenticated): SnapshotClient {
  const { baseUrl, apiVersion, groupId, clusterName } = cluster
  const isV2 = apiVersion !== 'v1.0'
  const mediaType = (resourceVersion: string) =>
    isV2 ? `application/vnd.atlas.${resourceVersion}+json` : 'application/json'
  const clusterPath = `/api/atlas/${isV2 ? 'v2' : 'v1.0'}/groups/${groupId}/clusters/${clusterName}`
  const snapshotsPath = `${clusterPath}/backup/snapshots`

  const get = (purpose: string, path: string, accept = mediaType(apiVersion)): HttpRequest => ({
    purpose,
    method: 'GET',
    url: new URL(path, baseUrl),
    headers: { accept },
  })

  const getOne = async (path: string, snapshotId: string, signal: AbortSignal): Promise<StatusCheck> => {
    const request = get(`Reading snapshot ${snapshotId}`, `${snapshotsPath}${path}/${snapshotId}`)
    const response = await send(request, signal)
    const snapshot = parseSnapshotResponse(response, request)
    // A proxy or cache that mixes up responses must not let another snapshot's status pass for this one's.
    if (snapshot.id !== snapshotId)
      throw unexpectedBodyError(response, request, `the answer is about another snapshot, ${snapshot.id}`)
    return { snapshot, rateLimitRemaining: parseRateLimitRemaining(response.response) }
  }

  return {
    createSnapshot: async (body, signal) => {
      const request: HttpRequest = {
        purpose: `Taking a snapshot of cluster ${clusterName}`,
        method: 'POST',
        url: new URL(snapshotsPath, baseUrl),
        headers: { accept: mediaType(apiVersion), 'content-type': mediaType(apiVersion) },
        body: JSON.stringify(body),
      }
      return parseSnapshotResponse(await send(request, signal), request)
    },
    getSnapshot: (snapshotId, signal) => getOne('', snapshotId, signal),
    getShardedSnapshot: async (snapshotId, signal) =>
      (await getOne('/shardedCluster', snapshotId, signal)).snapshot,
    listSnapshots: async (list, page, signal) => {
      const path =
        list === 'plain'
          ? `?includeCount=true&itemsPerPage=${PAGE_SIZE}&pageNum=${page}`
          : `/shardedClusters${page === 1 ? '' : `?pageNum=${page}`}`
      const request = get(`Listing the snapshots of cluster ${clusterName}`, `${snapshotsPath}${path}`)
      return parsePage(await send(request, signal), request)
    },
    getCluster: async (signal) => {
      const request = get(`Reading cluster ${clusterName}`, clusterPath, mediaType(CLUSTER_RESOURCE_VERSION))
      const response = await send(request, signal)
      const parsed = parseCluster(parseBody(response, request))
      if (parsed === undefined) throw unexpectedBodyError(response, request, 'the answer is no cluster')
      return parsed
    },
  }
}

/** The backup page of the cluster in the Atlas UI. */
export function backupPage({ baseUrl, groupId, clusterName }: ClusterRef): string {
  return `${baseUrl}/v2/${groupId}#/clusters/backup/${clusterName}`
}

function parseSnapshotResponse(response: AtlasResponse, request: HttpRequest): Snapshot {
  const snapshot = parseSnapshot(parseBody(response, request), parseServerTime(response))
  if (snapshot === undefined) throw unexpectedBodyError(response, request, 'the answer is no snapshot')
  return snapshot
}

function parsePage(response: AtlasResponse, request: HttpRequest): SnapshotPage {
  const body = parseBody(response, request)
  const results: unknown = isJsonObject(body) ? body['results'] : undefined
  if (!isJsonObject(body) || !Array.isArray(results))
    throw unexpectedBodyError(response, request, 'the answer is no list')
  const snapshots = results.map((result: unknown) => {
    const snapshot = parseSnapshot(result, parseServerTime(response))
    // Left out, it might be the one that is searched for.
    if (snapshot === undefined)
      throw unexpectedBodyError(response, request, 'the list holds what is no snapshot')
    return snapshot
  })
  const { totalCount } = body
  return { snapshots, totalCount: Number.isSafeInteger(totalCount) ? Number(totalCount) : undefined }
}

/** The parsed body of a success. */
function parseBody(response: AtlasResponse, request: HttpRequest): unknown {
  const { status, body } = response.response
  if (status < 200 || status > 299) throw toAtlasError(response, request.purpose)
  const parsed = parseJson(body)
  if (parsed === undefined)
    throw unexpectedBodyError(response, request, `the answer (HTTP ${status}) is not JSON`)
  return parsed
}

/** A success whose body is not what was asked for. */
function unexpectedBodyError(
  { authenticated }: AtlasResponse,
  { purpose }: HttpRequest,
  why: string,
): AtlasError {
  return noUsableResponse(`${purpose}: ${why}.`, authenticated)
}

function parseServerTime({ response }: AtlasResponse): number | undefined {
  return parseHttpDate(header(response, 'date'))
}

/** `RateLimit-Remaining` divided by `RateLimit-Limit`, `undefined` if one is missing or makes no sense. */
function parseRateLimitRemaining(response: HttpResponse): number | undefined {
  const parse = (name: string) => {
    const value = header(response, name)?.trim() ?? ''
    return /^\d+$/.test(value) ? Number(value) : Number.NaN
  }
  const share = parse('ratelimit-remaining') / parse('ratelimit-limit')
  return share <= 1 ? share : undefined
}
