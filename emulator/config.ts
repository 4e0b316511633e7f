import type { FaultRule } from './faults.js'
import type { EndpointGroup } from './routes.js'
import type { SnapshotDurations } from './snapshot-life.js'

export interface ClusterConfig {
  readonly name: string
  /** As far as snapshots depend on it. */
  readonly kind: 'replicaSet' | 'sharded' | 'm0' | 'flex'
  /** Overrides `AtlasConfig.secondsToCompleted` for this cluster. */
  readonly secondsToCompleted?: number
}

/** A token bucket: its size, and the requests that it regains per minute. */
export interface RateLimit {
  readonly capacity: number
  readonly refillPerMinute: number
}

/** Behavior of the snapshot lists. */
export interface ListConfig {
  /** Seconds until a new snapshot appears in lists. */
  readonly lagSeconds: number
  /** Leaves out snapshots that are queued or in progress. */
  readonly hidesUnfinished: boolean
}

/** Reports `word` as the status between these seconds after the POST. */
interface OddStatus {
  readonly word: string
  readonly fromSeconds: number
  readonly toSeconds: number
}

export interface AtlasConfig extends SnapshotDurations {
  readonly groupId: string
  readonly keys: readonly KeyPair[]
  /** Lifetime of a bearer token. */
  readonly tokenSeconds: number
  /** `none` accepts every request, for use behind a server that checks credentials. */
  readonly authentication: 'digest' | 'none'
  readonly clusters: readonly ClusterConfig[]
  readonly failSnapshots: boolean
  readonly rateLimits: Readonly<Record<EndpointGroup, RateLimit>>
  readonly nonceMaxAgeSeconds: number
  readonly list: ListConfig
  /** A text that is put before each description. */
  readonly descriptionPrefix: string
  readonly oddStatus: OddStatus | undefined
  /** Seconds by which the plain form of a sharded snapshot reports `completed` before the sharded form. */
  readonly plainReadLeadSeconds: number
  /** Completed on-demand snapshots that each cluster has at the start, an hour apart. */
  readonly olderSnapshots: number
  readonly faults: readonly FaultRule[]
}

/** Settings. Each has a default. */
export interface AtlasOptions extends Partial<Omit<AtlasConfig, 'rateLimits' | 'list'>> {
  readonly rateLimits?: Partial<AtlasConfig['rateLimits']>
  readonly list?: Partial<ListConfig>
}

/** The default project, API key, and service account. They are valid in the emulator only. */
export const demo = {
  groupId: '5f1e2d3c4b5a69788796a5b4',
  publicKey: 'demouser',
  privateKey: '0d3e0d3e-0d3e-4d3e-8d3e-0d3e0d3e0d3e',
  clientId: 'mdb_sa_id_6a793f54c0eb9e7a17713ff0',
  clientSecret: 'mdb_sa_sk_0d3e0d3e',
} as const

/** Fills in the defaults. Snapshots have the life of a recorded one. The rate limits are the documented ones. */
export function completeConfig(options: AtlasOptions): AtlasConfig {
  const { secondsToCompleted = 159, rateLimits, list, ...rest } = options
  return {
    groupId: demo.groupId,
    keys: [{ publicKey: demo.publicKey, privateKey: demo.privateKey }],
    tokenSeconds: 3600,
    authentication: 'digest',
    nonceMaxAgeSeconds: 60,
    clusters: [
      { name: 'demo', kind: 'replicaSet' },
      { name: 'sharded', kind: 'sharded' },
    ],
    // Of a shorter life, a part.
    secondsToInProgress: Math.min(7, secondsToCompleted / 20),
    secondsToCompleted,
    diskSnapshotShare: 0.541,
    createdAtLeadSeconds: 0,
    sizeLeadSeconds: 0,
    failSnapshots: false,
    descriptionPrefix: '',
    oddStatus: undefined,
    plainReadLeadSeconds: 0,
    olderSnapshots: 0,
    faults: [],
    ...rest,
    rateLimits: {
      snapshots: { capacity: 1200, refillPerMinute: 500 },
      clusters: { capacity: 10000, refillPerMinute: 5000 },
      token: { capacity: 50, refillPerMinute: 50 },
      ...rateLimits,
    },
    list: { lagSeconds: 0, hidesUnfinished: false, ...list },
  }
}

/** The owner of credentials, by default the project owner. A read-only one has only Project Read Only. */
export interface Principal {
  readonly isReadOnly?: boolean
}

/** An API key, which uses digest authentication. */
export interface KeyPair extends Principal {
  readonly publicKey: string
  readonly privateKey: string
}
