import type { FaultRule } from './faults.js'

/** What a cluster is, as far as it decides over snapshots. */
export const clusterKinds = ['replicaSet', 'sharded', 'm0', 'flex', 'paused', 'noBackup'] as const
export type ClusterKind = (typeof clusterKinds)[number]

export interface ClusterConfig {
  readonly name: string
  readonly kind: ClusterKind
  /** How long its snapshots take, where not as long as those of the others. */
  readonly secondsToCompleted?: number
}

/** A token bucket: how many requests fit in, how many come back a minute. */
export interface RateLimit {
  readonly capacity: number
  readonly refillPerMinute: number
}

/** What shares a rate limit; `token` is counted for each service account, the others for the project. */
export const endpointGroups = ['snapshots', 'clusters', 'flex', 'token'] as const
export type EndpointGroup = (typeof endpointGroups)[number]

export const listOrders = ['newest', 'oldest', 'shuffled'] as const
export type ListOrder = (typeof listOrders)[number]

export const otherKindLists = ['empty', 'refused', 'same'] as const
export type OtherKindList = (typeof otherKindLists)[number]

/** How the lists of snapshots behave. */
export interface ListConfig {
  /** A new snapshot shows up in lists only after so many seconds. */
  readonly lagSeconds: number
  /** Snapshots that are queued or in progress are not listed. */
  readonly hidesUnfinished: boolean
  readonly order: ListOrder
  /** So many times, a snapshot of another client vanishes before a page after the first is answered. */
  readonly shrinks: number
  /** The plain list of a sharded cluster, and the sharded list of a replica set. */
  readonly ofOtherKind: OtherKindList
  /**
   * The sharded list comes in pages, as the plain one does. By its specification it knows no pages: then it is whole, and
   * refuses to be asked for one.
   */
  readonly shardedInPages: boolean
}

/** Shows another word than the truth as `status`, in these seconds after the POST. */
export interface OddStatus {
  readonly word: string
  readonly fromSeconds: number
  readonly toSeconds: number
}

export interface AtlasConfig {
  readonly groupId: string
  readonly keys: readonly KeyPair[]
  readonly serviceAccounts: readonly ServiceAccount[]
  /** How long a bearer token lives. */
  readonly tokenSeconds: number
  /** `none`: every request counts as the first key's, for use behind a server that asks for credentials. */
  readonly authentication: 'digest' | 'none'
  /** Addresses and ranges from which credentials may be used; empty: from anywhere, unless a list is required. */
  readonly accessList: readonly string[]
  /** The organization requires an access list: an empty one lets no address use the API. */
  readonly requireAccessList: boolean
  readonly clusters: readonly ClusterConfig[]
  readonly secondsToInProgress: number
  readonly secondsToCompleted: number
  /** Where `createdAt`, the instant of the disk snapshot, lies between the POST (0) and the end (1). */
  readonly createdAtFraction: number
  readonly failSnapshots: boolean
  readonly storageSizeBytes: number
  readonly mongodVersion: string
  readonly rateLimits: Readonly<Record<EndpointGroup, RateLimit>>
  readonly digest: DigestConfig
  readonly list: ListConfig
  /** A GET of a snapshot answers 404 for so many seconds after its POST. */
  readonly read404Seconds: number
  readonly oddStatus: OddStatus | undefined
  /** The plain GET of a sharded cluster's snapshot has `members` and `snapshotIds` as well. */
  readonly plainReadHasMembers: boolean
  /** The plain GET says `completed` so many seconds before the sharded one of the same snapshot does. */
  readonly plainReadLeadSeconds: number
  /** So many completed on-demand snapshots of each cluster, an hour apart, exist at the start. */
  readonly olderSnapshots: number
  readonly faults: readonly FaultRule[]
}

/** What a caller may set; everything has a default. */
export interface AtlasOptions extends Partial<Omit<AtlasConfig, 'rateLimits' | 'digest' | 'list'>> {
  readonly rateLimits?: Partial<AtlasConfig['rateLimits']>
  readonly digest?: Partial<DigestConfig>
  readonly list?: Partial<ListConfig>
}

/** The project, key pair and service account that the emulator knows unless told otherwise. They open nothing real. */
export const demo = {
  groupId: '5f1e2d3c4b5a69788796a5b4',
  publicKey: 'demouser',
  privateKey: '0d3e1f20-5c4b-4a69-9788-96a5b4c3d2e1',
  clientId: 'mdb_sa_id_6a793f54c0eb9e7a17713ff0',
  clientSecret: 'mdb_sa_sk_Opens-nothing-real_only-the-emulator-0d3e',
} as const

