import { type Cluster, parseCluster } from './cluster.js'
import { type AtlasError, couldNot } from './errors.js'
import {
  type AtlasResponse,
  type HttpRequest,
  type HttpResponse,
  header,
  parseHttpDate,
  type SendAuthenticated,
} from './http.js'
import { isJsonObject, parseJson } from './json.js'
import { noUsableResponse, toAtlasError } from './response-errors.js'
import { parseSnapshot, type Snapshot, type SnapshotForm } from './snapshot.js'

/** `2023-01-01` is the only version of the snapshot resource in API v2. `v1.0` is the deprecated API. */
export type ApiVersion = '2023-01-01' | 'v1.0'

/** A cluster and its API. */
export interface ClusterRef {
  /** Origin of the Admin API. */
  readonly baseUrl: string
  readonly apiVersion: ApiVersion
  /** 24 lowercase hexadecimal digits. */
  readonly groupId: string
  readonly clusterName: string
}

/** The body of the POST. */
interface SnapshotRequest {
  readonly description: string
  readonly retentionInDays: number
}

/** The result of one status check. */
export interface StatusCheck {
  readonly snapshot: Snapshot
  /** The unused share of the rate limit, from 0 to 1, `undefined` if the response lacks it. */
  readonly rateLimitRemaining: number | undefined
}

/** One page of a list. */
export interface SnapshotPage {
  /** Without `resource`, to save memory. */
  readonly snapshots: readonly Snapshot[]
  /** The entries that are not valid snapshots, as JSON. */
  readonly invalidEntries: readonly string[]
  /** Entries on all pages, `undefined` if the response lacks it. */
  readonly totalCount: number | undefined
}

/** The largest page size that Atlas supports for the plain list. */
export const PAGE_SIZE = 500
/** Older versions of the cluster resource fail for shards of different sizes. */
const CLUSTER_RESOURCE_VERSION = '2024-08-05'

/**
 * The operations on one cluster. Each is one request (plus its digest challenge) without retries, and throws an
 * `AtlasError` if it fails or if the response is not valid.
 */
export interface SnapshotClient {
  /** POST of an on-demand snapshot. */
  createSnapshot(body: SnapshotRequest, signal: AbortSignal): Promise<Snapshot>
  /** GET of one snapshot, of a replica set or of a sharded cluster. */
  getSnapshot(snapshotId: string, signal: AbortSignal): Promise<StatusCheck>
  /** GET of one snapshot of a sharded cluster, with its members. */
  getShardedSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /**
   * GET of one page of the cluster's snapshots. Pages start at 1. The specification of the sharded list has no pages, so
   * the request for the first one has no query.
   */
  listSnapshots(form: SnapshotForm, page: number, signal: AbortSignal): Promise<SnapshotPage>
  /** GET of the cluster. For a flex cluster, Atlas responds with 400 `CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API`. */
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

  /** Sends a request and parses the body of the response. */
  const fetchJson = async (request: HttpRequest, signal: AbortSignal): Promise<ParsedResponse> => {
    const response = await send(request, signal)
    return { ...response, request, body: parseBody(response, request, wallClock()) }
  }

  const getOne = async (
    form: SnapshotForm,
    request: HttpRequest,
    snapshotId: string,
    signal: AbortSignal,
  ): Promise<StatusCheck> => {
    const response = await fetchJson(request, signal)
    const snapshot = parseSnapshotResponse(response, form)
    // A faulty proxy or cache can return the response for another snapshot.
    if (snapshot.id !== snapshotId)
      throw unexpectedBodyError(response, `the response is about another snapshot, ${snapshot.id}`)
    return { snapshot, rateLimitRemaining: parseRateLimitRemaining(response.response) }
  }

