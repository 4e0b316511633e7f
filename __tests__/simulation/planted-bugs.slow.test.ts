import { expect, test } from '@jest/globals'
import { invariants } from '../../simulation/invariants.js'
import type { PlantedBug } from '../../simulation/run-step.js'
import { findSeed } from '../../simulation/simulate.js'
import type { SnapshotClient } from '../../src/atlas/client.js'
import {
  AtlasError,
  ConflictError,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
  ThrottledError,
  TokenRequestError,
} from '../../src/atlas/errors.js'
import { requestTarget } from '../../src/atlas/http.js'
import { isJsonObject, parseJson } from '../../src/atlas/json.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import type { Clock } from '../../src/runtime.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'

/** A bug and the invariant that it violates. */
interface Planting {
  readonly bug: PlantedBug
  readonly breaks: string
}

const ONE_SNAPSHOT = 'a step creates at most one snapshot'
const SUCCEEDS = 'a step without obstacles succeeds'
const REUSE = 'only the newest matching snapshot is reused'
const COMPLETED = 'with wait, success means that the snapshot is completed'

const plantings: readonly Planting[] = [
  {
    bug: {
      name: 'a second POST right after a lost response',
      client: (client) => ({
        ...client,
        createSnapshot: async (order, signal) => {
          try {
            return await client.createSnapshot(order, signal)
          } catch (error) {
            if (error instanceof OutcomeUnknownError) return client.createSnapshot(order, signal)
            throw error
          }
        },
      }),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: 'lists that seem to be empty',
      client: (client) => withListed(client, () => []),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: { name: 'a token that is not masked', mask: () => () => undefined },
    breaks: 'every token is masked',
  },
  {
    bug: {
      name: 'a failed snapshot reported as completed',
      client: (client) => ({
        ...client,
        getSnapshot: async (id, signal) => {
          const { snapshot, ...rest } = await client.getSnapshot(id, signal)
          const status = snapshot.status === 'failed' ? 'completed' : snapshot.status
          return { ...rest, snapshot: { ...snapshot, status } }
        },
      }),
    },
    breaks: COMPLETED,
  },
  {
    bug: {
      name: 'a timeout that is too late',
      step: (task, dependencies, cancel) => {
        const { clock } = dependencies
        const late: Clock = {
          now: () => clock.now(),
          setTimeout: (ms, act) => clock.setTimeout(ms === task.timeoutMs ? ms + 5_000 : ms, act),
        }
        return obtainSnapshot(task, { ...dependencies, clock: late }, cancel)
      },
    },
    breaks: 'a step ends within 2 s after its timeout',
  },
  {
    bug: {
      name: 'a second snapshot after a lost POST, because the tag is not found',
      client: (client) => ({
        ...client,
        listSnapshots: async (list, page, signal) => {
          const found = await client.listSnapshots(list, page, signal)
          return { ...found, snapshots: found.snapshots.map(withoutTag) }
        },
      }),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: 'a response to a read accepted without a check of its ID',
      send: (send) => async (request, signal) => {
        const answer = await send(request, signal)
        const asked = /\/snapshots\/([0-9a-f]{24})$/.exec(requestTarget(request.url))?.[1]
        const resource = parseJson(answer.body)
        if (asked === undefined || answer.status !== 200 || !isJsonObject(resource)) return answer
        return { ...answer, body: JSON.stringify({ ...resource, id: asked }) }
      },
    },
    breaks: COMPLETED,
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
    breaks: 'a failure reports the snapshot that exists or might exist',
  },
  {
    bug: {
      name: 'a Retry-After that is ignored',
      client: (client) =>
        withErrors(client, (error) =>
          error instanceof ThrottledError
            ? new ThrottledError({ title: error.title, message: error.message, remedy: error.remedy })
            : error,
        ),
    },
    breaks: 'Retry-After is respected',
  },
  {
    bug: {
      name: 'an own snapshot from the lists reported as not created',
      step: (task, dependencies, cancel) =>
        obtainSnapshot(
          task,
          {
            ...dependencies,
            onSnapshot: ({ snapshot }) => dependencies.onSnapshot({ snapshot, created: false }),
          },
          cancel,
        ),
    },
    breaks: 'created is true if and only if this step created the snapshot',
  },
  ...[3, 6].map(
    (attempts): Planting => ({
      bug: {
        name: `no retry after ${attempts} failed POSTs`,
        client: (client) => {
          let failed = 0
          return withCreateErrors(client, (error) => {
            failed += 1
            return failed === attempts ? final(error) : error
          })
        },
      },
      breaks: SUCCEEDS,
    }),
  ),
  {
    bug: {
      name: 'no retry after a lost response to a read',
      client: (client) => ({
        ...client,
        getSnapshot: (id, signal) =>
          client.getSnapshot(id, signal).catch((error: unknown) => {
            throw error instanceof OutcomeUnknownError ? final(error) : error
          }),
      }),
    },
    breaks: SUCCEEDS,
  },
  {
    bug: {
      name: 'a failed snapshot that is reused',
      client: (client) =>
        withListed(client, (snapshots) =>
          snapshots.map((snapshot) =>
            snapshot.status === 'failed'
              ? {
                  ...snapshot,
                  status: 'completed',
                  createdAt: new Date(snapshot.serverTime ?? 0).toISOString(),
                }
              : snapshot,
          ),
        ),
    },
    breaks: REUSE,
  },
  {
    bug: {
      name: 'the oldest snapshot that is reused instead of the newest',
      client: (client, { reuseWithinMs }) => {
        let hasPosted = false
        const listed = withListed(client, (snapshots) => {
          if (hasPosted || reuseWithinMs === undefined) return snapshots
          const [oldest] = snapshots
            .filter(
              ({ createdAt, serverTime = 0 }) => serverTime - Date.parse(createdAt ?? '') <= reuseWithinMs,
            )
            .toSorted((a, b) => Date.parse(a.createdAt ?? '') - Date.parse(b.createdAt ?? ''))
          return oldest === undefined ? snapshots : [oldest]
        })
        return {
          ...listed,
          createSnapshot: (request, signal) => {
            hasPosted = true
            return client.createSnapshot(request, signal)
          },
        }
      },
    },
    breaks: REUSE,
  },
  {
    bug: {
      name: 'lists that are always read twice',
      client: (client) => {
        let isRepeat = true
        return {
          ...client,
          listSnapshots: async (list, page, signal) => {
            const found = await client.listSnapshots(list, page, signal)
            isRepeat = !isRepeat
            if (list !== 'sharded' || isRepeat) return found
            await client.listSnapshots('plain', 1, signal)
            return client.listSnapshots('sharded', page, signal)
          },
        }
      },
    },
    breaks: 'no needless read of the lists',
  },
  {
    bug: {
      name: 'another POST after a response with another snapshot',
      client: (client) => ({
        ...client,
        createSnapshot: async (request, signal) => {
          const snapshot = await client.createSnapshot(request, signal)
          if (snapshot.description === request.description) return snapshot
          throw new OutcomeUnknownError({ title: 'Lost', message: 'Another snapshot.', remedy: 'None.' })
        },
      }),
    },
    breaks: 'no POST after an untrusted response',
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
      name: 'a wait that ends at any status other than inProgress',
      client: (client) =>
        withStatus(client, (status) =>
          status === 'inProgress' || status === 'failed' ? status : 'completed',
        ),
    },
    breaks: 'no POST while the conflicting snapshot is in progress',
  },
  {
    bug: {
      name: 'an unknown status treated as failed',
      client: (client) =>
        withStatus(client, (status) =>
          ['queued', 'inProgress', 'completed'].includes(status) ? status : 'failed',
        ),
    },
    breaks: SUCCEEDS,
  },
  {
    bug: {
      name: 'an outage limit of 5 minutes while waiting',
      client: (client, _, clock) => {
        let since: number | undefined
        return {
          ...client,
          getSnapshot: async (id, signal) => {
            try {
              const check = await client.getSnapshot(id, signal)
              since = undefined
              return check
            } catch (error) {
              since ??= clock.now()
              throw clock.now() - since >= 300_000 ? final(error) : error
            }
          },
        }
      },
    },
    breaks: SUCCEEDS,
  },
  {
    bug: {
      name: 'a token that is not renewed before it expires',
      send: (send) => async (request, signal) => {
        const response = await send(request, signal)
        const token = parseJson(response.body)
        if (!isJsonObject(token) || typeof token['expires_in'] !== 'number') return response
        // The margin is 10% of expires_in.
        return { ...response, body: JSON.stringify({ ...token, expires_in: token['expires_in'] / 0.9 }) }
      },
    },
    breaks: 'a token is renewed before it expires',
  },
  {
    bug: {
      name: 'missing list entries that are not detected',
      client: (client) => withListed(client, (snapshots) => snapshots),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: "a proxy's page treated as a response from Atlas",
      client: (client) =>
        withCreateErrors(client, (error) => (error instanceof NonAtlasResponseError ? final(error) : error)),
    },
    breaks: 'a failure reports the snapshot that exists or might exist',
  },
  {
    bug: {
      name: 'a sharded snapshot that is not confirmed by its sharded form',
      client: (client) => ({
        ...client,
        getShardedSnapshot: async (id, signal) => ({
          ...(await client.getSnapshot(id, signal)).snapshot,
          memberIds: [],
        }),
      }),
    },
    breaks: COMPLETED,
  },
  {
    bug: {
      name: 'the newest of two snapshots with the tag treated as the own one',
      client: (client) =>
        withListed(client, (snapshots) =>
          snapshots.filter(
            ({ id, description }) =>
              !snapshots.some((other) => other.description === description && other.id > id),
          ),
        ),
    },
    breaks: 'created is true if and only if this step created the snapshot',
  },
  {
    bug: {
      name: 'status checks without jitter',
      step: (options, dependencies, cancel) =>
        obtainSnapshot(
          options,
          {
            ...dependencies,
            random: { fraction: () => 0.5, hex: (bytes) => dependencies.random.hex(bytes) },
          },
          cancel,
        ),
    },
    breaks: 'status checks follow the schedule, with jitter',
  },
]

