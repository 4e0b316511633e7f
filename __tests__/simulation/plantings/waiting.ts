import type { PlantedBug } from '../../../simulation/run-step.js'
import {
  AtlasError,
  isNotFound,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
  ThrottledError,
} from '../../../src/atlas/errors.js'
import { requestTarget } from '../../../src/atlas/http.js'
import type { Clock } from '../../../src/runtime.js'
import { obtainSnapshot } from '../../../src/snapshot/obtain.js'
import { TITLES } from '../../../src/titles.js'
import { lost, throttled } from '../../support/scripted-client.js'
import {
  final,
  type Planting,
  withCheckErrors,
  withCreated,
  withErrors,
  withJson,
  withStatus,
  withStep,
} from './planting.js'

const failedAsCompleted: PlantedBug = {
  name: 'a failed snapshot reported as completed',
  client: withStatus((status) => (status === 'failed' ? 'completed' : status)),
}

/** Bugs in status checks, retries, and time limits. */
export const waitPlantings: readonly Planting[] = [
  { ...failedAsCompleted, breaks: 'with wait, success means that the snapshot is completed' },
  {
    ...failedAsCompleted,
    breaks: 'without wait, success means that the snapshot exists and has not failed',
    target: 'a lost POST whose snapshot ends before the POST times out',
  },
  {
    name: 'a response to a read accepted without a check of its ID',
    send: withJson((json, { status }, { url }) => {
      const id = /\/snapshots\/([0-9a-f]{24})$/.exec(requestTarget(url))?.[1]
      return id === undefined || status !== 200 ? json : { ...json, id }
    }),
    breaks: 'with wait, success means that the snapshot is completed',
  },
  {
    name: 'the sharded form read with each status check',
    client: (client) => ({
      getSnapshot: async (id, signal) => {
        const check = await client.getSnapshot(id, signal)
        await client.getShardedSnapshot(id, signal).catch(() => undefined)
        return check
      },
    }),
    breaks: 'only requests that the step needs are sent',
  },
  {
    name: 'two requests for each status check',
    client: (client) => ({
      getSnapshot: async (id, signal) => {
        await client.getSnapshot(id, signal)
        return client.getSnapshot(id, signal)
      },
    }),
    breaks: 'status checks follow the schedule, with jitter',
  },
  {
    name: 'an unknown status treated as failed',
    client: withStatus((status) =>
      ['queued', 'inProgress', 'completed'].includes(status) ? status : 'failed',
    ),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'no retry after a lost response to a read',
    client: withCheckErrors((error) => (error instanceof OutcomeUnknownError ? final(error) : error)),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: "a proxy's page that ends a wait",
    client: withCheckErrors((error) => (error instanceof NonAtlasResponseError ? final(error) : error)),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'stale nonces treated like a wrong key',
    client: withErrors((error) => (isStale(error) ? final(error) : error)),
    breaks: 'a step without obstacles succeeds',
    target: 'stale nonces for several seconds',
  },
  {
    name: 'the limit of access tokens treated as a rejection',
    client: withErrors((error) => (isTokenLimit(error) ? final(error) : error)),
    breaks: 'a step without obstacles succeeds',
    target: 'a service account with too many tokens',
  },
  {
    name: 'a 404 that is retried only in the first minute',
    client: (client, _, clock) => {
      let createdAt: number | undefined
      return {
        ...withCreated((snapshot) => {
          createdAt ??= clock.now()
          return snapshot
        })(client),
        ...withCheckErrors((error) =>
          isNotFound(error) && createdAt !== undefined && clock.now() - createdAt > 60_000
            ? final(error)
            : error,
        )(client),
      }
    },
    breaks: 'a step without obstacles succeeds',
  },
  ...[true, false].map(
    (ends): Planting => ({
      name: `an outage limit of 5 minutes while waiting${ends ? '' : ', which no success ends'}`,
      client: (client, _, clock) => {
        let since: number | undefined
        return {
          getSnapshot: async (id, signal) => {
            try {
              const check = await client.getSnapshot(id, signal)
              if (ends) since = undefined
              return check
            } catch (error) {
              since ??= clock.now()
              throw clock.now() - since >= 300_000 ? final(error) : error
            }
          },
        }
      },
      breaks: 'a step without obstacles succeeds',
    }),
  ),
  {
    name: 'status checks without jitter',
    step: withFraction(0.5),
    breaks: 'status checks follow the schedule, with jitter',
  },
  { name: 'retries without a pause', step: withFraction(0), breaks: 'no burst of requests' },
  {
    name: 'a Retry-After that is ignored',
    client: withErrors((error) => (error instanceof ThrottledError ? throttled() : error)),
    breaks: 'Retry-After is respected',
  },
  {
    name: 'a Retry-After that ends a wait',
    client: withCheckErrors((error) =>
      error instanceof AtlasError && (error.retryAfterMs ?? 0) > 60_000 ? final(error) : error,
    ),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'no request in the last 2 s',
    client: (client, { timeoutMs }, clock) =>
      withErrors(
        (error) => error,
        async () => {
          if (clock.now() >= timeoutMs - 2_001) throw lost()
        },
      )(client),
    breaks: 'the last read is 2 s before the timeout',
  },
  {
    name: 'a timeout that is too late',
    step: withStep(({ clock }, { timeoutMs }) => ({
      clock: withTimers(clock, (ms) => (ms === timeoutMs ? ms + 5_000 : ms)),
    })),
    breaks: 'a step ends within 6 s after its timeout',
  },
  {
    name: 'a cancellation that is ignored',
    step: (options, dependencies) => obtainSnapshot(options, dependencies, new AbortController().signal),
    breaks: 'a canceled step fails within 6 s',
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
]

function isStale(error: unknown): boolean {
  return error instanceof NotExecutedError && error.title === TITLES.nonceRejected
}

function isTokenLimit(error: unknown): boolean {
  return error instanceof ThrottledError && error.title === TITLES.tokenLimit
}

function withFraction(fraction: number) {
  return withStep(({ random }) => ({
    random: { fraction: () => fraction, hex: (bytes) => random.hex(bytes) },
  }))
}

function withTimers(clock: Clock, change: (ms: number) => number): Clock {
  return { now: () => clock.now(), setTimeout: (ms, act) => clock.setTimeout(change(ms), act) }
}
