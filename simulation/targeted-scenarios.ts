import type { AtlasOptions } from '../emulator/atlas.js'
import type { SnapshotOptions } from '../src/snapshot/context.js'
import type { FaultProfile, FaultWindow } from './fault-profile.js'
import { type FaultName, faults, LISTS } from './faults.js'
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
  readonly isContended?: boolean
}

/** No fault except this one, of POSTs in the first seconds, and those of other windows. */
function firstPost(fault: FaultName, ...others: readonly FaultWindow[]): Partial<FaultProfile> {
  return {
    intensity: 0,
    excluded: (['late', 'doubled'] as const).filter((outcome) => outcome !== faults[fault].outcome),
    lateSeconds: 170,
    windows: [{ fromMs: 0, toMs: 4_000, on: ['create'], fault }, ...others],
  }
}

/** A list that shows every snapshot at once. */
const prompt = { lagSeconds: 0, hidesUnfinished: false } as const

/** The share of safety runs that are targeted. */
const SHARE = 0.25

/** Rare combinations that once violated an invariant, or might. */
const targetedScenarios: Readonly<Record<string, ScenarioOverrides>> = {
  "a late POST during another client's snapshot": {
    faultProfile: firstPost('late'),
    options: { onConflict: 'reuse', wait: true },
    isContended: true,
  },
  'a lost POST whose snapshot ends before the POST times out': {
    faultProfile: firstPost('hang-executed'),
    atlas: { secondsToCompleted: 20, list: prompt },
  },
  'a lost POST whose snapshot the list shows late': {
    faultProfile: firstPost('reset-executed'),
    atlas: { list: { lagSeconds: 20 } },
  },
  'a doubled POST whose snapshot the list shows late': {
    faultProfile: firstPost('twice', { fromMs: 0, toMs: 60_000, on: LISTS, fault: '5xx' }),
    options: { onConflict: 'fail' },
    atlas: { list: { lagSeconds: 20 } },
  },
}

/** Draws a targeted scenario with its name, or none. */
export function drawTargetedScenario(random: SeededRandom): [string, ScenarioOverrides] | undefined {
  const [first, ...rest] = Object.entries(targetedScenarios)
  return first && random.chance(SHARE) ? random.pick([first, ...rest]) : undefined
}
