import type { AtlasOptions } from '../emulator/atlas.js'
import type { ListConfig } from '../emulator/config.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import { CLUSTER, withoutReadingCluster } from './atlas-options.js'
import type { FaultProfile, FaultWindow } from './fault-profile.js'
import { type FaultName, faults, LISTS, READS } from './faults.js'
import type { SeededRandom } from './seeded-random.js'

/** Settings of a targeted scenario. Everything else is drawn, and `assume` applies to the result. */
interface ScenarioOverrides {
  readonly faultProfile: Partial<FaultProfile>
  readonly options?: Partial<SnapshotOptions>
  readonly atlas?: AtlasOptions
  /**
   * Another client's snapshot is in progress at the start, and more follow. Without this, there are no other clients,
   * and the step is neither canceled nor suspended.
   */
  readonly contended?: boolean
  /** The step takes no snapshot, but waits for one of another client, or gets the ID of its member. */
  readonly attach?: 'whole' | 'member'
}

/** No fault except this one, of POSTs in the first seconds, and those of other windows. */
function firstPost(fault: FaultName, ...others: readonly FaultWindow[]): Partial<FaultProfile> {
  return {
    intensity: 0,
    excluded: (['late', 'doubled'] as const).filter((outcome) => outcome !== faults[fault].outcome),
    lateSeconds: 170,
    windows: [during(0, 4_000, ['create'], fault), ...others],
  }
}

function during(fromMs: number, toMs: number, on: FaultWindow['on'], fault: FaultName): FaultWindow {
  return { fromMs, toMs, on, fault }
}

/** Lists that show every snapshot at once, or as they do otherwise. */
function prompt(list: Partial<ListConfig> = {}): Partial<ListConfig> {
  return { lagSeconds: 0, hidesUnfinished: false, ...list }
}

const SHARDED = [{ name: CLUSTER, kind: 'sharded' }] as const

/** The share of runs that are targeted. */
const SHARE = 0.4

/** Rare combinations that once violated an invariant, or might. */
const targetedScenarios: Readonly<Record<string, ScenarioOverrides>> = {
  "a late POST during another client's snapshot": {
    faultProfile: firstPost('late'),
    options: { onConflict: 'reuse', wait: true },
    contended: true,
  },
  'a lost POST whose snapshot ends before the POST times out': {
    faultProfile: firstPost('hang-executed'),
    atlas: { secondsToCompleted: 20, list: prompt() },
  },
  'a lost POST whose snapshot is missing from the lists': {
    faultProfile: firstPost('reset-executed', during(0, 40_000, LISTS, 'missing-entry')),
    atlas: { secondsToCompleted: 3, list: prompt() },
  },
  'a doubled POST whose snapshot the lists show late': {
    faultProfile: firstPost('twice'),
    options: { onConflict: 'fail' },
    atlas: { list: prompt({ lagSeconds: 20 }) },
  },
  'a doubled POST right after the end of another snapshot that an earlier list showed in progress': {
    faultProfile: firstPost('twice', during(2_000, 900_000, LISTS, '5xx')),
    options: { onConflict: 'wait', reuseWithinMs: 3_600_000, timeoutMs: 1_800_000 },
    atlas: { secondsToCompleted: 3, list: prompt() },
    contended: true,
  },
  'a given snapshot': {
    faultProfile: { intensity: 0.05, excluded: ['fatal'] },
    attach: 'whole',
    contended: true,
  },
  "a given member of another client's snapshot": {
    // The sharded list is always readable and keeps the whole snapshot, because the step otherwise uses the member.
    faultProfile: { intensity: 0.05, excluded: ['fatal'], windows: [] },
    atlas: { clusters: SHARDED, list: prompt({ shrinks: 0 }) },
    attach: 'member',
    contended: true,
  },
  "a lost POST in a sharded cluster that can't be read, and a list that shows only its members at first": {
    faultProfile: firstPost('reset-executed'),
    atlas: {
      ...withoutReadingCluster(),
      clusters: SHARDED,
      secondsToCompleted: 40,
      memberLeadSeconds: 20,
      olderSnapshots: 0,
      list: prompt({ lagSeconds: 5, members: 'all' }),
    },
  },
  "a conflict in a sharded cluster that can't be read, and a list that shows only a member at first": {
    faultProfile: { intensity: 0 },
    options: { onConflict: 'reuse' },
    atlas: {
      ...withoutReadingCluster(),
      clusters: SHARDED,
      secondsToCompleted: 20,
      memberLeadSeconds: 5,
      olderSnapshots: 0,
      list: prompt({ lagSeconds: 5, members: 'one' }),
    },
    contended: true,
  },
  'a lost POST, and a refusal that outlasts the other snapshot by minutes': {
    faultProfile: firstPost('reset'),
    options: { onConflict: 'wait', timeoutMs: 7_200_000 },
    atlas: { secondsToCompleted: 60, conflictLagSeconds: 240, failSnapshots: false, list: prompt() },
    contended: true,
  },
  'a lost POST in a cluster that was of the other kind': {
    faultProfile: firstPost('reset-executed'),
    options: { onConflict: 'wait', timeoutMs: 7_200_000 },
    atlas: {
      secondsToCompleted: 30,
      failSnapshots: false,
      olderSnapshots: 2,
      olderOfOtherKind: 1,
      list: prompt(),
    },
    contended: true,
  },
  'a lost POST, and text before each description': {
    faultProfile: firstPost('reset-executed'),
    atlas: { secondsToCompleted: 3, descriptions: { prefix: '[prod] ' }, list: prompt() },
    // The step reads the lists until its timeout.
    options: { timeoutMs: 300_000 },
  },
  'a lost POST, and a server that closes each connection without saying so': {
    faultProfile: firstPost('reset-executed', during(0, 7_200_000, READS, 'closed')),
    atlas: { digest: { perConnection: false }, list: prompt() },
    options: { timeoutMs: 7_200_000 },
  },
}

/** Draws a targeted scenario with its name, or none. */
export function drawTargetedScenario(random: SeededRandom): [string, ScenarioOverrides] | undefined {
  const [first, ...rest] = Object.entries(targetedScenarios)
  return first && random.chance(SHARE) ? random.pick([first, ...rest]) : undefined
}
