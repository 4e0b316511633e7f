import type { FleetFigures } from './fleets.js'
import type { ScheduleFigures } from './schedules.js'
import type { WaitFigures } from './waits.js'

/** Everything that is measured with the real core on a virtual clock; plain JSON. */
export interface SimulatedResults {
  readonly waits: readonly WaitFigures[]
  readonly fleets: readonly FleetFigures[]
  readonly schedules: readonly ScheduleFigures[]
  readonly attaching: readonly ScheduleFigures[]
}
