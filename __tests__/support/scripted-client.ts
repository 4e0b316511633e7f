import type { SnapshotClient } from '../../src/atlas/client.js'
import { type Cluster, parseCluster } from '../../src/atlas/cluster.js'
import { type Meaning, RequestError } from '../../src/atlas/errors.js'
import { parseSnapshot, type Snapshot } from '../../src/atlas/snapshot.js'

/** The results of the calls in order, or one result for every call. An error is thrown. */
export type Scripts<T> = readonly (T | Error)[] | T | Error
/** The results of the pages of lists in order, or one error for every page. */
export type Pages = readonly (readonly Snapshot[] | Error)[] | Error

/** Results of each operation. By default, the cluster is a replica set. */
export interface Script {
  readonly create?: Scripts<Snapshot>
  readonly get?: Scripts<Snapshot>
  readonly getSharded?: Scripts<Snapshot>
  readonly list?: Pages
  readonly listSharded?: Pages
  readonly getCluster?: Scripts<Cluster>
}

/** A client that returns the results of a script. Any other call throws an error. Adds each call, such as `list replicaSet 1`. */
export function scriptedClient(script: Script, calls: string[]): SnapshotClient {
  const player = <T>(results: Scripts<T> = []) => {
    const left = isSeries(results) ? results.values() : undefined
    return async (call: string): Promise<T> => {
      calls.push(call)
      const result = isSeries(results) ? left?.next().value : results
      if (result === undefined) throw new Error(`the script has no result for ${call}`)
      if (result instanceof Error) throw result
      return result
    }
  }
  const create = player(script.create)
  const get = player(script.get)
  const getSharded = player(script.getSharded)
  const getCluster = player(script.getCluster ?? cluster())
  const lists = {
    replicaSet: player<readonly Snapshot[]>(script.list),
    shardedCluster: player<readonly Snapshot[]>(script.listSharded),
  }
  return {
    createSnapshot: ({ description }) => create(`create ${description}`),
    getSnapshot: (id) => get(`get ${id}`),
    getShardedSnapshot: (id) => getSharded(`get sharded ${id}`),
    listSnapshots: (kind, page) => lists[kind](`list ${kind} ${page}`),
    getCluster: () => getCluster('get cluster'),
  }
}

function isSeries<T>(results: Scripts<T>): results is readonly (T | Error)[] {
  return Array.isArray(results)
}

/** A snapshot ID that ends in the number. */
export function snapshotId(number: number): string {
  return number.toString(16).padStart(24, '0')
}

/** A snapshot as Atlas sends it, by default `queued`. */
export function snapshot(
  fields: Readonly<Record<string, unknown>> = {},
  options?: Parameters<typeof parseSnapshot>[1],
): Snapshot {
  const resource = {
    id: snapshotId(1),
    status: 'queued',
    snapshotType: 'onDemand',
    type: 'replicaSet',
    ...fields,
  }
  return parseSnapshot(resource, options)
}

/** A completed snapshot that `reuse-within-minutes` allows. */
export const recent = snapshot(
  {
    id: snapshotId(5),
    status: 'completed',
    createdAt: '2026-08-10T03:00:00Z',
    expiresAt: '2026-08-17T03:00:00Z',
  },
  { serverTime: Date.parse('2026-08-10T03:01:00Z') },
)

/** A cluster as Atlas sends it, by default an M10 with backup turned on. */
export function cluster(fields: Readonly<Record<string, unknown>> = {}): Cluster {
  return parseCluster({
    name: 'demo',
    paused: false,
    backupEnabled: true,
    stateName: 'IDLE',
    clusterType: 'REPLICASET',
    replicationSpecs: [{ regionConfigs: [{ electableSpecs: { instanceSize: 'M10' } }] }],
    ...fields,
  })
}

const failure = (meaning: Meaning) => ({ meaning, title: `Title: ${meaning}`, remedy: 'Do something.' })

/** A request with credentials. */
const request = { purpose: 'go on', authenticated: true } as const

export const lost = () => new RequestError(request, 'lost', failure('unknown'))
export const notExecuted = () => new RequestError(request, 'not sent', failure('notExecuted'))
export const conflict = () => new RequestError(request, 'conflict', failure('conflict'))
export const throttled = (retryAfterMs?: number) =>
  new RequestError(request, 'later', failure('throttled'), { retryAfterMs })
export const untrusted = () => new RequestError(request, 'untrusted', failure('untrusted'))
export const nonAtlas = () => new RequestError(request, 'not from Atlas', failure('notAtlas'))
export const rejected = (status: number, errorCode?: string) =>
  new RequestError(request, `rejected with ${status}`, failure('rejected'), {
    rejection: { status, errorCode, detail: undefined, isAtlas: true },
  })
