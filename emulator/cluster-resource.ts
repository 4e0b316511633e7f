import type { AtlasConfig, ClusterConfig } from './config.js'
import type { ApiVersion } from './routes.js'

/** A cluster as JSON. In the deprecated API, `providerBackupEnabled` is Cloud Backup, `backupEnabled` legacy backup. */
export function clusterResource(
  cluster: ClusterConfig,
  config: AtlasConfig,
  version: ApiVersion,
): Readonly<Record<string, unknown>> {
  return version === 'v2' ? currentResource(cluster, config) : deprecatedResource(cluster, config)
}

function hasBackup({ kind }: ClusterConfig): boolean {
  return kind === 'replicaSet' || kind === 'sharded' || kind === 'paused'
}

/** The fields of a recorded cluster that affect backups, in their order. */
function currentResource(cluster: ClusterConfig, config: AtlasConfig): Readonly<Record<string, unknown>> {
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
  const backup = hasBackup(cluster)
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
    mongoDBMajorVersion: majorVersion(config),
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

/** The form of v1.0, with keys in alphabetical order. */
function deprecatedResource(cluster: ClusterConfig, config: AtlasConfig): Readonly<Record<string, unknown>> {
  const { kind, name } = cluster
  const shards = kind === 'sharded' ? 2 : 1
  const providerSettings =
    kind === 'm0'
      ? {
          backingProviderName: 'AWS',
          instanceSizeName: 'M0',
          providerName: 'TENANT',
          regionName: 'US_EAST_1',
        }
      : {
          diskIOPS: 3000,
          encryptEBSVolume: true,
          instanceSizeName: 'M10',
          providerName: 'AWS',
          regionName: 'US_EAST_1',
          volumeType: 'STANDARD',
        }
  const nodes = { analyticsNodes: 0, electableNodes: 3, priority: 7, readOnlyNodes: 0 }
  return {
    backupEnabled: false,
    clusterType: kind === 'sharded' ? 'SHARDED' : 'REPLICASET',
    createDate: '2026-08-10T03:02:44Z',
    diskSizeGB: kind === 'm0' ? 0.5 : 10,
    groupId: config.groupId,
    id: '6a793f54c0eb9e7a17713ff5',
    mongoDBMajorVersion: majorVersion(config),
    mongoDBVersion: config.mongodVersion,
    name,
    numShards: shards,
    paused: kind === 'paused',
    pitEnabled: hasBackup(cluster),
    providerBackupEnabled: hasBackup(cluster),
    providerSettings,
    replicationFactor: 3,
    replicationSpecs: [
      {
        id: '6a793f54c0eb9e7a17717f7b',
        numShards: shards,
        regionsConfig: { US_EAST_1: nodes },
        zoneName: 'Zone 1',
      },
    ],
    stateName: 'IDLE',
    terminationProtectionEnabled: false,
    versionReleaseSystem: 'LTS',
  }
}

function majorVersion({ mongodVersion }: AtlasConfig): string {
  return mongodVersion.split('.').slice(0, 2).join('.')
}

/** A Flex cluster as JSON. */
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
