import { ConflictError, NotExecutedError, OutcomeUnknownError } from '../../../src/atlas/errors.js'
import { isFinished } from '../../../src/atlas/snapshot.js'
import {
  BLIND,
  final,
  NEEDED,
  ONE_SNAPSHOT,
  OTHER,
  type Planting,
  REPORTED,
  SUCCEEDS,
  withCreateErrors,
  withListed,
  withRepeatedPosts,
  withStatus,
  withStep,
} from './planting.js'

/** Bugs in when a POST is repeated, and in conflicts. */
export const postPlantings: readonly Planting[] = [
  {
    bug: {
      name: 'a second POST right after a lost response',
      client: (client) => withRepeatedPosts(client, 2, (error) => error instanceof OutcomeUnknownError),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: 'a second POST right after a refused connection',
      client: (client) => withRepeatedPosts(client, 2, (error) => error instanceof NotExecutedError),
    },
    breaks: BLIND,
  },
  {
    bug: {
      name: 'POST after POST during a conflict',
      client: (client) => withRepeatedPosts(client, 100, (error) => error instanceof ConflictError),
    },
    breaks: 'no burst of requests',
  },
  {
    bug: {
      name: 'a lost POST treated as not sent',
      client: (client) =>
        withCreateErrors(client, (error) =>
          error instanceof OutcomeUnknownError
            ? new NotExecutedError({ title: error.title, message: error.message, remedy: error.remedy })
            : error,
        ),
    },
    breaks: REPORTED,
  },
  {
    bug: {
      name: 'no retry after six failed POSTs',
      client: (client) => {
        let failed = 0
        return withCreateErrors(client, (error) => {
          failed += 1
          return failed === 6 ? final(error) : error
        })
      },
    },
    breaks: SUCCEEDS,
  },
  {
    bug: {
      name: 'another POST after a response with another snapshot',
      client: (client) => ({
        ...client,
        createSnapshot: async (body, signal) => {
          const snapshot = await client.createSnapshot(body, signal)
          if (snapshot.description === body.description) return snapshot
          throw new OutcomeUnknownError({ title: 'Lost', message: 'Another snapshot.', remedy: 'None.' })
        },
      }),
    },
    breaks: 'no POST after an untrusted response',
  },
  {
    bug: { name: 'on-conflict: fail ignored', step: withStep(() => ({ options: { onConflict: 'wait' } })) },
    breaks: 'on-conflict: fail makes a conflict an error',
  },
  {
    bug: {
      name: 'on-conflict: fail although the conflict might be with the own snapshot',
      client: (client, { onConflict }) =>
        withCreateErrors(client, (error) =>
          onConflict === 'fail' && error instanceof ConflictError ? final(error) : error,
        ),
    },
    breaks: SUCCEEDS,
  },
  {
    bug: {
      name: 'a wait for another snapshot that ends at any status other than inProgress',
      client: (client) =>
        withStatus(client, (status) =>
          status === 'inProgress' || status === 'failed' ? status : 'completed',
        ),
    },
    breaks: 'no POST while the conflicting snapshot is in progress',
  },
  {
    bug: {
      name: 'a conflict with the own snapshot, because its tag is not found while it is in progress',
      client: (client) =>
        withListed(client, (snapshots) =>
          snapshots.map((one) => (isFinished(one) ? one : { ...one, description: undefined })),
        ),
    },
    breaks: OTHER,
  },
  {
    bug: {
      name: 'a read of the cluster before each POST',
      client: (client) => ({
        ...client,
        createSnapshot: async (body, signal) => {
          await client.getCluster(signal)
          return client.createSnapshot(body, signal)
        },
      }),
    },
    breaks: NEEDED,
  },
  {
    bug: {
      name: 'a second request with a POST, to a path that no step needs',
      send: (send) => async (request, signal) => {
        const response = await send(request, signal)
        const isCreated = request.method === 'POST' && /\/snapshots$/.test(request.url.pathname)
        if (!isCreated || response.status !== 200) return response
        await send({ ...request, url: new URL('../restoreJobs', request.url) }, signal)
        return response
      },
    },
    breaks: NEEDED,
  },
]
