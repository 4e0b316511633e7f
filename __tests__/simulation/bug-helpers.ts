import type { PlantedBug } from '../../simulation/run-step.js'
import type { SnapshotClient, SnapshotPage } from '../../src/atlas/client.js'
import { AtlasError, TokenRequestError } from '../../src/atlas/errors.js'
import type { HttpRequest } from '../../src/atlas/http.js'
import { type JsonObject, parseJsonObject } from '../../src/atlas/json.js'
import type { Snapshot, SnapshotForm } from '../../src/atlas/snapshot.js'
import type { Dependencies, SnapshotOptions } from '../../src/snapshot/context.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'

type ClientWrapper = (client: SnapshotClient) => Partial<SnapshotClient>

/** Converts an error into one that is not retried. */
export function final(error: unknown, remedy?: string): unknown {
  if (!(error instanceof AtlasError)) return error
  const { title, message } = error
  return new TokenRequestError({ title, message, remedy: remedy ?? error.remedy })
}

export function withErrors(change: (error: unknown) => unknown): (client: SnapshotClient) => SnapshotClient {
  const changed = (error: unknown) => {
    throw change(error)
  }
  return (client) => ({
    createSnapshot: (body, signal) => client.createSnapshot(body, signal).catch(changed),
    getSnapshot: (id, signal) => client.getSnapshot(id, signal).catch(changed),
    getShardedSnapshot: (id, signal) => client.getShardedSnapshot(id, signal).catch(changed),
    listSnapshots: (list, page, signal) => client.listSnapshots(list, page, signal).catch(changed),
    getCluster: (signal) => client.getCluster(signal).catch(changed),
  })
}

export function withCreateErrors(change: (error: unknown) => unknown): ClientWrapper {
  return (client) => ({ createSnapshot: withErrors(change)(client).createSnapshot })
}

export function withCheckErrors(change: (error: unknown) => unknown): ClientWrapper {
  return (client) => ({ getSnapshot: withErrors(change)(client).getSnapshot })
}

/** Repeats a POST once after these errors, without anything in between. */
export function withRepeatedPosts(isRepeated: (error: unknown) => boolean): ClientWrapper {
  return (client) => ({
    createSnapshot: (body, signal) =>
      client.createSnapshot(body, signal).catch((error: unknown) => {
        if (!isRepeated(error)) throw error
        return client.createSnapshot(body, signal)
      }),
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
  change: (json: JsonObject, request: HttpRequest) => JsonObject,
): NonNullable<PlantedBug['send']> {
  return (send) => async (request, signal) => {
    const response = await send(request, signal)
    const json = parseJsonObject(response.body)
    return json === undefined ? response : { ...response, body: JSON.stringify(change(json, request)) }
  }
}

/** Runs the core with other options or dependencies. */
export function withStep(
  change: (
    dependencies: Dependencies,
    options: SnapshotOptions,
  ) => { readonly options?: Partial<SnapshotOptions> } & Partial<Dependencies>,
): NonNullable<PlantedBug['step']> {
  return (options, dependencies, cancel) => {
    const { options: otherOptions, ...otherDependencies } = change(dependencies, options)
    return obtainSnapshot({ ...options, ...otherOptions }, { ...dependencies, ...otherDependencies }, cancel)
  }
}

export function isSignedPost({ method, url, headers }: HttpRequest): boolean {
  return method === 'POST' && url.pathname.endsWith('/snapshots') && 'authorization' in headers
}
