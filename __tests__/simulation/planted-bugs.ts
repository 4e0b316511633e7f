import type { PlantedBug } from '../../simulation/run-step.js'
import { PAGE_SIZE } from '../../src/atlas/client.js'
import {
  AtlasError,
  ConflictError,
  NotExecutedError,
  OutcomeUnknownError,
  ThrottledError,
} from '../../src/atlas/errors.js'
import { isFinished } from '../../src/atlas/snapshot.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'
import { sleep } from '../../src/timers.js'
import { TITLES } from '../../src/titles.js'
import { lost, notExecuted, throttled } from '../support/scripted-client.js'
import {
  final,
  isSignedPost,
  withCheckErrors,
  withCreated,
  withCreateErrors,
  withEntries,
  withErrors,
  withJson,
  withListed,
  withPages,
  withRepeatedPosts,
  withStatus,
  withStep,
} from './bug-helpers.js'

/** A bug, and the invariant that it violates. */
interface Planting extends PlantedBug {
  readonly breaks: string
  /** The targeted scenario that finds it soon, for a bug that other scenarios rarely show. */
  readonly target?: string
}

const failedAsCompleted: PlantedBug = {
  name: 'a failed snapshot reported as completed',
  client: withStatus((status) => (status === 'failed' ? 'completed' : status)),
}
const lostAsNotSent: PlantedBug = {
  name: 'a lost POST treated as not sent',
  client: withCreateErrors((error) => (error instanceof OutcomeUnknownError ? notExecuted() : error)),
}

