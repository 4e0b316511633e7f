import { type FleetFigures, measureFleets } from './fleets.js'
import { measureAttaching, measureSchedules, type ScheduleFigures } from './schedules.js'
import { measureWaits, type WaitFigures } from './waits.js'

export { type Agreement, measureAgreement } from './agreement.js'
export type { FleetFigures } from './fleets.js'
export type { ScheduleFigures } from './schedules.js'
export { tablesOf } from './tables.js'
export type { WaitFigures } from './waits.js'

/** Everything that is measured with the real core on a virtual clock; plain JSON. */
export interface SimulatedResults {
  readonly waits: readonly WaitFigures[]
  readonly fleets: readonly FleetFigures[]
  readonly schedules: readonly ScheduleFigures[]
  readonly attaching: readonly ScheduleFigures[]
}

/** Measures all of it, in some minutes. The same figures in every run: chance comes from seeds. */
export async function measureSimulated(): Promise<SimulatedResults> {
  return {
    waits: await measureWaits(),
    fleets: await measureFleets(),
    schedules: await measureSchedules(),
    attaching: await measureAttaching(),
  }
}
