import type { AtlasOptions, SomebodysSnapshot } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { describeCredentials } from '../../src/atlas/credentials.js'
import type { SnapshotOptions } from '../../src/snapshot/options.js'
import { type Access, drawAccess } from './access.js'
import { assume } from './assumption.js'
import { Dice } from './dice.js'
import { drawDigest } from './digest-forms.js'
import { drawMood, type Mood } from './mood.js'
import { drawOthers } from './others.js'
import type { Profile } from './profile.js'
import { drawProvocation } from './provocations.js'

/** Everything that happens in one run but for the single faults, which are drawn as requests come. */
export interface Scenario {
  readonly seed: number
  /** What it is bent towards. */
  readonly provocation: string | undefined
  readonly task: SnapshotOptions
  readonly atlas: AtlasOptions
  readonly mood: Mood
  readonly access: Access
  /** What other people take, in milliseconds from the start. */
  readonly others: readonly { readonly atMs: number; readonly taking: SomebodysSnapshot }[]
  /** When the step is cancelled, in milliseconds from its start. */
  readonly cancelAtMs: number | undefined
  /** How far the runner's clock and Atlas's are apart. */
  readonly skewMs: number
}

export const CLUSTER = 'shop-prod'
const HOUR_MS = 3_600_000

/** The scenario of a seed, within the assumption that the promise rests on; some are bent without being told to. */
export function drawScenario(seed: number, wanted?: Profile): Scenario {
  const dice = new Dice(seed, 'scenario')
  const provocation = drawProvocation(dice)
  const profile = wanted ?? provocation
  const drawn = assume(drawMood(dice, profile?.mood), drawAtlas(dice, profile?.atlas))
  const durationMs = drawn.secondsToCompleted * 1000
  const { travelMs } = drawn.mood
  const access = drawAccess(new Dice(seed, 'access'), travelMs, durationMs, profile?.access)
  const task = drawTask(dice, describeCredentials(access.credentials), durationMs, profile?.task)
  const disturbed = profile?.undisturbed !== true
  const others = drawOthers(dice, task, durationMs, profile?.busy === true)
  const cancelAtMs = dice.chance(0.2)
    ? dice.between(0, Math.min(task.timeoutMs, dice.pick([2_000, 20_000, durationMs * 2])))
    : undefined
  return {
    seed,
    provocation: profile?.name,
    task,
    atlas: {
      ...drawn.atlas,
      ...access.atlas,
      rateLimits: { ...drawn.atlas.rateLimits, ...access.atlas.rateLimits },
    },
    mood: drawn.mood,
    access,
    others: disturbed ? others : [],
    cancelAtMs: disturbed ? cancelAtMs : undefined,
    skewMs: dice.between(-HOUR_MS, HOUR_MS),
  }
}

function drawTask(
  dice: Dice,
  credentialName: string,
  durationMs: number,
  bent: Partial<SnapshotOptions> | undefined,
): SnapshotOptions {
  const timeoutMs = dice.weighted<() => number>([
    [1, () => dice.magnitude(2_000, 60_000)],
    [1, () => dice.between(0, durationMs * 1.5)],
    [6, () => durationMs * 2 + dice.magnitude(300_000, 4 * HOUR_MS)],
  ])()
  return {
    cluster: {
      baseUrl: 'https://cloud.mongodb.com',
      apiVersion: dice.weighted([
        [4, '2023-01-01'],
        [1, 'v1.0'],
      ]),
      groupId: demo.groupId,
      clusterName: CLUSTER,
    },
    credentialName,
    description: 'OWNER/REPO@0123abc Deploy run 42.1',
    retentionInDays: dice.pick([1, 7, 90]),
    wait: dice.chance(0.6),
    onConflict: dice.pick(['wait', 'wait', 'reuse', 'fail']),
    timeoutMs,
    pollIntervalMs: dice.chance(0.25) ? Math.max(dice.magnitude(1_000, 60_000), durationMs / 60) : undefined,
    // The older ones of a run are some hours old, what others take in it some minutes.
    reuseWithinMs: dice.chance(0.12) ? dice.magnitude(30_000, 4 * HOUR_MS) : undefined,
    ...bent,
  }
}

function drawAtlas(dice: Dice, bent: AtlasOptions | undefined): AtlasOptions {
  const secondsToCompleted = dice.weighted<() => number>([
    [3, () => dice.magnitude(2, 30)],
    [4, () => dice.magnitude(30, 200)],
    [0.4, () => dice.magnitude(200, 2_000)],
  ])()
  const sharded = dice.chance(0.3)
  const oddFrom = dice.between(0, secondsToCompleted)
  const many = dice.chance(0.002)
  const { list, ...rest } = bent ?? {}
  return {
    clusters: [{ name: CLUSTER, kind: sharded ? 'sharded' : 'replicaSet' }],
    secondsToCompleted,
    secondsToInProgress: dice.between(0, secondsToCompleted / 2),
    failSnapshots: dice.chance(0.08),
    read404Seconds: dice.chance(0.1) ? dice.between(0, 90) : 0,
    oddStatus: dice.chance(0.1)
      ? {
          word: dice.pick(['archiving', 'Completed', 'copying', 'cancelled']),
          fromSeconds: oddFrom,
          toSeconds: dice.between(oddFrom, secondsToCompleted),
        }
      : undefined,
    plainReadHasMembers: dice.chance(0.5),
    olderSnapshots: many ? 600 : dice.pick([0, 0, 1, 3]),
    rateLimits: dice.chance(0.03) ? { snapshots: { capacity: 5, refillPerMinute: 30 } } : {},
    digest: drawDigest(dice),
    ...rest,
    list: {
      lagSeconds: dice.chance(0.15) ? dice.magnitude(0.5, 60) : 0,
      hidesUnfinished: dice.chance(0.06),
      order: dice.pick(['newest', 'oldest', 'shuffled']),
      shrinks: many ? dice.integer(0, 3) : 0,
      ofOtherKind: dice.pick(['empty', 'refused', 'same']),
      shardedInPages: dice.chance(0.3),
      ...list,
    },
  }
}