/** Converts an error into one that is not retried. */
function final(error: unknown): unknown {
  if (!(error instanceof AtlasError)) return error
  return new TokenRequestError({ title: error.title, message: error.message, remedy: error.remedy })
}

function withCreateErrors(client: SnapshotClient, change: (error: unknown) => unknown): SnapshotClient {
  return {
    ...client,
    createSnapshot: (request, signal) =>
      client.createSnapshot(request, signal).catch((error: unknown) => {
        throw change(error)
      }),
  }
}

function withListed(
  client: SnapshotClient,
  change: (snapshots: readonly Snapshot[]) => readonly Snapshot[],
): SnapshotClient {
  return {
    ...client,
    listSnapshots: async (list, page, signal) => {
      const found = await client.listSnapshots(list, page, signal)
      const snapshots = change(found.snapshots)
      return { ...found, snapshots, totalCount: snapshots.length }
    },
  }
}

function withStatus(client: SnapshotClient, change: (status: string) => string): SnapshotClient {
  return {
    ...client,
    getSnapshot: async (id, signal) => {
      const check = await client.getSnapshot(id, signal)
      return { ...check, snapshot: { ...check.snapshot, status: change(check.snapshot.status) } }
    },
  }
}

function withoutTag(snapshot: Snapshot): Snapshot {
  return { ...snapshot, description: snapshot.description?.replace(/ \[as-[0-9a-f]{8}\]$/, '') }
}

function withErrors(client: SnapshotClient, change: (error: unknown) => unknown): SnapshotClient {
  const changed = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw change(error)
    }
  }
  return {
    createSnapshot: (order, signal) => changed(client.createSnapshot(order, signal)),
    getSnapshot: (id, signal) => changed(client.getSnapshot(id, signal)),
    getShardedSnapshot: (id, signal) => changed(client.getShardedSnapshot(id, signal)),
    listSnapshots: (list, page, signal) => changed(client.listSnapshots(list, page, signal)),
    getCluster: (signal) => changed(client.getCluster(signal)),
  }
}

const FIRST_SEED = 1
const MAX_SEEDS = 10_000

test.each(plantings)('finds: $bug.name', async ({ bug, breaks }) => {
  expect(invariants.map(({ name }) => name)).toContain(breaks)
  const seed = await findSeed(bug, breaks, FIRST_SEED, MAX_SEEDS)
  process.stdout.write(`"${bug.name}": seed ${seed} violates "${breaks}"\n`)
  expect(seed).toBeDefined()
})
