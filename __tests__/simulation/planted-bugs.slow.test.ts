import { expect, test } from '@jest/globals'
import { invariants } from '../../simulation/invariants.js'
import type { PlantedBug } from '../../simulation/run-step.js'
import { findSeed } from '../../simulation/simulate.js'
import type { SnapshotClient } from '../../src/atlas/client.js'
import { NotExecutedError, OutcomeUnknownError, ThrottledError } from '../../src/atlas/errors.js'
import { requestTarget } from '../../src/atlas/http.js'
import { isJsonObject, parseJson } from '../../src/atlas/json.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import type { Clock } from '../../src/runtime.js'
import { obtainSnapshot } from '../../src/snapshot/obtain.js'

/** A bug, and the promise it breaks. */
interface Planting {
  readonly bug: PlantedBug
  readonly breaks: string
}

const ONE_SNAPSHOT = 'at most one snapshot by this step'
const COMPLETED = 'success with wait only if that very snapshot is completed'

const plantings: readonly Planting[] = [
  {
    bug: {
      name: 'a blind second POST after a lost answer',
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
      name: 'no list before a further POST: lists are read as empty',
      client: (client) => ({
        ...client,
        listSnapshots: async (list, page, signal) => ({
          ...(await client.listSnapshots(list, page, signal)),
          snapshots: [],
          totalCount: 0,
        }),
      }),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: { name: 'a token that nobody masks', mask: () => () => undefined },
    breaks: 'every token is masked',
  },
  {
    bug: {
      name: 'success on failed',
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
      name: 'a deadline that comes too late',
      step: (task, dependencies, cancel) => {
        const { clock } = dependencies
        const late: Clock = {
          now: () => clock.now(),
          setTimeout: (ms, act) => clock.setTimeout(ms === task.timeoutMs ? ms + 5_000 : ms, act),
        }
        return obtainSnapshot(task, { ...dependencies, clock: late }, cancel)
      },
    },
    breaks: 'ended by the deadline plus 2 s',
  },
  {
    bug: {
      name: "waiting for one's own snapshot after a lost POST, then taking another",
      client: (client) => ({
        ...client,
        listSnapshots: async (list, page, signal) => {
          const { snapshots, totalCount } = await client.listSnapshots(list, page, signal)
          return { snapshots: snapshots.map(withoutTag), totalCount }
        },
      }),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: "accepting a read's answer without looking at its id",
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
      name: 'a lost POST that counts as never sent',
      client: (client) => ({
        ...client,
        createSnapshot: async (order, signal) => {
          try {
            return await client.createSnapshot(order, signal)
          } catch (error) {
            if (!(error instanceof OutcomeUnknownError)) throw error
            throw new NotExecutedError({ title: error.title, message: error.message, remedy: error.remedy })
          }
        },
      }),
    },
    breaks: 'a failure names the snapshot it leaves, or says that one may exist',
  },
  {
    bug: {
      name: 'a Retry-After that is not kept',
      client: (client) =>
        withErrors(client, (error) =>
          error instanceof ThrottledError
            ? new ThrottledError(
                { title: error.title, message: error.message, remedy: error.remedy },
                undefined,
              )
            : error,
        ),
    },
    breaks: 'Retry-After is kept',
  },
  {
    bug: {
      name: 'an adopted snapshot that counts as not created',
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
    breaks: "created is true exactly if this step's POST made it",
  },
]

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

test.each(plantings)(
  'finds: $bug.name',
  async ({ bug, breaks }) => {
    expect(invariants.map(({ name }) => name)).toContain(breaks)
    const seed = await findSeed(bug, breaks, FIRST_SEED, MAX_SEEDS)
    process.stdout.write(`Planted "${bug.name}": seed ${seed} breaks "${breaks}"\n`)
    expect(seed).toBeDefined()
  },
  60_000,
)
