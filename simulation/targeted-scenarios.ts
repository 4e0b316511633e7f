import type { AtlasOptions } from '../emulator/atlas.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import { CLUSTER } from './atlas-options.js'
import type { FaultProfile, FaultWindow } from './fault-profile.js'
import { type FaultName, LISTS } from './faults.js'
import type { SeededRandom } from './seeded-random.js'
import type { Suspension } from './virtual-clock.js'

/** Settings of a targeted scenario. Everything else is drawn, and `assume` applies to the result. */
interface ScenarioOverrides {
  readonly name: string
  readonly faultProfile?: Partial<FaultProfile>
  readonly options?: Partial<SnapshotOptions>
  readonly atlas?: AtlasOptions
  /**
   * Another client's snapshot is in progress at the start, and more follow. Without this, there are no other clients,
   * and the step is neither canceled nor suspended.
   */
  readonly contended?: boolean
  /** The step takes no snapshot, but waits for one of another client, or gets the ID of its member. */
  readonly attach?: 'whole' | 'member'
  /** When another client takes a snapshot with the description of the step's own, perhaps behind other text. */
  readonly copy?: { readonly atMs: number; readonly tag: 'own' | 'quoted' }
  readonly suspension?: Suspension
}

const HOUR_MS = 3_600_000

/** Faults only in windows, where a POST can be lost. */
const ONE_LOST_POST = { intensity: 0, loses: true, lateSeconds: 0, doubles: false } as const

const SHARDED = [{ name: CLUSTER, kind: 'sharded' }] as const
/** Lists that show every snapshot at once. */
const PROMPT = { lagSeconds: 0, hidesUnfinished: false } as const

/** The share of runs that are targeted. */
const SHARE = 0.4

/** Rare combinations that once violated an invariant, or might. */
const targetedScenarios: readonly [ScenarioOverrides, ...ScenarioOverrides[]] = [
  {
    name: "a late POST during another client's snapshot",
    faultProfile: { intensity: 0, lateSeconds: 170, travelMs: 60, windows: [atFirst('late')] },
    options: { onConflict: 'reuse', wait: true },
    contended: true,
  },
  {
    name: 'a lost POST, and one list that is readable long before the other',
    faultProfile: {
      ...ONE_LOST_POST,
      longestRetryAfter: 600,
      retryAfter: 'seconds',
      windows: [
        atFirst('reset-executed'),
        { fromMs: 4_000, toMs: 60_000, on: ['list-sharded'], fault: '429' },
      ],
    },
    atlas: { secondsToCompleted: 60, list: { lagSeconds: 10, hidesUnfinished: false } },
  },
  {
    name: 'a lost POST whose snapshot the lists hide until its end',
    faultProfile: { intensity: 0.1, fatal: 0, loses: true, windows: [atFirst('hang-executed')] },
    options: { pollIntervalMs: 60_000 },
    atlas: { list: { hidesUnfinished: true } },
  },
  {
    name: 'a lost POST whose snapshot ends before the POST times out',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('hang-executed')] },
    atlas: { secondsToCompleted: 20, list: PROMPT },
  },
  {
    name: 'a lost POST whose snapshot is missing from the lists',
    faultProfile: {
      ...ONE_LOST_POST,
      windows: [atFirst('reset-executed'), { fromMs: 0, toMs: 40_000, on: LISTS, fault: 'missing-entry' }],
    },
    atlas: { secondsToCompleted: 3, list: PROMPT },
  },
  {
    name: 'a lost POST and a conflict with its snapshot',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('reset-executed')] },
    options: { onConflict: 'fail' },
    atlas: { list: { lagSeconds: 20, hidesUnfinished: false } },
  },
  {
    name: 'a lost POST and a copy of its tag',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('hang-executed')] },
    // If the own one is no valid snapshot, only the copy is one.
    atlas: { secondsToCompleted: 10, failSnapshots: false, list: { ...PROMPT } },
    copy: { atMs: 20_000, tag: 'own' },
  },
  {
    name: 'a given snapshot',
    faultProfile: { intensity: 0.05, fatal: 0 },
    attach: 'whole',
    contended: true,
  },
  {
    name: "a given member of another client's snapshot",
    // The sharded list is always readable and keeps the whole snapshot, because the step otherwise uses the member.
    faultProfile: { intensity: 0.05, fatal: 0, windows: [] },
    atlas: { clusters: SHARDED, list: { ...PROMPT, shrinks: 0 } },
    attach: 'member',
    contended: true,
  },
  {
    name: 'a lost POST whose members are listed before the whole snapshot',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('reset-executed')] },
    atlas: {
      clusters: SHARDED,
      secondsToCompleted: 40,
      memberLeadSeconds: 38,
      list: { lagSeconds: 5, members: 'one' },
    },
  },
  {
    name: 'a lost POST, and capped pages without a count',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('reset-executed')] },
    atlas: {
      secondsToCompleted: 5,
      olderSnapshots: 4,
      list: { ...PROMPT, pageLimit: 2, order: 'oldest', hasCount: false },
    },
  },
  {
    name: 'a lost POST, and a refusal that outlasts the other snapshot by minutes',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('reset')] },
    options: { onConflict: 'wait', timeoutMs: 900_000 },
    atlas: { secondsToCompleted: 60, conflictLagSeconds: 240, failSnapshots: false, list: PROMPT },
    contended: true,
  },
  {
    name: 'a lost POST, and a description that quotes the tag',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('hang-executed')] },
    atlas: { secondsToCompleted: 10, list: PROMPT },
    copy: { atMs: 20_000, tag: 'quoted' },
  },
  {
    name: 'a lost POST in a cluster that was of the other kind',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('reset-executed')] },
    options: { onConflict: 'wait', timeoutMs: 2 * HOUR_MS },
    atlas: {
      secondsToCompleted: 30,
      failSnapshots: false,
      olderSnapshots: 2,
      olderOfOtherKind: 1,
      list: PROMPT,
    },
    contended: true,
  },
  {
    name: 'a doubled POST whose snapshot the lists show late',
    faultProfile: { ...ONE_LOST_POST, doubles: true, windows: [atFirst('twice')] },
    options: { onConflict: 'fail' },
    atlas: { list: { lagSeconds: 20, hidesUnfinished: false } },
  },
  {
    name: 'a lost POST, and text before each description',
    faultProfile: { ...ONE_LOST_POST, windows: [atFirst('reset-executed')] },
    atlas: {
      secondsToCompleted: 3,
      descriptions: { prefix: '[prod] ' },
      list: PROMPT,
    },
    // The step reads the lists until its timeout.
    options: { timeoutMs: 300_000 },
  },
  {
    name: 'a suspension between the lists and the next POST',
    faultProfile: {
      ...ONE_LOST_POST,
      longestRetryAfter: 10,
      retryAfter: 'seconds',
      windows: [atFirst('5xx')],
    },
    options: { timeoutMs: HOUR_MS },
    atlas: { list: PROMPT },
    suspension: { atMs: 7_000, forMs: 120_000 },
  },
]

/** Draws a targeted scenario, or none. */
export function drawTargetedScenario(random: SeededRandom): ScenarioOverrides | undefined {
  return random.chance(SHARE) ? random.pick(targetedScenarios) : undefined
}

/** Applies to POSTs in the first seconds. */
function atFirst(fault: FaultName): FaultWindow {
  return { fromMs: 0, toMs: 4_000, on: ['create'], fault }
}
