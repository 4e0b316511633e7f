import { SeededRandom } from '../simulation/seeded-random.js'
import { runFleet, type Step } from './fleet.js'
import { mean, percentile } from './statistics.js'

/** A fleet to measure. */
export interface FleetKind {
  readonly steps: number
  readonly start: 'at once' | 'over 4 h'
  readonly snapshots: '160 s' | '100-900 s'
  /** Whether another tool uses half of the rate limit. */
  readonly otherTool: boolean
}

/** Results of a fleet. Times are in milliseconds, `requests` and `throttled` are means for each step. */
export interface FleetFigures extends FleetKind {
  readonly completed: number
  readonly meanLagMs: number
  readonly p99LagMs: number
  readonly maxLagMs: number
  readonly requests: number
  readonly throttled: number
  readonly lastEndMs: number
}

const SPAN_MS = 4 * 3_600_000
const LATENCY_MS = 80

export const FLEETS: readonly FleetKind[] = [
  ...([100, 1_000] as const).flatMap((steps) =>
    (['160 s', '100-900 s'] as const).flatMap((snapshots) =>
      [false, true].map((otherTool) => ({ steps, start: 'at once', snapshots, otherTool }) as const),
    ),
  ),
  { steps: 10_000, start: 'over 4 h', snapshots: '160 s', otherTool: false },
  { steps: 10_000, start: 'over 4 h', snapshots: '100-900 s', otherTool: true },
]

/** Runs one fleet after the other. A fixed seed makes the results reproducible. */
export async function measureFleets(kinds: readonly FleetKind[] = FLEETS): Promise<readonly FleetFigures[]> {
  const figures: FleetFigures[] = []
  for (const kind of kinds) {
    const { otherTool } = kind
    const steps = await runFleet({ seed: 1, latencyMs: LATENCY_MS, steps: createSteps(kind), otherTool })
    const completed = steps.filter(({ ending }) => ending === 'completed')
    const lags = completed.map(({ lagMs }) => lagMs)
    figures.push({
      ...kind,
      completed: completed.length,
      meanLagMs: mean(lags),
      p99LagMs: percentile(lags, 0.99),
      maxLagMs: percentile(lags, 1),
      requests: mean(steps.map(({ requests }) => requests)),
      throttled: mean(steps.map(({ throttled }) => throttled)),
      lastEndMs: percentile(
        steps.map(({ endedAtMs }) => endedAtMs),
        1,
      ),
    })
  }
  return figures
}

function createSteps({ steps, start, snapshots }: FleetKind): readonly Step[] {
  const random = new SeededRandom(1, 'fleet')
  return Array.from({ length: steps }, () => ({
    startMs: start === 'at once' ? 0 : random.between(0, SPAN_MS),
    durationS: snapshots === '160 s' ? 160 : random.magnitude(100, 900),
  }))
}
