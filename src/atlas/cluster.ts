import { shortened } from '../format.js'
import { isJsonObject, type JsonObject, stringOf } from './json.js'
import { DOCS, type Explanation, explanationIn, type Remedy } from './remedies.js'

/** A cluster as far as it decides over snapshots; what the answer does not say is `undefined`. */
export interface Cluster {
  readonly paused: boolean | undefined
  /** Whether Cloud Backup is on. */
  readonly backupEnabled: boolean | undefined
  /** `IDLE`, `UPDATING`, `CREATING`, `DELETING` … */
  readonly stateName: string | undefined
  /** Of the members that hold data: `M10`, `M0` … */
  readonly instanceSizes: readonly string[]
}

/** Why a cluster takes no snapshots on demand. */
interface Obstacle extends Explanation {
  /** What the cluster says of itself, as a clause: `it is paused`. */
  readonly clause: string
}

const DEDICATED_SIZE = /^[MR]\d{2,}/
const LONGEST_SIZE = 100
const UNUSABLE_STATES: readonly string[] = ['CREATING', 'DELETING', 'DELETED']

/** What to do about each. */
export const OBSTACLES = {
  size: {
    title: 'A cluster of this size takes no snapshots on demand',
    remedy: 'Use a dedicated cluster, M10 or larger.',
    link: `${DOCS}/backup/cloud-backup/overview/`,
  },
  paused: {
    title: 'The cluster is paused',
    remedy: 'Resume the cluster in Atlas, then run this again.',
    link: `${DOCS}/pause-terminate-cluster/`,
  },
  backup: {
    title: 'The cluster has no backup turned on',
    remedy: 'Turn on Cloud Backup in the configuration of the cluster in Atlas.',
    link: `${DOCS}/backup/cloud-backup/overview/`,
  },
  state: {
    title: 'The cluster is not there yet, or no longer',
    remedy: 'Check cluster-name, and run this again when Atlas is done with the cluster.',
  },
} as const satisfies Record<string, Remedy>

/** Narrows a resource to a cluster, of API v2 or of v1.0, `undefined` where it is none. */
export function clusterOf(value: unknown): Cluster | undefined {
  if (!isJsonObject(value) || typeof value['name'] !== 'string') return undefined
  return {
    paused: booleanOf(value['paused']),
    backupEnabled: backupEnabledIn(value),
    stateName: stringOf(value['stateName']),
    instanceSizes: [...new Set(instanceSizesIn(value))],
  }
}

/** What stands against snapshots on demand, `undefined` where nothing that the cluster says does. */
export function obstacleOf(cluster: Cluster): Obstacle | undefined {
  const { paused, backupEnabled, stateName, instanceSizes } = cluster
  const small = instanceSizes.find((size) => !DEDICATED_SIZE.test(size))
  if (small !== undefined)
    return obstacle(OBSTACLES.size, `its instance size is ${shortened(small, LONGEST_SIZE)}`)
  if (paused === true) return obstacle(OBSTACLES.paused, 'it is paused')
  if (backupEnabled === false) return obstacle(OBSTACLES.backup, 'its Cloud Backup is off')
  if (stateName !== undefined && UNUSABLE_STATES.includes(stateName)) {
    return obstacle(OBSTACLES.state, `its state is ${stateName}`)
  }
  return undefined
}

function obstacle(remedy: Remedy, clause: string): Obstacle {
  return { ...explanationIn(remedy), clause }
}

/** In v1.0 `backupEnabled` is an older kind of backup, and `providerBackupEnabled` is Cloud Backup. */
function backupEnabledIn(cluster: JsonObject): boolean | undefined {
  return booleanOf(cluster['providerBackupEnabled']) ?? booleanOf(cluster['backupEnabled'])
}

function instanceSizesIn(cluster: JsonObject): string[] {
  const specs = objectsIn(cluster['replicationSpecs'])
  const regions = specs.flatMap((spec) => objectsIn(spec['regionConfigs']))
  const sizes = regions.map(({ electableSpecs }) => sizeIn(electableSpecs, 'instanceSize'))
  return [...sizes, sizeIn(cluster['providerSettings'], 'instanceSizeName')].filter(
    (size) => size !== undefined,
  )
}

function sizeIn(specs: unknown, name: string): string | undefined {
  return isJsonObject(specs) ? stringOf(specs[name]) : undefined
}

function objectsIn(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}
