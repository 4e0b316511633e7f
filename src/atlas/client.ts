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
import { parseListedSnapshot, parseSnapshot, type Snapshot } from './snapshot.js'

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
  /** Bytes of the response's body. */
  readonly bodyLength: number
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

/** @param wallClock the runner's clock, in milliseconds since 1970 */
export function createClient(
  cluster: ClusterRef,
  send: SendAuthenticated,
  wallClock: () => number,
): SnapshotClient {
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

  /** Sends a request. Returns the response to it, with its body parsed. */
  const fetchJson = async (request: HttpRequest, signal: AbortSignal): Promise<ParsedResponse> => {
    const response = await send(request, signal)
    return { ...response, request, body: parseBody(response, request, wallClock()) }
  }

  const getOne = async (path: string, snapshotId: string, signal: AbortSignal): Promise<StatusCheck> => {
    const request = get(`Reading snapshot ${snapshotId}`, `${snapshotsPath}${path}/${snapshotId}`)
    const response = await fetchJson(request, signal)
    const snapshot = parseSnapshotResponse(response)
    // A proxy or cache that mixes up responses must not let another snapshot's status pass for this one's.
    if (snapshot.id !== snapshotId)
      throw unexpectedBodyError(response, `the answer is about another snapshot, ${snapshot.id}`)
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
      return parseSnapshotResponse(await fetchJson(request, signal))
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
      // A cached list can lack the newest snapshot.
      const headers = { ...request.headers, 'cache-control': 'no-cache' }
      return parsePage(await fetchJson({ ...request, headers }, signal))
    },
    getCluster: async (signal) => {
      const request = get(`Reading cluster ${clusterName}`, clusterPath, mediaType(CLUSTER_RESOURCE_VERSION))
      const response = await fetchJson(request, signal)
      const parsed = parseCluster(response.body)
      if (parsed === undefined) throw unexpectedBodyError(response, 'the answer is no cluster')
      return parsed
    },
  }
}

/** The backup page of the cluster in the Atlas UI. */
export function backupPage({ baseUrl, groupId, clusterName }: ClusterRef): string {
  return `${baseUrl}/v2/${groupId}#/clusters/backup/${clusterName}`
}

/** A success with its body. */
interface ParsedResponse extends AtlasResponse {
  readonly request: HttpRequest
  readonly body: unknown
}

function parseSnapshotResponse(response: ParsedResponse): Snapshot {
  const snapshot = parseSnapshot(response.body, parseServerTime(response))
  if (snapshot === undefined) throw unexpectedBodyError(response, 'the answer is no snapshot')
  return snapshot
}

function parsePage(response: ParsedResponse): SnapshotPage {
  const { body } = response
  const results: unknown = isJsonObject(body) ? body['results'] : undefined
  if (!isJsonObject(body) || !Array.isArray(results))
    throw unexpectedBodyError(response, 'the answer is no list')
  const snapshots = results.map((result: unknown) => {
    const snapshot = parseListedSnapshot(result, parseServerTime(response))
    // Left out, it might be the one that is searched for.
    if (snapshot === undefined) throw unexpectedBodyError(response, 'the list holds what is no snapshot')
    return snapshot
  })
  const { totalCount } = body
  return {
    snapshots,
    totalCount: Number.isSafeInteger(totalCount) ? Number(totalCount) : undefined,
    bodyLength: Buffer.byteLength(response.response.body),
  }
}

/** The parsed body of a success. */
function parseBody(response: AtlasResponse, request: HttpRequest, now: number): unknown {
  const { status, body } = response.response
  if (status < 200 || status > 299) throw toAtlasError(response, request.purpose, now)
  const parsed = parseJson(body)
  if (parsed === undefined)
    throw unexpectedBodyError({ ...response, request }, `the answer (HTTP ${status}) is not JSON`)
  return parsed
}

/** A success whose body is not what was asked for. */
function unexpectedBodyError(
  { authenticated, request: { purpose } }: Pick<ParsedResponse, 'authenticated' | 'request'>,
  why: string,
): AtlasError {
  return noUsableResponse(`${purpose}: ${why}.`, authenticated)
}

/** Atlas's clock: `Date`, plus the seconds for which a cache kept the response (`Age`, RFC 9111 section 5.1). */
function parseServerTime({ response }: AtlasResponse): number | undefined {
  const date = parseHttpDate(header(response, 'date'))
  const age = header(response, 'age')?.trim() ?? ''
  return date === undefined ? undefined : date + (/^\d+$/.test(age) ? Number(age) * 1000 : 0)
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
