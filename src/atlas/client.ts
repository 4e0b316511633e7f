import { asObject, parseJson } from '../json.js'
import { type Cluster, type ClusterKind, parseCluster } from './cluster.js'
import { toRequestError } from './error-response.js'
import { type Failure, ParseError, RequestError } from './errors.js'
import { type HttpRequest, header, parseHttpDate, type SendAuthenticated } from './http.js'
import { FAILURES } from './responses.js'
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

/** Whether a snapshot has the tag of the request. */
type SnapshotFilter = (snapshot: Snapshot) => boolean
/** Parses the JSON of a 2xx response that Atlas sent at `serverTime`. Throws a `ParseError` for any other value. */
type Parser<T> = (body: unknown, serverTime: number | undefined) => T

/** The largest page size that Atlas supports for the plain list. */
export const PAGE_SIZE = 500
/** A list with an entry that can't be read, because it might be the step's own snapshot. A heading of docs/troubleshooting.md. */
export const UNREADABLE_LIST: Failure = {
  meaning: 'unknown',
  title: 'Could not read snapshot list',
  remedy: 'Report this with the log, because Atlas might have changed its responses.',
}
/** A snapshot in the response to a POST that might be the step's own or another one. A heading of docs/troubleshooting.md. */
export const MISSING_TAG: Failure = {
  meaning: 'notAtlas',
  title: 'Snapshot without the tag',
  remedy: UNREADABLE_LIST.remedy,
}
/** Older versions of the cluster resource fail for shards of different sizes. */
const CLUSTER_RESOURCE_VERSION = '2024-08-05'

/**
 * The operations on one cluster. Each is one request, which only authentication sends again, and throws a
 * `RequestError` if it fails or if the response is not valid.
 */
export interface SnapshotClient {
  /** POST of an on-demand snapshot, sent again only after a 401 that shows that Atlas has not executed it. */
  createSnapshot(body: SnapshotRequest, isOwn: SnapshotFilter, signal: AbortSignal): Promise<Snapshot>
  /** GET of one snapshot, of a replica set or of a sharded cluster. */
  getSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /** GET of one snapshot of a sharded cluster, in the form that shows whether every shard is completed. */
  getShardedSnapshot(snapshotId: string, signal: AbortSignal): Promise<Snapshot>
  /**
   * GET of one page of the plain list of a replica set, starting with 1, or of the whole sharded list, whose specification has
   * no pages.
   */
  listSnapshots(kind: ClusterKind, page: number, signal: AbortSignal): Promise<readonly Snapshot[]>
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

  /** Sends a request and parses a 2xx response. */
  const execute = async <T>(request: HttpRequest, parse: Parser<T>, signal: AbortSignal): Promise<T> => {
    const exchange = await send(request, signal)
    const { response } = exchange
    const { status, body } = response
    if (status < 200 || status > 299) throw toRequestError(exchange)
    try {
      const json = parseJson(body)
      if (json === undefined) throw new ParseError(`the response (HTTP ${status}) is not JSON`)
      return parse(json, parseHttpDate(header(response, 'date')))
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      const { failure = FAILURES.noValidResponse, message } = error
      throw new RequestError(exchange.request, message, failure, { cause: error })
    }
  }

  const get = (purpose: string, path: string, accept = mediaType(apiVersion)): HttpRequest => ({
    purpose,
    method: 'GET',
    url: new URL(path, baseUrl),
    // Some servers close a connection right after a response, so the request that follows at once must have a new one.
    headers: { accept, connection: 'close' },
  })

  return {
    createSnapshot: (body, isOwn, signal) => {
      const request: HttpRequest = {
        purpose: `create a snapshot of cluster ${clusterName}`,
        method: 'POST',
        url: new URL(snapshotsPath, baseUrl),
        headers: { accept: mediaType(apiVersion), 'content-type': mediaType(apiVersion) },
        body: JSON.stringify(body),
      }
      return execute(request, createdParser(isOwn), signal)
    },
    getSnapshot: (id, signal) => {
      const request = get(`read snapshot ${id}`, `${snapshotsPath}/${id}`)
      return execute(request, snapshotParser(id), signal)
    },
    getShardedSnapshot: (id, signal) => {
      const request = get(`read sharded snapshot ${id}`, `${snapshotsPath}/shardedCluster/${id}`)
      return execute(request, snapshotParser(id, 'shardedCluster'), signal)
    },
    listSnapshots: (kind, page, signal) => {
      const path = kind === 'replicaSet' ? `?itemsPerPage=${PAGE_SIZE}&pageNum=${page}` : '/shardedClusters'
      const request = get(`list the snapshots of cluster ${clusterName}`, `${snapshotsPath}${path}`)
      return execute(request, pageParser(kind, page), signal)
    },
    getCluster: (signal) => {
      const request = get(`read cluster ${clusterName}`, clusterPath, mediaType(CLUSTER_RESOURCE_VERSION))
      return execute(request, parseCluster, signal)
    },
  }
}

/** The backup page of the cluster in the Atlas UI. */
export function backupPage({ baseUrl, groupId, clusterName }: ClusterRef): string {
  return `${baseUrl}/v2/${groupId}#/clusters/backup/${clusterName}`
}

/** Checks the tag, because a response that lacks it can be about any snapshot. */
function createdParser(isOwn: SnapshotFilter): Parser<Snapshot> {
  return (body, serverTime) => {
    const snapshot = parseSnapshot(body, { serverTime })
    if (isOwn(snapshot)) return snapshot
    const reason = `in the response, the description of snapshot ${snapshot.id} lacks the tag`
    throw new ParseError(reason, MISSING_TAG)
  }
}

/** Checks the ID, because a faulty proxy or cache can return the response for another snapshot. */
function snapshotParser(id: string, type?: ClusterKind): Parser<Snapshot> {
  return (body, serverTime) => {
    const snapshot = parseSnapshot(body, { type, serverTime })
    if (snapshot.id === id) return snapshot
    throw new ParseError(`the response is about another snapshot, ${snapshot.id}`)
  }
}

function pageParser(type: ClusterKind, page: number): Parser<readonly Snapshot[]> {
  return (body, serverTime) => {
    const { results } = asObject(body)
    if (!Array.isArray(results)) throw new ParseError('the response contains no list')
    return results.map((result: unknown, index) => {
      try {
        return parseSnapshot(result, { type, serverTime })
      } catch (error) {
        if (!(error instanceof ParseError)) throw error
        throw new ParseError(`in entry ${index + 1} of page ${page}, ${error.message}`, UNREADABLE_LIST)
      }
    })
  }
}