/**
 * Fills in the defaults. The times are those of a recorded M10 on AWS: `inProgress` when first looked at after
 * 7 s, the disk snapshot after 86 s, `completed` after 159 s. The limits are the documented ones.
 */
export function completeConfig(options: AtlasOptions): AtlasConfig {
  const { rateLimits, digest, list, ...rest } = options
  return {
    groupId: demo.groupId,
    keys: [{ publicKey: demo.publicKey, privateKey: demo.privateKey }],
    serviceAccounts: [{ clientId: demo.clientId, clientSecret: demo.clientSecret }],
    tokenSeconds: 3600,
    authentication: 'digest',
    accessList: [],
    requireAccessList: false,
    clusters: [
      { name: 'demo', kind: 'replicaSet' },
      { name: 'sharded', kind: 'sharded' },
    ],
    secondsToInProgress: 7,
    secondsToCompleted: 159,
    createdAtFraction: 0.541,
    failSnapshots: false,
    storageSizeBytes: 1582854144,
    mongodVersion: '8.0.29',
    read404Seconds: 0,
    oddStatus: undefined,
    plainReadHasMembers: false,
    plainReadLeadSeconds: 0,
    olderSnapshots: 0,
    faults: [],
    ...rest,
    rateLimits: {
      snapshots: { capacity: 1200, refillPerMinute: 500 },
      clusters: { capacity: 10000, refillPerMinute: 5000 },
      flex: { capacity: 1200, refillPerMinute: 500 },
      token: { capacity: 50, refillPerMinute: 50 },
      ...rateLimits,
    },
    digest: {
      realm: 'MMS Public API',
      algorithms: ['MD5'],
      qop: ['auth'],
      nonceMaxAgeSeconds: 60,
      maxNonceCount: 1024,
      nonceReuse: 'counted',
      opaque: undefined,
      joined: false,
      ...digest,
    },
    list: {
      lagSeconds: 0,
      hidesUnfinished: false,
      order: 'newest',
      shrinks: 0,
      ofOtherKind: 'empty',
      shardedInPages: false,
      ...list,
    },
  }
}
/** Project roles that matter to snapshots. */
export const roles = [
  'GROUP_OWNER',
  'GROUP_BACKUP_MANAGER',
  'GROUP_BACKUP_CREATOR',
  'GROUP_READ_ONLY',
] as const
export type Role = (typeof roles)[number]

/** The holder of credentials. Without `roles` it is the project's owner, with an empty list it can do nothing. */
export interface Principal {
  readonly roles?: readonly Role[]
}

/** An API key, which proves itself by digest. */
export interface KeyPair extends Principal {
  readonly publicKey: string
  readonly privateKey: string
}

/** A service account, which mints bearer tokens for itself. */
export interface ServiceAccount extends Principal {
  readonly clientId: string
  readonly clientSecret: string
}
export const digestAlgorithms = ['MD5', 'SHA-256'] as const
export type DigestAlgorithm = (typeof digestAlgorithms)[number]

/** `auth-int` can be offered beside `auth`, but is not accepted. */
export const qops = ['auth', 'auth-int'] as const
export type Qop = (typeof qops)[number]

export const nonceReuses = ['counted', 'stale', 'refused'] as const
export type NonceReuse = (typeof nonceReuses)[number]

/** How the digest challenge looks and how strictly answers to it are checked. */
export interface DigestConfig {
  readonly realm: string
  /** One challenge each, in this order. */
  readonly algorithms: readonly DigestAlgorithm[]
  /** Empty: the challenge has no `qop`, which is RFC 2069's form. */
  readonly qop: readonly Qop[]
  readonly nonceMaxAgeSeconds: number
  /** An `nc` of this or more makes a nonce stale, as in Jetty. */
  readonly maxNonceCount: number
  /**
   * `counted`: a nonce may be used again with another `nc`. `stale`: every further use is answered
   * `stale=true`. `refused`: every further use is answered by a plain challenge.
   */
  readonly nonceReuse: NonceReuse
  readonly opaque: string | undefined
  /** Several challenges in one header line instead of one line each. */
  readonly joined: boolean
}
