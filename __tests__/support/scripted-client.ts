import type { SnapshotClient, SnapshotPage } from '../../src/atlas/client.js'
import { type Cluster, parseCluster } from '../../src/atlas/cluster.js'
import {
  ConflictError,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
  RejectedError,
  ThrottledError,
  UntrustedResponseError,
} from '../../src/atlas/errors.js'
import { parseSnapshot, type Snapshot } from '../../src/atlas/snapshot.js'

/** The result of one call, or an error to throw. A function creates the error, so rows of a table contain no errors. */
export type Scripted<T> = T | Error | (() => Error)

/** The results of the calls in order, or one result for every call. */
export type Scripts<T> = readonly Scripted<T>[] | Scripted<T>

/** Results of each operation. By default, the cluster is a replica set without sharded snapshots. */
export interface Script {
  readonly create?: Scripts<Snapshot>
  readonly get?: Scripts<Snapshot>
  readonly getSharded?: Scripts<Snapshot>
  readonly list?: Scripts<SnapshotPage>
  readonly listSharded?: Scripts<SnapshotPage>
  readonly getCluster?: Scripts<Cluster>
}

export interface ScriptedClient extends SnapshotClient {
  /** The calls in order, such as `list plain 1`. */
  readonly calls: readonly string[]
}

/** A client that returns the results of a script. Any other call throws an error. */
export function scriptedClient(script: Script): ScriptedClient {
  const calls: string[] = []
  const player = <T>(script: Scripts<T> = []) => {
    const left = isSeries(script) ? [...script] : undefined
    return async (call: string): Promise<T> => {
      calls.push(call)
      const result = isSeries(script) ? left?.shift() : script
      if (result === undefined) throw new Error(`the script has no result for ${call}`)
      if (result instanceof Error) throw result
      if (isFunction(result)) throw result()
      return result
    }
  }
  const create = player(script.create)
  const get = player(script.get)
  const getSharded = player(script.getSharded)
  const getCluster = player(script.getCluster ?? cluster())
  const lists = { plain: player(script.list), sharded: player(script.listSharded ?? page([])) }
  return {
    calls,
    createSnapshot: ({ description }) => create(`create ${description}`),
    getSnapshot: async (id) => ({ snapshot: await get(`get ${id}`), rateLimitRemaining: undefined }),
    getShardedSnapshot: (id) => getSharded(`get sharded ${id}`),
    listSnapshots: (list, page) => lists[list](`list ${list} ${page}`),
    getCluster: () => getCluster('get cluster'),
  }
}

function isSeries<T>(script: Scripts<T>): script is readonly Scripted<T>[] {
  return Array.isArray(script)
}

function isFunction<T>(result: Scripted<T>): result is () => Error {
  return typeof result === 'function'
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
  const made = parseSnapshot(resource, options)
  if (made === undefined) throw new TypeError('no snapshot')
  return made
}

/** A cluster as Atlas sends it, by default an M10 with backup turned on. */
export function cluster(fields: Readonly<Record<string, unknown>> = {}): Cluster {
  const made = parseCluster({
    name: 'demo',
    paused: false,
    backupEnabled: true,
    stateName: 'IDLE',
    clusterType: 'REPLICASET',
    replicationSpecs: [{ regionConfigs: [{ electableSpecs: { instanceSize: 'M10' } }] }],
    ...fields,
  })
  if (made === undefined) throw new TypeError('no cluster')
  return made
}

/** A page of a list. With `null`, it has no `totalCount`. */
export function page(
  snapshots: readonly Snapshot[],
  totalCount: number | null = snapshots.length,
  invalidEntries: readonly string[] = [],
): SnapshotPage {
  return { snapshots, totalCount: totalCount ?? undefined, invalidEntries }
}

const report = (message: string) => ({ title: `Title: ${message}`, message, remedy: 'Do something.' })

export const lost = () => new OutcomeUnknownError(report('Lost.'))
export const losses = (times: number) => Array.from({ length: times }, () => lost)
export const notExecuted = () => new NotExecutedError(report('Not sent.'))
export const conflict = () => new ConflictError(report('Conflict.'))
export const throttled = (retryAfterMs?: number, message = 'Later.') =>
  new ThrottledError({ ...report(message), retryAfterMs })
export const untrusted = (mayHaveExecuted: boolean, message = 'Untrusted.') =>
  new UntrustedResponseError(report(message), mayHaveExecuted)
export const nonAtlas = (mayHaveExecuted = true, message = 'Not from Atlas.') =>
  new NonAtlasResponseError(report(message), mayHaveExecuted)
export const rejected = (status: number, message = `Rejected with ${status}.`, errorCode?: string) =>
  new RejectedError(report(message), { status, errorCode, detail: undefined, parameters: [] })
