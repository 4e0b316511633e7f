import type { PlantedBug } from '../../../simulation/run-step.js'
import type { SnapshotClient, SnapshotPage } from '../../../src/atlas/client.js'
import { AtlasError, TokenRequestError } from '../../../src/atlas/errors.js'
import type { HttpRequest, HttpResponse } from '../../../src/atlas/http.js'
import { type JsonObject, parseJsonObject } from '../../../src/atlas/json.js'
import type { Snapshot, SnapshotForm } from '../../../src/atlas/snapshot.js'
import type { Dependencies, SnapshotOptions } from '../../../src/snapshot/context.js'
import { obtainSnapshot } from '../../../src/snapshot/obtain.js'

/** A bug and the invariant that it violates. */
export interface Planting extends PlantedBug {
  readonly breaks: string
  /** The targeted scenario that finds it soon, for a bug that other scenarios rarely show. */
  readonly target?: string
}

export type SendWrapper = NonNullable<PlantedBug['send']>
type ClientWrapper = (client: SnapshotClient) => Partial<SnapshotClient>
type Step = NonNullable<PlantedBug['step']>

/** Converts an error into one that is not retried. */
export function final(error: unknown, remedy?: string): unknown {
  if (!(error instanceof AtlasError)) return error
  return new TokenRequestError({
    title: error.title,
    message: error.message,
    remedy: remedy ?? error.remedy,
  })
}

/** @param before runs before each request, and can throw instead */
export function withErrors(
  change: (error: unknown) => unknown,
  before = async () => undefined,
): (client: SnapshotClient) => SnapshotClient {
  const changed = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      await before()
      return await work()
    } catch (error) {
      throw change(error)
    }
  }
  return (client) => ({
    createSnapshot: (body, signal) => changed(() => client.createSnapshot(body, signal)),
    getSnapshot: (id, signal) => changed(() => client.getSnapshot(id, signal)),
    getShardedSnapshot: (id, signal) => changed(() => client.getShardedSnapshot(id, signal)),
    listSnapshots: (list, page, signal) => changed(() => client.listSnapshots(list, page, signal)),
    getCluster: (signal) => changed(() => client.getCluster(signal)),
  })
}

export function withCreateErrors(change: (error: unknown) => unknown): ClientWrapper {
  return (client) => ({ createSnapshot: withErrors(change)(client).createSnapshot })
}

export function withCheckErrors(change: (error: unknown) => unknown): ClientWrapper {
  return (client) => ({ getSnapshot: withErrors(change)(client).getSnapshot })
}

/** Repeats a POST after these errors, without anything in between. */
export function withRepeatedPosts(most: number, isRepeated: (error: unknown) => boolean): ClientWrapper {
  return (client) => ({
    createSnapshot: async (body, signal) => {
      for (let posts = 1; ; posts++) {
        try {
          return await client.createSnapshot(body, signal)
        } catch (error) {
          if (posts === most || !isRepeated(error)) throw error
        }
      }
    },
  })
}

/** Changes the response to each POST, given the description that was sent. */
export function withCreated(change: (snapshot: Snapshot, sent: string) => Snapshot): ClientWrapper {
  return (client) => ({
    createSnapshot: async (body, signal) =>
      change(await client.createSnapshot(body, signal), body.description),
  })
}

export function withPages(
  change: (found: SnapshotPage, list: SnapshotForm, page: number) => SnapshotPage,
): ClientWrapper {
  return (client) => ({
    listSnapshots: async (list, page, signal) =>
      change(await client.listSnapshots(list, page, signal), list, page),
  })
}

/** Changes the entries of each page. Its count then matches them. */
export function withListed(change: (snapshots: readonly Snapshot[]) => readonly Snapshot[]): ClientWrapper {
  return withPages((found) => {
    const snapshots = change(found.snapshots)
    return { ...found, snapshots, totalCount: snapshots.length }
  })
}

/** Changes each entry of the lists. */
export function withEntries(change: (snapshot: Snapshot) => Snapshot): ClientWrapper {
  return withPages((found) => ({ ...found, snapshots: found.snapshots.map(change) }))
}

export function withStatus(change: (status: string) => string): ClientWrapper {
  return (client) => ({
    getSnapshot: async (id, signal) => {
      const check = await client.getSnapshot(id, signal)
      return { ...check, snapshot: { ...check.snapshot, status: change(check.snapshot.status) } }
    },
  })
}

/** Changes the JSON object in each response. */
export function withJson(
  change: (json: JsonObject, response: HttpResponse, request: HttpRequest) => JsonObject,
): SendWrapper {
  return (send) => async (request, signal) => {
    const response = await send(request, signal)
    const json = parseJsonObject(response.body)
    if (json === undefined) return response
    return { ...response, body: JSON.stringify(change(json, response, request)) }
  }
}

/** Runs the core with other options or dependencies. */
export function withStep(
  change: (
    dependencies: Dependencies,
    options: SnapshotOptions,
  ) => { readonly options?: Partial<SnapshotOptions> } & Partial<Dependencies>,
): Step {
  return (options, dependencies, cancel) => {
    const { options: otherOptions, ...otherDependencies } = change(dependencies, options)
    return obtainSnapshot({ ...options, ...otherOptions }, { ...dependencies, ...otherDependencies }, cancel)
  }
}
