import { SeededRandom } from '../simulation/seeded-random.js'
import { runFleet, type Step } from './fleet.js'
import { mean, percentile } from './statistics.js'

/** Steps that share a rate limit. */
export interface FleetKind {
  readonly steps: number
  /** At once, each for a snapshot of 160 s, or over 4 h, for snapshots of 100 to 900 s. */
  readonly start: 'at once' | 'over 4 h'
  /** Whether another tool uses half of the rate limit. */
  readonly otherTool: boolean
}

/** Results of a fleet. Times are in milliseconds, `requests` and `throttled` are means for each step. */
export interface FleetFigures extends FleetKind {
  readonly completed: number
  readonly meanLagMs: number
  readonly maxLagMs: number
  readonly requests: number
  readonly throttled: number
}

const SPAN_MS = 4 * 3_600_000
const LATENCY_MS = 80

export const FLEETS: readonly FleetKind[] = [
  { steps: 100, start: 'at once', otherTool: false },
  { steps: 100, start: 'at once', otherTool: true },
  { steps: 1_000, start: 'at once', otherTool: false },
  { steps: 1_000, start: 'at once', otherTool: true },
  { steps: 10_000, start: 'over 4 h', otherTool: true },
]

/** A fixed seed makes the results reproducible. */
export async function measureFleet(kind: FleetKind): Promise<FleetFigures> {
  const { otherTool } = kind
  const steps = await runFleet({ seed: 1, latencyMs: LATENCY_MS, steps: createSteps(kind), otherTool })
  const completed = steps.filter(({ ending }) => ending === 'completed')
  const lags = completed.map(({ lagMs }) => lagMs)
  return {
    ...kind,
    completed: completed.length,
    meanLagMs: mean(lags),
    maxLagMs: percentile(lags, 1),
    requests: mean(steps.map(({ requests }) => requests)),
    throttled: mean(steps.map(({ throttled }) => throttled)),
  }
}

function createSteps({ steps, start }: FleetKind): readonly Step[] {
  const random = new SeededRandom(1, 'fleet')
  return Array.from({ length: steps }, () => ({
    startMs: start === 'at once' ? 0 : random.between(0, SPAN_MS),
    durationS: start === 'at once' ? 160 : random.magnitude(100, 900),
  }))
}
