import type { SnapshotPage } from '../../../src/atlas/client.js'
import { parseErrorResponse } from '../../../src/atlas/error-response.js'
import { AtlasError, ConflictError } from '../../../src/atlas/errors.js'
import type { HttpRequest } from '../../../src/atlas/http.js'
import { isFinished } from '../../../src/atlas/snapshot.js'
import { sleep } from '../../../src/timers.js'
import {
  BLIND,
  ONE_SNAPSHOT,
  type Planting,
  REPORTED,
  type SendWrapper,
  SUCCEEDS,
  withPages,
} from './planting.js'

/** Bugs with headers, gateways, descriptions, and conflicts. They need what Atlas rarely does. */
export const postFlawPlantings: readonly Planting[] = [
  {
    bug: {
      name: 'a cached response to a status check',
      send: withoutHeaders(
        'cache-control',
        ({ url }) => !/\/(snapshots|shardedClusters)$/.test(url.pathname),
      ),
    },
    breaks: SUCCEEDS,
  },
  {
    bug: { name: 'a compressed response', send: withoutHeaders('accept-encoding', () => true) },
    breaks: SUCCEEDS,
  },
  ...(
    [
      [401, REPORTED],
      [429, BLIND],
    ] as const
  ).map(
    ([status, breaks]): Planting => ({
      bug: {
        name: `a gateway's page with status ${status} treated as a response from Atlas`,
        send: (send) => async (request, signal) => {
          const response = await send(request, signal)
          const isPage =
            isSignedPost(request) &&
            response.status === status &&
            parseErrorResponse(response).errorCode === undefined
          return isPage ? { ...response, body: JSON.stringify({ errorCode: 'FROM_ATLAS' }) } : response
        },
      },
      breaks,
      ...(status === 401 ? { target: "a gateway's page for a POST" } : {}),
    }),
  ),
  {
    bug: {
      name: 'an old snapshot with the same long description taken for the own one',
      client: (client) =>
        withPages(client, (found) => ({
          ...found,
          snapshots: found.snapshots.map((one) =>
            (one.description?.length ?? 0) < 64 ? one : { ...one, createdAt: undefined },
          ),
        })),
    },
    breaks: SUCCEEDS,
  },
  {
    bug: {
      name: 'a description that only counts if it ends in the tag',
      client: (client) =>
        withPages(client, (found) => ({
          ...found,
          snapshots: found.snapshots.map((one) => ({ ...one, description: one.description?.slice(1) })),
        })),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: 'a conflict with a snapshot that has just finished, which explains nothing',
      client: (client, _, clock) => {
        let hasWaited = false
        return {
          ...client,
          getSnapshot: async (id, signal) => {
            const check = await client.getSnapshot(id, signal)
            hasWaited ||= isFinished(check.snapshot)
            return check
          },
          createSnapshot: async (body, signal) => {
            try {
              return await client.createSnapshot(body, signal)
            } catch (error) {
              // The snapshot explains a conflict for a minute.
              if (hasWaited && error instanceof ConflictError) await sleep(clock, 61_000, signal)
              throw error
            }
          },
        }
      },
    },
    breaks: SUCCEEDS,
    target: 'a refusal that outlasts the other snapshot',
  },
  {
    bug: {
      name: 'a POST that is sent long after the lists were read',
      client: (client, _, clock) => {
        let isFurther = false
        return {
          ...client,
          createSnapshot: async (body, signal) => {
            if (isFurther) await sleep(clock, 6_000, signal)
            isFurther = true
            return client.createSnapshot(body, signal)
          },
        }
      },
    },
    breaks: BLIND,
  },
  ...[ONE_SNAPSHOT, BLIND].map(
    (breaks): Planting => ({
      bug: {
        name: 'a second read of the lists that repeats the first',
        client: (client) => {
          let pages: Map<string, SnapshotPage> | undefined
          return {
            ...client,
            createSnapshot: async (body, signal) => {
              pages = undefined
              try {
                return await client.createSnapshot(body, signal)
              } catch (error) {
                if (error instanceof AtlasError && error.mayHaveExecuted) pages = new Map()
                throw error
              }
            },
            listSnapshots: async (list, page, signal) => {
              const key = `${list} ${page}`
              const found = pages?.get(key) ?? (await client.listSnapshots(list, page, signal))
              pages?.set(key, found)
              return found
            },
          }
        },
      },
      breaks,
      target: 'a lost POST, and capped pages without a count',
    }),
  ),
  {
    bug: {
      name: 'the headers of a POST in UTF-8',
      send: (send) => (request, signal) => {
        const { authorization } = request.headers
        if (authorization === undefined || !isSignedPost(request)) return send(request, signal)
        const encoded = Buffer.from(authorization, 'utf8').toString('latin1')
        return send({ ...request, headers: { ...request.headers, authorization: encoded } }, signal)
      },
    },
    breaks: SUCCEEDS,
  },
]

function isSignedPost({ method, url, headers }: HttpRequest): boolean {
  return method === 'POST' && url.pathname.endsWith('/snapshots') && 'authorization' in headers
}

function withoutHeaders(name: string, isOf: (request: HttpRequest) => boolean): SendWrapper {
  return (send) => (request, signal) => {
    if (!isOf(request)) return send(request, signal)
    const { [name]: _, ...headers } = request.headers
    return send({ ...request, headers }, signal)
  }
}
