import type { PlantedBug } from '../../../simulation/run-step.js'
import { PAGE_SIZE } from '../../../src/atlas/client.js'
import { RejectedError } from '../../../src/atlas/errors.js'
import { asObjects, asString, isJsonObject, type JsonObject } from '../../../src/atlas/json.js'
import { lost } from '../../support/scripted-client.js'
import { type Planting, withEntries, withJson, withListed, withPages, withStep } from './planting.js'

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

const wrongType: PlantedBug = {
  name: 'a member used as a whole snapshot, because a sharded cluster is taken for a replica set',
  send: withJson((json, _, { url }) => {
    if (/\/clusters\/[^/]+$/.test(url.pathname)) return { ...json, clusterType: 'REPLICASET' }
    if (!('results' in json)) return json
    const results = asObjects(json['results']).filter(({ type }) => type !== 'shardedCluster')
    return { ...json, results, totalCount: results.length }
  }),
}

/** Bugs in reading the lists and their pages, in choosing a snapshot from them, and with parts of snapshots. */
export const listPlantings: readonly Planting[] = [
  {
    name: 'missing list entries that are not detected',
    client: withListed((snapshots) => snapshots),
    breaks: 'a step creates at most one snapshot',
  },
  {
    name: 'a second snapshot after a lost POST, because the tag is not found',
    client: withEntries((one) => ({
      ...one,
      description: one.description?.replace(/^\[as-[0-9a-f]{8}\]/, ''),
    })),
    breaks: 'a step creates at most one snapshot',
  },
  {
    name: 'the newest of two snapshots with the tag treated as the own one',
    client: withListed((snapshots) =>
      snapshots.filter(
        ({ id, description }) =>
          !snapshots.some((other) => other.description === description && other.id > id),
      ),
    ),
    breaks: 'created is true if and only if this step created the snapshot',
  },
  {
    name: 'a failed snapshot that is reused',
    client: withEntries((one) =>
      one.status === 'failed'
        ? { ...one, status: 'completed', createdAt: new Date(one.serverTime ?? 0).toISOString() }
        : one,
    ),
    breaks: 'only the newest matching snapshot is reused',
  },
  {
    name: 'the oldest snapshot that is reused instead of the newest',
    client: (client, { reuseWithinMs }) => {
      let hasPosted = false
      return {
        ...withListed((snapshots) => {
          if (hasPosted || reuseWithinMs === undefined) return snapshots
          const [oldest] = snapshots
            .filter(
              ({ createdAt, serverTime = 0 }) => serverTime - Date.parse(createdAt ?? '') <= reuseWithinMs,
            )
            .toSorted((a, b) => Date.parse(a.createdAt ?? '') - Date.parse(b.createdAt ?? ''))
          return oldest === undefined ? snapshots : [oldest]
        })(client),
        createSnapshot: (body, signal) => {
          hasPosted = true
          return client.createSnapshot(body, signal)
        },
      }
    },
    breaks: 'only the newest matching snapshot is reused',
  },
  {
    name: 'lists that are always read twice',
    client: (client) => ({
      listSnapshots: async (list, page, signal) => {
        const found = await client.listSnapshots(list, page, signal)
        if (list === 'plain' || page > 1) return found
        await client.listSnapshots('plain', 1, signal)
        return client.listSnapshots('sharded', 1, signal)
      },
    }),
    breaks: 'no needless read of the lists',
  },
  { ...wrongType, step: ONLY_OWN, breaks: 'created is true if and only if this step created the snapshot' },
  { ...wrongType, step: ONLY_REUSE, breaks: 'only the newest matching snapshot is reused' },
  {
    name: 'the type of the cluster taken from the lists, which show its former type',
    client: (client) => ({
      getCluster: async (signal) => ({ ...(await client.getCluster(signal)), type: undefined }),
    }),
    breaks: 'a step without obstacles succeeds',
    target: 'a lost POST in a cluster that was of the other kind',
  },
  {
    name: 'a member from before the cluster became a replica set that is reused',
    client: withPages((found, list) =>
      list === 'sharded'
        ? { ...found, snapshots: found.snapshots.map((one) => ({ ...one, memberIds: undefined })) }
        : found,
    ),
    breaks: 'only the newest matching snapshot is reused',
    target: 'a recent snapshot from before a cluster became a replica set',
  },
  { ...memberAsWhole, breaks: "another snapshot is neither the step's own nor a part of one" },
  // Two members have the tag.
  { ...memberAsWhole, breaks: 'a step without obstacles succeeds' },
  {
    name: 'a member accepted as snapshot-id',
    client: (client, { snapshotId }) =>
      withPages((found, list) =>
        snapshotId !== undefined && list === 'sharded' ? { ...found, snapshots: [], totalCount: 0 } : found,
      )(client),
    breaks: 'with wait, success means that the snapshot is completed',
  },
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
  {
    name: 'a list that a rejected later page empties',
    client: (client) => ({
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
  },
  {
    name: 'a sharded list of more than 100 entries that cannot be read',
    client: withPages((found, list) => {
      if (list === 'sharded' && found.snapshots.length > 100) throw lost()
      return found
    }),
    breaks: 'a step without obstacles succeeds',
  },
  {
    name: 'a broken entry that makes its list unreadable',
    send: withJson((json) => {
      const { results } = json
      return Array.isArray(results) && results.some(isBroken) ? { ...json, results: null } : json
    }),
    breaks: 'a step without obstacles succeeds',
  },
]

function isBroken(entry: unknown): boolean {
  return !isJsonObject(entry) || typeof entry['id'] !== 'string' || typeof entry['status'] !== 'string'
}
