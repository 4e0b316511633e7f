import type { AtlasOptions } from '../emulator/atlas.js'
import { type DescriptionConfig, type DigestConfig, demo } from '../emulator/config.js'
import type { SeededRandom } from './seeded-random.js'

export const CLUSTER = 'shop-prod'
/** Of `[as-` + 8 digits + `]`. */
export const TAG_LENGTH = 13

/** Draws the behavior of Atlas. What Atlas would hardly do is rare. */
export function drawAtlas(random: SeededRandom, overrides: AtlasOptions | undefined): AtlasOptions {
  const drawn = random.weighted<() => number>([
    [3, () => random.magnitude(2, 30)],
    [4, () => random.magnitude(30, 200)],
    [0.4, () => random.magnitude(200, 2_000)],
  ])()
  const { secondsToCompleted = drawn, list, ...rest } = overrides ?? {}
  const sharded = random.chance(0.3)
  const oddFrom = random.between(0, secondsToCompleted)
  const many = random.chance(0.002) && overrides === undefined
  // The cluster was created anew with the same name.
  const olderOfOtherKind = overrides === undefined && random.chance(0.15) ? random.integer(1, 2) : 0
  return {
    clusters: [{ name: CLUSTER, kind: sharded ? 'sharded' : 'replicaSet' }],
    secondsToCompleted,
    secondsToInProgress: random.between(0, secondsToCompleted / 2),
    // The restore point, within the limits of the recorded snapshots.
    diskSnapshotShare: random.between(0.25, 0.9),
    createdAtLeadSeconds: random.chance(0.06) ? random.between(0, Math.min(4, secondsToCompleted / 20)) : 0,
    failSnapshots: random.chance(0.08),
    read404Seconds: random.chance(0.1) ? random.between(0, 90) : 0,
    conflictLagSeconds: random.chance(0.15) ? random.magnitude(0.5, 300) : 0,
    descriptions: drawDescriptions(random),
    oddStatus: random.chance(0.1)
      ? {
          word: random.pick(['archiving', 'Completed', 'copying', 'cancelled']),
          fromSeconds: oddFrom,
          toSeconds: random.between(oddFrom, secondsToCompleted),
        }
      : undefined,
    plainReadHasMembers: random.chance(0.5),
    plainReadLeadSeconds: random.chance(0.2) ? random.magnitude(1, 60) : 0,
    memberLeadSeconds: random.magnitude(0.1, secondsToCompleted),
    olderSnapshots: (many ? 600 : random.pick([0, 0, 1, 3])) + olderOfOtherKind,
    olderOfOtherKind,
    rateLimits: random.chance(0.03) ? { snapshots: { capacity: 5, refillPerMinute: 30 } } : {},
    digest: drawDigest(random),
    ...drawRoles(random),
    ...rest,
    list: {
      // Several pages need no long list, whose hundreds of pages would take minutes to check.
      pageLimit: random.chance(0.04) && !many ? random.pick([2, 3, 20]) : 500,
      hasCount: random.chance(0.93),
      members: random.pick(['none', 'one', 'all', 'all']),
      lagSeconds: random.chance(0.15) ? random.magnitude(0.5, 60) : 0,
      hidesUnfinished: random.chance(0.06),
      order: random.pick(['newest', 'oldest']),
      shrinks: many ? random.integer(0, 3) : 0,
      ofOtherKind: random.pick(['empty', 'refused', 'whole']),
      ...list,
    },
  }
}

function drawDescriptions(random: SeededRandom): Partial<DescriptionConfig> {
  return {
    prefix: random.chance(0.03) ? '[prod] ' : '',
    maxLength: random.chance(0.08) ? random.integer(TAG_LENGTH, 255) : 10_000,
  }
}

/** The role that a step needs at least, which does not include reading the cluster, or all roles. */
function drawRoles(random: SeededRandom): Pick<AtlasOptions, 'keys' | 'serviceAccounts'> {
  return random.chance(0.5) ? {} : withoutReadingCluster()
}

export function withoutReadingCluster(): Pick<AtlasOptions, 'keys' | 'serviceAccounts'> {
  const { publicKey, privateKey, clientId, clientSecret } = demo
  const roles = ['GROUP_BACKUP_CREATOR'] as const
  return {
    keys: [{ publicKey, privateKey, roles }],
    serviceAccounts: [{ clientId, clientSecret, roles }],
  }
}

/** Draws what is not recorded about nonces, and one of the recorded forms of a 401. */
function drawDigest(random: SeededRandom): Partial<DigestConfig> {
  return {
    perConnection: random.chance(0.3),
    refusal: random.pick(['plain', 'plain', 'code', 'empty']),
    oneTimeNonces: random.chance(0.2),
    nonceMaxAgeSeconds: random.pick([40, 60, 60, 3600]),
  }
}
