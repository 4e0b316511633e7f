import type { PlantedBug } from '../../../simulation/run-step.js'
import type { SnapshotPage } from '../../../src/atlas/client.js'
import { parseErrorResponse } from '../../../src/atlas/error-response.js'
import {
  AtlasError,
  ConflictError,
  NotExecutedError,
  OutcomeUnknownError,
} from '../../../src/atlas/errors.js'
import type { HttpRequest } from '../../../src/atlas/http.js'
import { isFinished } from '../../../src/atlas/snapshot.js'
import { sleep } from '../../../src/timers.js'
import { lost, notExecuted } from '../../support/scripted-client.js'
import {
  final,
  type Planting,
  type SendWrapper,
  withCreated,
  withCreateErrors,
  withEntries,
  withRepeatedPosts,
  withStatus,
  withStep,
} from './planting.js'

const lostAsNotSent: PlantedBug = {
  name: 'a lost POST treated as not sent',
  client: withCreateErrors((error) => (error instanceof OutcomeUnknownError ? notExecuted() : error)),
}

/** Bugs in when a POST is repeated, in its headers and response, and in conflicts. */
export const postPlantings: readonly Planting[] = [
  {
    name: 'a second POST right after a lost response',
    client: withRepeatedPosts(2, (error) => error instanceof OutcomeUnknownError),
    breaks: 'a step creates at most one snapshot',
  },
  {
    name: 'a second POST right after a refused connection',
    client: withRepeatedPosts(2, (error) => error instanceof NotExecutedError),
    breaks: 'the lists are read before every further POST',
  },
  {
    name: 'POST after POST during a conflict',
    client: withRepeatedPosts(100, (error) => error instanceof ConflictError),
    breaks: 'no burst of requests',
  },
  { ...lostAsNotSent, breaks: 'a failure reports the snapshot that exists or might exist' },
  {
    name: 'no retry after six failed POSTs',
    client: (client) => {
      let failed = 0
      return withCreateErrors((error) => {
        failed += 1
        return failed === 6 ? final(error) : error
      })(client)
    },
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'another POST after a response with another snapshot',
    client: withCreated((snapshot, sent) => {
      if (snapshot.description === sent) return snapshot
      throw lost()
    }),
    breaks: 'no POST after an untrusted response',
  },
  {
    name: 'on-conflict: fail ignored',
    step: withStep(() => ({ options: { onConflict: 'wait' } })),
    breaks: 'on-conflict: fail makes a conflict an error',
  },
  {
    name: 'on-conflict: fail although the conflict might be with the own snapshot',
    client: (client, { onConflict }) =>
      withCreateErrors((error) =>
        onConflict === 'fail' && error instanceof ConflictError ? final(error) : error,
      )(client),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'a conflict that ends the step, without a search for a doubled POST',
    client: withCreateErrors((error) => (error instanceof ConflictError ? final(error) : error)),
    breaks: 'a failure reports the snapshot that exists or might exist',
    target: 'a doubled POST whose snapshot the lists show late',
  },
  {
    name: 'a wait for another snapshot that ends at any status other than inProgress',
    client: withStatus((status) => (status === 'inProgress' || status === 'failed' ? status : 'completed')),
    breaks: 'no POST while the conflicting snapshot is in progress',
  },
  {
    name: 'a conflict with the own snapshot, because its tag is not found while it is in progress',
    client: withEntries((one) => (isFinished(one) ? one : { ...one, description: undefined })),
    breaks: "another snapshot is neither the step's own nor a part of one",
  },
  {
    name: 'a read of the cluster before each POST',
    client: (client) => ({
      createSnapshot: async (body, signal) => {
        await client.getCluster(signal)
        return client.createSnapshot(body, signal)
      },
    }),
    breaks: 'only requests that the step needs are sent',
  },
  {
    name: 'a second request with a POST, to a path that no step needs',
    send: (send) => async (request, signal) => {
      const response = await send(request, signal)
      const isCreated = request.method === 'POST' && /\/snapshots$/.test(request.url.pathname)
      if (!isCreated || response.status !== 200) return response
      await send({ ...request, url: new URL('../restoreJobs', request.url) }, signal)
      return response
    },
    breaks: 'only requests that the step needs are sent',
  },
  {
    name: 'a cached response to a status check',
    send: withoutHeaders('cache-control', ({ url }) => !/\/(snapshots|shardedClusters)$/.test(url.pathname)),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'a compressed response',
    send: withoutHeaders('accept-encoding', () => true),
    breaks: 'a step without obstacles succeeds',
  },
  {
    ...trustedPage(401),
    breaks: 'a failure reports the snapshot that exists or might exist',
    target: "a gateway's page for a POST",
  },
  { ...trustedPage(429), breaks: 'the lists are read before every further POST' },
  {
    name: 'another description that quotes the tag taken for that of the own snapshot',
    client: withEntries((one) => ({ ...one, description: one.description?.replace(/^.+(?=\[as-)/, '') })),
    breaks: 'a step without obstacles succeeds',
    target: 'a lost POST, and a description that quotes the tag',
  },
  {
    name: 'another POST although the tag is in a list, because it does not start a description',
    client: withEntries((one) => (one.description?.startsWith('[as-') ? one : { ...one, description: '' })),
    breaks: 'a step creates at most one snapshot',
    target: 'a lost POST, and text before and behind each description',
  },
  {
    name: 'a second conflict in a row that ends the step',
    client: (client) => {
      let isLast = false
      return withCreateErrors((error) => {
        const isAgain = isLast
        isLast = error instanceof ConflictError
        return isLast && isAgain ? final(error) : error
      })(client)
    },
    breaks: 'a step without obstacles succeeds',
    target: 'a refusal that outlasts the other snapshot',
  },
  // In doubt, the step waits for another snapshot instead of reusing it.
  { ...lostAsNotSent, breaks: 'only the newest matching snapshot is reused' },
  {
    ...lostAsNotSent,
    breaks: 'no POST while the conflicting snapshot is in progress',
    target: 'a lost POST, and a refusal that outlasts the other snapshot by minutes',
  },
  {
    name: 'the two requests of a POST sent on two connections',
    send: (send) => (request, signal) =>
      send({ ...request, newConnection: request.method === 'POST' }, signal),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'a POST that is sent long after the lists were read',
    client: (client, _, clock) => {
      let isFurther = false
      return {
        createSnapshot: async (body, signal) => {
          if (isFurther) await sleep(clock, 6_000, signal)
          isFurther = true
          return client.createSnapshot(body, signal)
        },
      }
    },
    breaks: 'the lists are read before every further POST',
  },
  {
    name: 'a second read of the lists that repeats the first',
    client: (client) => {
      let pages: Map<string, SnapshotPage> | undefined
      return {
        ...withCreateErrors((error) => {
          pages = error instanceof AtlasError && error.mayHaveExecuted ? new Map() : undefined
          return error
        })(client),
        listSnapshots: async (list, page, signal) => {
          const key = `${list} ${page}`
          const found = pages?.get(key) ?? (await client.listSnapshots(list, page, signal))
          pages?.set(key, found)
          return found
        },
      }
    },
    breaks: 'the lists are read before every further POST',
    target: 'a lost POST, and capped pages without a count',
  },
  {
    name: 'the headers of a POST in UTF-8',
    send: (send) => (request, signal) => {
      const { authorization } = request.headers
      if (authorization === undefined || !isSignedPost(request)) return send(request, signal)
      const encoded = Buffer.from(authorization, 'utf8').toString('latin1')
      return send({ ...request, headers: { ...request.headers, authorization: encoded } }, signal)
    },
    breaks: 'a step without obstacles succeeds',
  },
]

function trustedPage(status: number): PlantedBug {
  return {
    name: `a gateway's page with status ${status} treated as a response from Atlas`,
    send: (send) => async (request, signal) => {
      const response = await send(request, signal)
      const isPage =
        isSignedPost(request) &&
        response.status === status &&
        parseErrorResponse(response).errorCode === undefined
      return isPage ? { ...response, body: JSON.stringify({ errorCode: 'FROM_ATLAS' }) } : response
    },
  }
}

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
