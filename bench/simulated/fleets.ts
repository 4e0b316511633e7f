import { SeededRandom } from '../../simulation/seeded-random.js'
import { mean, percentile } from '../statistics.js'
import { HEEDLESS } from './candidates.js'
import { runFleet, type Step, type Wait } from './fleet.js'
import { drawDurationS } from './spread.js'
import { walk } from './walk.js'

/** How steps fare that share one project's rate limit. Times in milliseconds, counts as means of a step. */
export interface FleetFigures {
  readonly steps: number
  readonly start: 'at once' | 'over 4 h'
  readonly snapshots: '160 s' | '100-900 s'
  /** Whether another tool uses half of the limit. */
  readonly otherTool: boolean
  /** Whether the steps look as often as if there were no limit, and only take the snapshot with more patience. */
  readonly heedless: boolean
  readonly completed: number
  readonly meanLagMs: number
  readonly p99LagMs: number
  readonly worstLagMs: number
  readonly requests: number
  readonly challenges: number
  readonly putOff: number
  readonly lastEndedAtMs: number
}

/** Which fleets are measured. */
export type FleetKind = Pick<FleetFigures, 'steps' | 'start' | 'snapshots' | 'otherTool' | 'heedless'>

const SPAN_MS = 4 * 3_600_000
const LATENCY_MS = 80
/** What is measured: fleets with several kinds of snapshots and company, and some as they would fare otherwise. */
export const FLEETS: readonly FleetKind[] = [
  ...([1, 100, 1_000] as const).flatMap((steps) =>
    (['160 s', '100-900 s'] as const).flatMap((snapshots) =>
      [false, true].map((otherTool) => atOnce(steps, snapshots, otherTool)),
    ),
  ),
  { ...atOnce(10_000, '160 s', false), start: 'over 4 h' },
  { ...atOnce(10_000, '100-900 s', true), start: 'over 4 h' },
  { ...atOnce(100, '160 s', false), heedless: true },
  { ...atOnce(1_000, '160 s', false), heedless: true },
  { ...atOnce(1_000, '100-900 s', true), heedless: true },
]

function atOnce(steps: number, snapshots: FleetKind['snapshots'], otherTool: boolean): FleetKind {
  return { steps, start: 'at once', snapshots, otherTool, heedless: false }
}

/** Runs each fleet, one after the other. */
export async function measureFleets(kinds: readonly FleetKind[] = FLEETS): Promise<readonly FleetFigures[]> {
  const figures: FleetFigures[] = []
  for (const kind of kinds) {
    const { otherTool, heedless } = kind
    const work = heedless ? { workOf: () => walk((random) => HEEDLESS.make(random, 0)) } : {}
    const steps = stepsOf(kind)
    figures.push(
      figuresOf(kind, await runFleet({ seed: 1, latencyMs: LATENCY_MS, steps, otherTool, ...work })),
    )
  }
  return figures
}

function stepsOf({ steps, start, snapshots }: FleetKind): readonly Step[] {
  const dice = new SeededRandom(1, 'fleet')
  return Array.from({ length: steps }, () => ({
    startMs: start === 'at once' ? 0 : dice.between(0, SPAN_MS),
    durationS: snapshots === '160 s' ? 160 : drawDurationS(dice, 100, 900),
  }))
}

function figuresOf(kind: FleetKind, waits: readonly Wait[]): FleetFigures {
  const completed = waits.filter(({ ending }) => ending === 'completed')
  const lags = completed.map(({ lagMs }) => lagMs)
  const meanOf = (count: (wait: Wait) => number) => mean(waits.map(count))
  return {
    ...kind,
    completed: completed.length,
    meanLagMs: mean(lags),
    p99LagMs: percentile(lags, 0.99),
    worstLagMs: percentile(lags, 1),
    requests: meanOf(({ requests }) => requests),
    challenges: meanOf(({ challenges }) => challenges),
    putOff: meanOf(({ putOff }) => putOff),
    lastEndedAtMs: percentile(
      waits.map(({ endedAtMs }) => endedAtMs),
      1,
    ),
  }
}
