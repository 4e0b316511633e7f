import type { AtlasConfig, ClusterConfig } from './config.js'
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

/** A cluster as JSON: the fields of a recorded one that matter to backups, in their order. */
export function clusterResource(
  cluster: ClusterConfig,
  config: AtlasConfig,
): Readonly<Record<string, unknown>> {
  const { kind, name } = cluster
  const shared = kind === 'm0'
  const size = shared
    ? { instanceSize: 'M0' }
    : { instanceSize: 'M10', diskIOPS: 3000, diskSizeGB: 10, ebsVolumeType: 'STANDARD' }
  const nodes = (nodeCount: number) => ({ ...size, nodeCount })
  const autoScaling = {
    compute: { enabled: false, scaleDownEnabled: false },
    diskGB: { enabled: false },
  }
  const region = shared
    ? {
        backingProviderName: 'AWS',
        electableSpecs: size,
        priority: 7,
        providerName: 'TENANT',
        regionName: 'US_EAST_1',
      }
    : {
        analyticsSpecs: nodes(0),
        autoScaling,
        effectiveAnalyticsSpecs: nodes(0),
        effectiveElectableSpecs: nodes(3),
        effectiveReadOnlySpecs: nodes(0),
        electableSpecs: nodes(3),
        priority: 7,
        providerName: 'AWS',
        readOnlySpecs: nodes(0),
        regionName: 'US_EAST_1',
      }
  const backup = kind === 'replicaSet' || kind === 'sharded' || kind === 'paused'
  const shards = kind === 'sharded' ? ['7f7b', '7f7d'] : ['7f7b']
  return {
    name,
    groupId: config.groupId,
    id: '6a793f54c0eb9e7a17713ff5',
    clusterType: kind === 'sharded' ? 'SHARDED' : 'REPLICASET',
    stateName: 'IDLE',
    paused: kind === 'paused',
    backupEnabled: backup,
    pitEnabled: backup,
    mongoDBVersion: config.mongodVersion,
    mongoDBMajorVersion: config.mongodVersion.split('.').slice(0, 2).join('.'),
    diskWarmingMode: 'FULLY_WARMED',
    createDate: '2026-08-10T03:02:44Z',
    replicationSpecs: shards.map((shard) => ({
      id: `6a793f54c0eb9e7a1771${shard}`,
      regionConfigs: [region],
      zoneId: '6a793f54c0eb9e7a17717f7a',
      zoneName: 'Zone 1',
    })),
    terminationProtectionEnabled: false,
    versionReleaseSystem: 'LTS',
  }
}

/** A flex cluster as JSON. */
export function flexResource(cluster: ClusterConfig, config: AtlasConfig): Readonly<Record<string, unknown>> {
  return {
    backupSettings: { enabled: true },
    clusterType: 'REPLICASET',
    createDate: '2026-08-10T03:02:44Z',
    groupId: config.groupId,
    id: '6a793f54c0eb9e7a17713ff6',
    mongoDBVersion: config.mongodVersion,
    name: cluster.name,
    providerSettings: {
      backingProviderName: 'AWS',
      diskSizeGB: 5,
      providerName: 'FLEX',
      regionName: 'US_EAST_1',
    },
    stateName: 'IDLE',
    terminationProtectionEnabled: false,
    versionReleaseSystem: 'LTS',
  }
}
