import type { AtlasConfig } from './config.js'
import { lifeOf, type StoredSnapshot, statusOf } from './lifecycle.js'
import type { ApiVersion } from './routes.js'

/** An instant as Atlas writes it: ISO 8601 in UTC, whole seconds. */
export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** A snapshot as JSON, keys in alphabetical order as recorded; keys appear as its life goes on. */
export function snapshotResource(
  snapshot: StoredSnapshot,
  config: AtlasConfig,
  version: ApiVersion,
  withMembers: boolean,
  now: number,
): Readonly<Record<string, unknown>> {
  const life = lifeOf(snapshot, config, now)
  const truth = statusOf(snapshot, config, now)
  const completed = truth === 'completed'
  const onDisk = now >= life.createdAt && truth !== 'failed'
  const cluster = `${config.linkBase}/api/atlas/${version}/groups/${config.groupId}/clusters/${snapshot.clusterName}`
  const members = snapshot.members.map((member) => ({
    ...(onDisk ? { cloudProvider: 'AWS' } : {}),
    id: member.id,
    replicaSetName: member.replicaSetName,
  }))
  return {
    ...(onDisk ? { cloudProvider: 'AWS' } : {}),
    copyRegions: [],
    ...(completed ? { createdAt: isoSeconds(life.createdAt) } : {}),
    description: snapshot.description,
    expiresAt: isoSeconds(life.expiresAt),
    frequencyType: snapshot.snapshotType === 'onDemand' ? 'ondemand' : 'daily',
    id: snapshot.id,
    links: [
      { href: `${cluster}/backup/snapshots/${snapshot.id}`, rel: 'self' },
      { href: cluster, rel: 'https://cloud.mongodb.com/cluster' },
    ],
    ...(withMembers ? { members } : {}),
    ...(now >= life.mongodVersionAt ? { mongodVersion: config.mongodVersion } : {}),
    policyItems: [],
    ...(snapshot.sharded ? {} : { replicaSetName: snapshot.clusterName }),
    ...(withMembers ? { snapshotIds: snapshot.members.map((member) => member.id) } : {}),
    snapshotType: snapshot.snapshotType,
    status: shownStatus(snapshot, config, truth, now),
    storageSizeBytes: completed ? config.storageSizeBytes : 0,
    type: snapshot.sharded ? 'shardedCluster' : 'replicaSet',
  }
}

function shownStatus(snapshot: StoredSnapshot, config: AtlasConfig, truth: string, now: number): string {
  const odd = config.oddStatus
  const seconds = (now - snapshot.takenAt) / 1000
  return odd !== undefined && seconds >= odd.fromSeconds && seconds < odd.toSeconds ? odd.word : truth
}
