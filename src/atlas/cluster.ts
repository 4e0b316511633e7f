import { ActionError, type HelpTopic } from '../action-error.js'
import { asBoolean, asObject, asObjects, asString, type JsonObject } from '../json.js'
import { ParseError } from './errors.js'
import { FAILURES } from './responses.js'

/** The kind of a cluster, which is also the `type` of its whole snapshots. */
export type ClusterKind = 'replicaSet' | 'shardedCluster'

/** The properties of a cluster that snapshots depend on. They are `undefined` if the response lacks them. */
export interface Cluster {
  readonly paused: boolean | undefined
  /** Whether Cloud Backup is on. */
  readonly backupEnabled: boolean | undefined
  /** `IDLE`, `UPDATING`, `CREATING`, `DELETING` … */
  readonly stateName: string | undefined
  /** Sizes of the electable members: `M10`, `M0` … */
  readonly instanceSizes: readonly string[]
  readonly kind: ClusterKind
}

/** What prevents snapshots and has no error code. Each title is a row of docs/troubleshooting.md. */
export const BLOCKERS = {
  clusterPaused: {
    title: 'Cluster paused',
    remedy: 'Resume the cluster in Atlas. See https://www.mongodb.com/docs/atlas/pause-terminate-cluster/.',
  },
  backupDisabled: {
    title: 'Cloud Backup turned off',
    remedy:
      "Turn on Cloud Backup in the cluster's configuration in Atlas. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.",
  },
  clusterUnavailable: {
    title: 'Cluster not ready',
    remedy: 'Check cluster-name. If Atlas is creating the cluster, wait until it is ready.',
  },
} as const satisfies Readonly<Record<string, HelpTopic>>

const KINDS_BY_CLUSTER_TYPE: ReadonlyMap<unknown, ClusterKind> = new Map([
  ['REPLICASET', 'replicaSet'],
  ['SHARDED', 'shardedCluster'],
  ['GEOSHARDED', 'shardedCluster'],
])
const DEDICATED_SIZE = /^[MR]\d{2,}/
const UNUSABLE_STATES: readonly string[] = ['CREATING', 'DELETING', 'DELETED']

/**
 * Parses a cluster of API v2 or v1.0.
 *
 * @throws ParseError for any other value and an unknown `clusterType`
 */
export function parseCluster(value: unknown): Cluster {
  const cluster = asObject(value)
  const kind = KINDS_BY_CLUSTER_TYPE.get(cluster['clusterType'])
  if (kind === undefined) throw new ParseError('the response contains no cluster of a known clusterType')
  return {
    paused: asBoolean(cluster['paused']),
    // In v1.0, `providerBackupEnabled` means Cloud Backup, and `backupEnabled` means an older kind of backup.
    backupEnabled: asBoolean(cluster['providerBackupEnabled']) ?? asBoolean(cluster['backupEnabled']),
    stateName: asString(cluster['stateName']),
    instanceSizes: [...new Set(parseInstanceSizes(cluster))],
    kind,
  }
}

/** Why Atlas can't take an on-demand snapshot of the cluster, `undefined` if nothing is known to prevent it. */
export function findBlocker(cluster: Cluster): ActionError | undefined {
  const { paused, backupEnabled, stateName, instanceSizes } = cluster
  const blocked = (reason: string, help: HelpTopic) =>
    new ActionError(`The cluster cannot take snapshots because ${reason}.`, help)
  const small = instanceSizes.find((size) => !DEDICATED_SIZE.test(size))
  if (small !== undefined) return blocked(`its tier is ${small}`, FAILURES.tierTooSmall)
  if (paused === true) return blocked('it is paused', BLOCKERS.clusterPaused)
  if (backupEnabled === false) return blocked('its Cloud Backup is turned off', BLOCKERS.backupDisabled)
  if (stateName !== undefined && UNUSABLE_STATES.includes(stateName))
    return blocked(`its state is ${stateName}`, BLOCKERS.clusterUnavailable)
  return undefined
}

function parseInstanceSizes({ replicationSpecs, providerSettings }: JsonObject): string[] {
  const regions = asObjects(replicationSpecs).flatMap(({ regionConfigs }) => asObjects(regionConfigs))
  const sizes = regions.map(({ electableSpecs }) => asObject(electableSpecs)['instanceSize'])
  return [...sizes, asObject(providerSettings)['instanceSizeName']].filter((size) => typeof size === 'string')
}
