import { measureFleets } from './fleets.js'
import type { SimulatedResults } from './results.js'
import { measureAttaching, measureSchedules } from './schedules.js'
import { measureWaits } from './waits.js'

export { type Agreement, measureAgreement } from './agreement.js'
export type { SimulatedResults } from './results.js'
export type { ScheduleFigures } from './schedules.js'
export { simulatedTables } from './tables.js'

/** Measures all of it, in some minutes. The same figures in every run: chance comes from seeds. */
export async function measureSimulated(): Promise<SimulatedResults> {
  return {
    waits: await measureWaits(),
    fleets: await measureFleets(),
    schedules: await measureSchedules(),
    attaching: await measureAttaching(),
  }
}
