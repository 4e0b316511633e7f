import { type Cluster, type ClusterKind, parseCluster } from './cluster.js'
import { toAtlasError } from './error-response.js'
import { AtlasError, asNotExecuted, couldNot } from './errors.js'
import { type HttpRequest, header, parseHttpDate, type SendAuthenticated } from './http.js'
import { asInteger, asObject, parseJson } from './json.js'
import { RESPONSES } from './responses.js'
import { parseSnapshot, type Snapshot } from './snapshot.js'

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

/** The snapshot to create, as Atlas takes it in the body of the POST. */
export interface SnapshotRequest {
  readonly description: string
  /** 1 or more. */
  readonly retentionInDays: number
}

/** One page of a list. */
export interface SnapshotPage {
  /** Snapshots, or what is wrong with an entry, in a clause: `it has no status`. */
  readonly entries: readonly (Snapshot | string)[]
  /** Entries on all pages, `undefined` if the response lacks it. */
  readonly totalCount: number | undefined
}

/** The largest page size that Atlas supports for the plain list. */
export const PAGE_SIZE = 500
/** Some servers send a small `Age` with each response. */
const MAX_AGE_S = 5
/** Older versions of the cluster resource fail for shards of different sizes. */
const CLUSTER_RESOURCE_VERSION = '2024-08-05'

/**
 * The operations on one cluster. Each is one request, which only authentication sends again, and throws an
 * `AtlasError` if it fails or if the response is not valid.
 */
export interface SnapshotClient {
  /**
   * POST of an on-demand snapshot. It is sent again only after a 401 that shows that Atlas has not executed it. When the
   * signal aborts, a POST with credentials gets another second, and any other is `notExecuted`.
   */
  createSnapshot(body: SnapshotRequest, signal: AbortSignal): Promise<Snapshot>
  /** GET of one snapshot, of a replica set or of a sharded cluster. */
  getSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /** GET of one snapshot of a sharded cluster, in the form that shows whether every shard is completed. */
  getShardedSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /**
   * GET of one page of the cluster's snapshots, from the plain list of a replica set, or the sharded list. Pages start at 1.
   * The specification of the sharded list has no pages, so the request for the first one has no query.
   */
  listSnapshots(kind: ClusterKind, page: number, signal: AbortSignal): Promise<SnapshotPage>
  /** GET of the cluster. For a flex cluster, Atlas responds with 400 `CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API`. */
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

  /** Sends a request and parses a 2xx response. `parse` returns a text if the response does not contain what it should. */
  const fetch = async <T extends object>(
    request: HttpRequest,
    signal: AbortSignal,
    parse: (body: unknown, serverTime: number | undefined) => T | string,
  ): Promise<T> => {
    const atlasResponse = await send(request, signal)
    const { response, authenticated } = atlasResponse
    const { status, body } = response
    const fail = (error: AtlasError) => (authenticated ? error : asNotExecuted(error))
    if (status < 200 || status > 299) throw fail(toAtlasError(atlasResponse, request))
    const unusable = (reason: string) =>
      fail(new AtlasError(RESPONSES.invalidResponse, { message: couldNot(request.purpose, reason) }))
    // RFC 9111 section 5.1. A cached response is about another request, although each request says `no-cache`.
    const age = Number.parseInt(header(response, 'age') ?? '', 10)
    if (age > MAX_AGE_S)
      throw unusable(`a cache between the runner and Atlas sent a response that is ${age} s old`)
    const json = parseJson(body)
    if (json === undefined) throw unusable(`the response (HTTP ${status}) is not JSON`)
    const parsed = parse(json, parseHttpDate(header(response, 'date')))
    if (typeof parsed === 'string') throw unusable(parsed)
    return parsed
  }

  return {
    createSnapshot: (body, signal) => {
      const request: HttpRequest = {
        purpose: `create a snapshot of cluster ${clusterName}`,
        method: 'POST',
        url: new URL(snapshotsPath, baseUrl),
        headers: { accept: mediaType(apiVersion), 'content-type': mediaType(apiVersion) },
        body: JSON.stringify(body),
      }
      return fetch(request, signal, snapshotParser())
    },
    getSnapshot: (snapshotId, signal) => {
      const request = get(`read snapshot ${snapshotId}`, `${snapshotsPath}/${snapshotId}`)
      return fetch(request, signal, snapshotParser(snapshotId))
    },
    getShardedSnapshot: (snapshotId, signal) => {
      const path = `${snapshotsPath}/shardedCluster/${snapshotId}`
      const request = get(`read sharded snapshot ${snapshotId}`, path)
      return fetch(request, signal, snapshotParser(snapshotId, 'shardedCluster'))
    },
    listSnapshots: (kind, page, signal) => {
      const path =
        kind === 'replicaSet'
          ? `?includeCount=true&itemsPerPage=${PAGE_SIZE}&pageNum=${page}`
          : `/shardedClusters${page === 1 ? '' : `?pageNum=${page}`}`
      const request = get(`list the snapshots of cluster ${clusterName}`, `${snapshotsPath}${path}`)
      return fetch(request, signal, (body, serverTime) => parsePage(body, kind, serverTime))
    },
    getCluster: (signal) => {
      const request = get(`read cluster ${clusterName}`, clusterPath, mediaType(CLUSTER_RESOURCE_VERSION))
      return fetch(
        request,
        signal,
        (body) => parseCluster(body) ?? 'the response contains no cluster of a known clusterType',
      )
    },
  }
}

/** The backup page of the cluster in the Atlas UI. */
export function backupPage({ baseUrl, groupId, clusterName }: ClusterRef): string {
  return `${baseUrl}/v2/${groupId}#/clusters/backup/${clusterName}`
}

/** @param id the ID of the requested snapshot, because a faulty proxy or cache can return the response for another one */
function snapshotParser(id?: string, type?: ClusterKind) {
  return (body: unknown, serverTime: number | undefined): Snapshot | string => {
    const snapshot = parseSnapshot(body, { type, serverTime })
    if (typeof snapshot === 'string') return 'the response contains no snapshot'
    if (snapshot.id !== (id ?? snapshot.id)) return `the response is about another snapshot, ${snapshot.id}`
    return snapshot
  }
}

function parsePage(body: unknown, type: ClusterKind, serverTime: number | undefined): SnapshotPage | string {
  const { results, totalCount } = asObject(body)
  if (!Array.isArray(results)) return 'the response contains no list'
  const entries = results.map((result: unknown) => parseSnapshot(result, { type, serverTime }))
  return { entries, totalCount: asInteger(totalCount) }
}