/** At least one bug for each invariant. */
export const plantedBugs: readonly Planting[] = [
  {
    name: 'a second POST right after a lost response',
    client: withRepeatedPosts((error) => error instanceof OutcomeUnknownError),
    breaks: 'a step creates at most one snapshot',
  },
  {
    name: 'missing list entries that are not detected',
    client: withListed((snapshots) => snapshots),
    breaks: 'a step creates at most one snapshot',
  },
  {
    name: 'a short page treated as the last one without a count',
    client: withPages((found, list, page) => {
      const { snapshots, totalCount } = found
      const isLast = list === 'plain' && page === 1 && snapshots.length < PAGE_SIZE
      return { ...found, totalCount: isLast ? (totalCount ?? snapshots.length) : totalCount }
    }),
    breaks: 'a step creates at most one snapshot',
    target: 'a lost POST, and capped pages without a count',
  },
  {
    name: 'another POST although the tag is in a list, because it does not start a description',
    client: withEntries((one) => (one.description?.startsWith('[as-') ? one : { ...one, description: '' })),
    breaks: 'a step creates at most one snapshot',
    target: 'a lost POST, and text before each description',
  },
  { ...failedAsCompleted, breaks: 'with wait, success means that the snapshot is completed' },
  {
    name: 'a plain form with members believed without the sharded form',
    client: (client) => ({
      getShardedSnapshot: async (id, signal) => {
        const { snapshot } = await client.getSnapshot(id, signal)
        return snapshot.memberIds === undefined
          ? client.getShardedSnapshot(id, signal)
          : { ...snapshot, form: 'sharded' }
      },
    }),
    breaks: 'with wait, success means that the snapshot is completed',
  },
  { ...failedAsCompleted, breaks: 'without wait, success means that the snapshot exists and has not failed' },
  {
    name: 'a snapshot reported without a check of the response to the POST',
    client: withCreated((snapshot, sent) => ({ ...snapshot, description: sent })),
    breaks: 'created is true if and only if this step created the snapshot',
  },
  {
    name: 'a member used as a whole snapshot, because a sharded cluster is taken for a replica set',
    send: withJson((json, { url }) => {
      if (/\/clusters\/[^/]+$/.test(url.pathname)) return { ...json, clusterType: 'REPLICASET' }
      return url.pathname.endsWith('/shardedClusters') ? { ...json, results: [], totalCount: 0 } : json
    }),
    breaks: 'created is true if and only if this step created the snapshot',
  },
  {
    name: 'a wait for another snapshot that ends at any status other than inProgress',
    client: withStatus((status) => (status === 'inProgress' || status === 'failed' ? status : 'completed')),
    breaks: 'no POST while the conflicting snapshot is in progress',
  },
  {
    ...lostAsNotSent,
    breaks: 'no POST while the conflicting snapshot is in progress',
    target: 'a lost POST, and a refusal that outlasts the other snapshot by minutes',
  },
  { ...lostAsNotSent, breaks: 'no other snapshot is used while the own one might exist' },
  {
    name: 'on-conflict: fail ignored',
    step: withStep(() => ({ options: { onConflict: 'wait' } })),
    breaks: 'on-conflict: fail makes a conflict an error',
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
    name: 'retries without a pause',
    step: withStep(({ random }) => ({
      random: { fraction: () => 0, hex: (bytes) => random.hex(bytes) },
    })),
    breaks: 'no burst of requests',
  },
  {
    name: 'a timeout that is too late',
    step: withStep(({ clock }, { timeoutMs }) => ({
      clock: {
        now: () => clock.now(),
        setTimeout: (ms, act) => clock.setTimeout(ms === timeoutMs ? ms + 5_000 : ms, act),
      },
    })),
    breaks: 'a step ends within 6 s after its timeout',
  },
  {
    name: 'a cancellation that is ignored',
    step: (options, dependencies) => obtainSnapshot(options, dependencies, new AbortController().signal),
    breaks: 'a canceled step fails within 6 s',
  },
  {
    name: 'a Retry-After that is ignored',
    client: withErrors((error) => (error instanceof ThrottledError ? throttled() : error)),
    breaks: 'Retry-After is respected',
  },
  {
    name: 'a second POST right after a refused connection',
    client: withRepeatedPosts((error) => error instanceof NotExecutedError),
    breaks: 'the lists are read before every further POST',
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
    name: 'a status check after the end of the step',
    step: async (options, dependencies, cancel) => {
      const result = await obtainSnapshot(options, dependencies, cancel)
      const { client, clock } = dependencies
      const check = () => client.getSnapshot(result.snapshot.id, cancel).catch(() => undefined)
      clock.setTimeout(4_000, () => void check())
      return result
    },
    breaks: 'no request after the end',
  },
  {
    name: 'a token that is not revoked',
    send: (send) => async (request, signal) =>
      request.url.pathname.endsWith('/revoke')
        ? { status: 200, headers: {}, body: '' }
        : send(request, signal),
    breaks: 'the last token is revoked',
  },
  {
    name: 'a redirect treated like an error of the server',
    send: (send) => async (request, signal) => {
      const response = await send(request, signal)
      return Math.floor(response.status / 100) === 3 ? { ...response, status: 503 } : response
    },
    breaks: 'nothing is sent after a response that is not trusted',
  },
  { name: 'a token that is not masked', mask: () => () => undefined, breaks: 'every token is masked' },
  {
    name: 'an error that quotes the headers of its request',
    send: (send) => async (request, signal) => {
      try {
        return await send(request, signal)
      } catch (error) {
        if (!(error instanceof AtlasError)) throw error
        const { title, message, remedy } = error
        const headers = JSON.stringify(request.headers)
        throw new OutcomeUnknownError({ title, message: `${message} ${headers}`, remedy })
      }
    },
    breaks: 'no secret is logged',
  },
  {
    name: 'a failure without a remedy',
    client: withErrors((error) => final(error, '')),
    breaks: 'every failure has a title, a message, and a remedy',
  },
  { ...lostAsNotSent, breaks: 'a failure reports the snapshot that exists or might exist' },
  {
    name: "a gateway's page treated as a rejection by Atlas",
    send: (send) => async (request, signal) => {
      const response = await send(request, signal)
      const is4xx = Math.floor(response.status / 100) === 4
      const isPage = isSignedPost(request) && is4xx && response.body.startsWith('<')
      return isPage ? { ...response, body: JSON.stringify({ errorCode: 'FROM_ATLAS' }) } : response
    },
    breaks: 'a failure reports the snapshot that exists or might exist',
  },
  {
    name: 'a conflict with the own snapshot, because its tag is not found while it is in progress',
    client: withEntries((one) => (isFinished(one) ? one : { ...one, description: undefined })),
    breaks: "another snapshot is neither the step's own nor a part of one",
  },
  {
    name: 'a failure because of the own snapshot, whose tag is not found',
    client: withEntries((one) => ({ ...one, description: undefined })),
    step: withStep(() => ({ options: { onConflict: 'fail' } })),
    breaks: "another snapshot is neither the step's own nor a part of one",
  },
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
  },
  {
    name: 'an unknown status treated as failed',
    client: withStatus((status) =>
      ['queued', 'inProgress', 'completed'].includes(status) ? status : 'failed',
    ),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'an outage of a minute that ends a wait',
    client: (client, _, clock) => {
      let since: number | undefined
      return withCheckErrors((error) => {
        since ??= clock.now()
        return clock.now() - since >= 60_000 ? final(error) : error
      })(client)
    },
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'stale nonces treated like a wrong key',
    client: withErrors((error) =>
      error instanceof NotExecutedError && error.title === TITLES.nonceRejected ? final(error) : error,
    ),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'the two requests of a POST sent on two connections',
    send: (send) => (request, signal) =>
      send({ ...request, newConnection: request.method === 'POST' }, signal),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'the type of the cluster taken from the lists, which show its former type',
    client: (client) => ({
      getCluster: async (signal) => ({ ...(await client.getCluster(signal)), type: undefined }),
    }),
    breaks: 'a step without obstacles succeeds',
    target: 'a lost POST in a cluster that was of the other kind',
  },
  {
    name: 'a response to a status check from a cache',
    send: (send) => (request, signal) => {
      const { 'cache-control': _, ...headers } = request.headers
      return send({ ...request, headers }, signal)
    },
    breaks: 'a step without obstacles succeeds',
  },
]
