import type { AtlasConfig } from './config.js'
import type { JsonObject } from './http.js'
import type { ApiOperation } from './routes.js'
import { lifetime, snapshotStatus } from './snapshot-life.js'
import type { StoredSnapshot } from './snapshots.js'

/** As recorded. */
export const MONGODB_VERSION = '8.0.29'
const STORAGE_SIZE_BYTES = 1_582_854_144

/** The start of each link, wherever the emulator listens. */
export const ORIGIN = 'https://cloud.mongodb.com'

/** A time in Atlas's format: ISO 8601 in UTC, whole seconds. */
export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** A snapshot as JSON. As recorded, keys are in alphabetical order, and some appear only later. */
export function snapshotResource(
  snapshot: StoredSnapshot,
  config: AtlasConfig,
  { kind, version }: ApiOperation,
  now: number,
): JsonObject {
  const life = lifetime(snapshot, now)
  const isShardedForm = kind === 'get-sharded' || kind === 'list-sharded'
  const withMembers = snapshot.sharded && isShardedForm
  // The plain form of a sharded snapshot can report completed first.
  const leadMs = snapshot.sharded && !isShardedForm ? config.plainReadLeadSeconds * 1000 : 0
  const isAhead = leadMs > 0 && now < life.endsAt && now + leadMs >= life.endsAt
  const truth = isAhead ? 'completed' : snapshotStatus(snapshot, now)
  const completed = truth === 'completed'
  const onDisk = now >= life.createdAt && truth !== 'failed'
  const isShown = (from: number) => completed || (now >= from && truth === 'inProgress')
  const cluster = `${ORIGIN}/api/atlas/${version}/groups/${config.groupId}/clusters/${snapshot.clusterName}`
  const { members } = snapshot
  return {
    ...(onDisk ? { cloudProvider: 'AWS' } : {}),
    copyRegions: [],
    ...(isShown(life.createdAtShownAt) ? { createdAt: isoSeconds(life.createdAt) } : {}),
    description: snapshot.description,
    expiresAt: isoSeconds(life.expiresAt),
    frequencyType: snapshot.snapshotType === 'onDemand' ? 'ondemand' : 'daily',
    id: snapshot.id,
    links: [
      { href: `${cluster}/backup/snapshots/${snapshot.id}`, rel: 'self' },
      { href: cluster, rel: 'https://cloud.mongodb.com/cluster' },
    ],
    ...(withMembers ? { members } : {}),
    ...(now >= life.mongodVersionAt ? { mongodVersion: MONGODB_VERSION } : {}),
    policyItems: [],
    ...(snapshot.sharded ? {} : { replicaSetName: snapshot.replicaSetName ?? snapshot.clusterName }),
    ...(withMembers ? { snapshotIds: members.map((member) => member.id) } : {}),
    snapshotType: snapshot.snapshotType,
    status: shownStatus(snapshot, config, truth, now),
    storageSizeBytes: isShown(life.sizeShownAt) ? STORAGE_SIZE_BYTES : 0,
    type: snapshot.sharded ? 'shardedCluster' : 'replicaSet',
  }
}

function shownStatus(snapshot: StoredSnapshot, config: AtlasConfig, truth: string, now: number): string {
  const odd = config.oddStatus
  const seconds = (now - snapshot.takenAt) / 1000
  return odd !== undefined && seconds >= odd.fromSeconds && seconds < odd.toSeconds ? odd.word : truth
}
