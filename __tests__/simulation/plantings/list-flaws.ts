import type { PlantedBug } from '../../../simulation/run-step.js'
import { PAGE_SIZE } from '../../../src/atlas/client.js'
import { OutcomeUnknownError, RejectedError } from '../../../src/atlas/errors.js'
import { asObjects, asString, isJsonObject, type JsonObject } from '../../../src/atlas/json.js'
import {
  COMPLETED,
  CREATED,
  ONE_SNAPSHOT,
  OTHER,
  type Planting,
  REUSE,
  SUCCEEDS,
  withJson,
  withPages,
  withStep,
} from './planting.js'

/** A member of a sharded cluster's snapshot in the plain list is listed as a whole snapshot, before all others. */
const memberAsWhole: PlantedBug = {
  name: 'a member in the plain list treated as a whole snapshot',
  send: (send) => {
    let members: readonly JsonObject[] = []
    return withJson((json, _, { url }) => {
      if (!('results' in json)) return json
      const entries = asObjects(json['results'])
      if (!url.pathname.endsWith('/shardedClusters')) {
        members = entries.filter(isMember)
        return json
      }
      const wholes = members.map((member) => ({ ...member, type: 'shardedCluster' }))
      const { totalCount: count } = json
      const totalCount = typeof count === 'number' ? count + wholes.length : count
      // A member that the first page contains would move if it were on the next one, too.
      return { ...json, totalCount, results: url.search === '' ? [...wholes, ...entries] : entries }
    })(send)
  },
}

/** The entry of a replica set that is a shard. The replica set of an unsharded cluster has the name of the cluster. */
function isMember({ type, replicaSetName }: JsonObject): boolean {
  return type === 'replicaSet' && /-(shard|config)-\d+$/.test(asString(replicaSetName) ?? '')
}

/** Only a search for the own snapshot, or only one for a snapshot to reuse, can then find a member. */
const ONLY_OWN = withStep(() => ({ options: { onConflict: 'wait', reuseWithinMs: undefined } }))
const ONLY_REUSE = withStep(() => ({ options: { onConflict: 'wait' } }))

const unknownType: PlantedBug = {
  name: 'a member used as a whole snapshot, because the type of the cluster is not checked',
  send: withJson((json, _, { url }) => {
    if (/\/clusters\/[^/]+$/.test(url.pathname)) return { ...json, clusterType: 'REPLICASET' }
    if (!('results' in json)) return json
    const results = asObjects(json['results']).filter(({ type }) => type !== 'shardedCluster')
    return { ...json, results, totalCount: results.length }
  }),
}

/** Bugs with parts of snapshots and with pages of lists. They need what Atlas rarely does. */
export const listFlawPlantings: readonly Planting[] = [
  { bug: { ...unknownType, step: ONLY_OWN }, breaks: CREATED },
  { bug: { ...unknownType, step: ONLY_REUSE }, breaks: REUSE },
  { bug: memberAsWhole, breaks: OTHER },
  // Two members have the tag.
  { bug: memberAsWhole, breaks: SUCCEEDS },
  {
    bug: {
      name: 'a member accepted as snapshot-id',
      client: (client, { snapshotId }) =>
        snapshotId === undefined
          ? client
          : withPages(client, (found, list) =>
              list === 'sharded' ? { ...found, snapshots: [], totalCount: 0 } : found,
            ),
    },
    breaks: COMPLETED,
  },
  {
    bug: {
      name: 'a plain form with members believed without the sharded form',
      client: (client) => ({
        ...client,
        getShardedSnapshot: async (id, signal) => {
          const { snapshot } = await client.getSnapshot(id, signal)
          return snapshot.memberIds === undefined
            ? client.getShardedSnapshot(id, signal)
            : { ...snapshot, form: 'sharded' }
        },
      }),
    },
    breaks: COMPLETED,
  },
  {
    bug: {
      name: 'a list that a rejected later page empties',
      client: (client) => ({
        ...client,
        listSnapshots: async (list, page, signal) => {
          const found = await client.listSnapshots(list, page, signal)
          const read = found.snapshots.length
          if (page > 1 || read === 0 || (read < PAGE_SIZE && read === found.totalCount)) return found
          try {
            await client.listSnapshots(list, 2, signal)
            return found
          } catch (error) {
            if (!(error instanceof RejectedError)) throw error
            // The plain list must have pages. The sharded one need not.
            if (list === 'sharded' && error.response.status === 400) return found
            return { ...found, snapshots: [], totalCount: undefined }
          }
        },
      }),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: 'a short page treated as the last one without a count',
      client: (client) =>
        withPages(client, (found, list, page) => {
          const { snapshots, totalCount } = found
          const isLast = list === 'plain' && page === 1 && snapshots.length < PAGE_SIZE
          return { ...found, totalCount: isLast ? (totalCount ?? snapshots.length) : totalCount }
        }),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: 'a sharded list of more than 100 entries that cannot be read',
      client: (client) =>
        withPages(client, (found, list) => {
          if (list === 'sharded' && found.snapshots.length > 100) throw unreadable()
          return found
        }),
    },
    breaks: SUCCEEDS,
  },
  {
    bug: {
      name: 'a broken entry that makes its list unreadable',
      send: withJson((json) => {
        const { results } = json
        return Array.isArray(results) && results.some(isBroken) ? { ...json, results: null } : json
      }),
    },
    breaks: SUCCEEDS,
  },
]

function isBroken(entry: unknown): boolean {
  return !isJsonObject(entry) || typeof entry['id'] !== 'string' || typeof entry['status'] !== 'string'
}

function unreadable(): OutcomeUnknownError {
  return new OutcomeUnknownError({ title: 'Unreadable', message: 'The list is unreadable.', remedy: 'None.' })
}
