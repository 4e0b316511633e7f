import { CREATED, ONE_SNAPSHOT, type Planting, REUSE, withListed, withStatus } from './planting.js'

/** Bugs in reading the lists, and in choosing a snapshot from them. */
export const listPlantings: readonly Planting[] = [
  {
    bug: {
      name: 'missing list entries that are not detected',
      client: (client) => withListed(client, (snapshots) => snapshots),
    },
    breaks: ONE_SNAPSHOT,
  },
  {
    bug: {
      name: 'a second snapshot after a lost POST, because the tag is not found',
      client: (client) =>
        withListed(client, (snapshots) =>
          snapshots.map((snapshot) => ({
            ...snapshot,
            description: snapshot.description?.replace(/ \[as-[0-9a-f]{8}\]$/, ''),
          })),
        ),
    },
    breaks: ONE_SNAPSHOT,
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
    breaks: CREATED,
  },
  {
    bug: {
      name: 'a failed snapshot that is reused',
      client: (original) => {
        const client = withStatus(original, (status) => (status === 'failed' ? 'completed' : status))
        return withListed(client, (snapshots) =>
          snapshots.map((snapshot) =>
            snapshot.status === 'failed'
              ? {
                  ...snapshot,
                  status: 'completed',
                  createdAt: new Date(snapshot.serverTime ?? 0).toISOString(),
                }
              : snapshot,
          ),
        )
      },
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
          createSnapshot: (body, signal) => {
            hasPosted = true
            return client.createSnapshot(body, signal)
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
]