  return {
    createSnapshot: async (body, signal) => {
      const request: HttpRequest = {
        purpose: `create a snapshot of cluster ${clusterName}`,
        method: 'POST',
        url: new URL(snapshotsPath, baseUrl),
        headers: { accept: mediaType(apiVersion), 'content-type': mediaType(apiVersion) },
        body: JSON.stringify(body),
        newConnection: true,
      }
      return parseSnapshotResponse(await fetchJson(request, signal), 'plain')
    },
    getSnapshot: (snapshotId, signal) => {
      const request = get(`read snapshot ${snapshotId}`, `${snapshotsPath}/${snapshotId}`)
      return getOne('plain', request, snapshotId, signal)
    },
    getShardedSnapshot: async (snapshotId, signal) => {
      const path = `${snapshotsPath}/shardedCluster/${snapshotId}`
      const request = get(`read the members of snapshot ${snapshotId}`, path)
      return (await getOne('sharded', request, snapshotId, signal)).snapshot
    },
    listSnapshots: async (form, page, signal) => {
      const path =
        form === 'plain'
          ? `?includeCount=true&itemsPerPage=${PAGE_SIZE}&pageNum=${page}`
          : `/shardedClusters${page === 1 ? '' : `?pageNum=${page}`}`
      const request = get(`list the snapshots of cluster ${clusterName}`, `${snapshotsPath}${path}`)
      return parsePage(await fetchJson(request, signal), form)
    },
    getCluster: async (signal) => {
      const request = get(`read cluster ${clusterName}`, clusterPath, mediaType(CLUSTER_RESOURCE_VERSION))
      const response = await fetchJson(request, signal)
      const parsed = parseCluster(response.body)
      if (parsed === undefined) throw unexpectedBodyError(response, 'the response contains no cluster')
      return parsed
    },
  }
}

/** The backup page of the cluster in the Atlas UI. */
export function backupPage({ baseUrl, groupId, clusterName }: ClusterRef): string {
  return `${baseUrl}/v2/${groupId}#/clusters/backup/${clusterName}`
}

/** A 2xx response with its parsed body. */
interface ParsedResponse extends AtlasResponse {
  readonly request: HttpRequest
  readonly body: unknown
}

function parseSnapshotResponse(response: ParsedResponse, form: SnapshotForm): Snapshot {
  const snapshot = parseSnapshot(response.body, { form, serverTime: parseServerTime(response) })
  if (snapshot === undefined) throw unexpectedBodyError(response, 'the response contains no snapshot')
  return snapshot
}

function parsePage(response: ParsedResponse, form: SnapshotForm): SnapshotPage {
  const { body } = response
  const results: unknown = isJsonObject(body) ? body['results'] : undefined
  if (!isJsonObject(body) || !Array.isArray(results))
    throw unexpectedBodyError(response, 'the response contains no list')
  const serverTime = parseServerTime(response)
  const snapshots: Snapshot[] = []
  const invalidEntries: string[] = []
  for (const result of results) {
    const snapshot = parseSnapshot(result, { form, serverTime })
    if (snapshot !== undefined) snapshots.push({ ...snapshot, resource: undefined })
    else invalidEntries.push(JSON.stringify(result))
  }
  const { totalCount } = body
  return {
    snapshots,
    invalidEntries,
    totalCount: Number.isSafeInteger(totalCount) ? Number(totalCount) : undefined,
  }
}

/** The parsed body. Throws for a response other than 2xx. */
function parseBody(response: AtlasResponse, request: HttpRequest, now: number): unknown {
  const { status, body } = response.response
  if (status < 200 || status > 299) throw toAtlasError(response, request, now)
  const parsed = parseJson(body)
  if (parsed === undefined)
    throw unexpectedBodyError({ ...response, request }, `the response (HTTP ${status}) is not JSON`)
  return parsed
}

/** The error for a 2xx response with an invalid body. */
function unexpectedBodyError(
  { authenticated, request: { purpose } }: Pick<ParsedResponse, 'authenticated' | 'request'>,
  reason: string,
): AtlasError {
  return noUsableResponse(couldNot(purpose, reason), authenticated)
}

/** The time of Atlas: `Date` plus the seconds that a cache kept the response (`Age`, RFC 9111 section 5.1). */
function parseServerTime({ response }: AtlasResponse): number | undefined {
  const date = parseHttpDate(header(response, 'date'))
  const age = header(response, 'age')?.trim() ?? ''
  return date === undefined ? undefined : date + (/^\d+$/.test(age) ? Number(age) * 1000 : 0)
}

/** `RateLimit-Remaining` divided by `RateLimit-Limit`, `undefined` if one is missing or invalid. */
function parseRateLimitRemaining(response: HttpResponse): number | undefined {
  const parse = (name: string) => {
    const value = header(response, name)?.trim() ?? ''
    return /^\d+$/.test(value) ? Number(value) : Number.NaN
  }
  const share = parse('ratelimit-remaining') / parse('ratelimit-limit')
  return share <= 1 ? share : undefined
}
