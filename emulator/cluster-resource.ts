import type { AtlasConfig, ClusterConfig } from './config.js'
import type { JsonObject } from './http.js'
import type { ApiVersion } from './routes.js'
import { MONGODB_VERSION } from './snapshot-resource.js'

/** A cluster as JSON. In the deprecated API, `providerBackupEnabled` is Cloud Backup, `backupEnabled` legacy backup. */
export function clusterResource(
  cluster: ClusterConfig,
  config: AtlasConfig,
  version: ApiVersion,
): JsonObject {
  return version === 'v2' ? currentResource(cluster, config) : deprecatedResource(cluster, config)
}

/** The fields of a recorded cluster that affect backups, in their order. */
function currentResource(cluster: ClusterConfig, config: AtlasConfig): JsonObject {
  const { kind, name } = cluster
  const size =
    kind === 'm0'
      ? { instanceSize: 'M0' }
      : { instanceSize: 'M10', diskIOPS: 3000, diskSizeGB: 10, ebsVolumeType: 'STANDARD' }
  const nodes = (nodeCount: number) => ({ ...size, nodeCount })
  const region = {
    analyticsSpecs: nodes(0),
    autoScaling: {
      compute: { enabled: false, scaleDownEnabled: false },
      diskGB: { enabled: false },
    },
    effectiveAnalyticsSpecs: nodes(0),
    effectiveElectableSpecs: nodes(3),
    effectiveReadOnlySpecs: nodes(0),
    electableSpecs: nodes(3),
    priority: 7,
    providerName: kind === 'm0' ? 'TENANT' : 'AWS',
    readOnlySpecs: nodes(0),
    regionName: 'US_EAST_1',
  }
  const hasBackup = kind !== 'm0'
  const shards = kind === 'sharded' ? ['7f7b', '7f7d'] : ['7f7b']
  return {
    name,
    groupId: config.groupId,
    id: '6a793f54c0eb9e7a17713ff5',
    clusterType: kind === 'sharded' ? 'SHARDED' : 'REPLICASET',
    stateName: 'IDLE',
    paused: false,
    backupEnabled: hasBackup,
    pitEnabled: hasBackup,
    mongoDBVersion: MONGODB_VERSION,
    mongoDBMajorVersion: '8.0',
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

/** The fields of v1.0 that affect backups, with keys in alphabetical order. */
function deprecatedResource(cluster: ClusterConfig, config: AtlasConfig): JsonObject {
  const { kind, name } = cluster
  return {
    backupEnabled: false,
    clusterType: kind === 'sharded' ? 'SHARDED' : 'REPLICASET',
    groupId: config.groupId,
    mongoDBVersion: MONGODB_VERSION,
    name,
    numShards: kind === 'sharded' ? 2 : 1,
    paused: false,
    providerBackupEnabled: kind !== 'm0',
    providerSettings:
      kind === 'm0'
        ? { instanceSizeName: 'M0', providerName: 'TENANT' }
        : { instanceSizeName: 'M10', providerName: 'AWS' },
    stateName: 'IDLE',
  }
}
