import { SeededRandom } from '../../simulation/seeded-random.js'
import { createPollInterval } from '../../src/snapshot/polling.js'
import { mean, percentile } from '../statistics.js'
import { CANDIDATES, type Candidate } from './candidates.js'
import type { Step, Wait, Work } from './fleet.js'
import { drawDurationS, drawFactor } from './spread.js'
import { phasesOf, runApart } from './waits.js'
import { walk } from './walk.js'

/** What a schedule of looks costs for snapshots of some duration. Lags in milliseconds. */
export interface ScheduleFigures {
  readonly name: string
  /** What the snapshots take, those of a spread in the middle. */
  readonly durationS: number
  /** Whether they are spread as recorded ones are, from 100 s to an hour, or all about the same. */
  readonly spread: boolean
  readonly meanLagMs: number
  readonly p95LagMs: number
  /** Everything over the wire, as a mean. */
  readonly requests: number
}

const WAITS = 200
/** Enough of those that are much alike, and may take an hour each. */
const WAITS_ALIKE = 40
const DURATIONS_S = [160, 527, 3_600]

/** Runs every schedule over the spread of durations, then for each recorded duration and an hour. */
export async function measureSchedules(
  candidates: readonly Candidate[] = CANDIDATES,
): Promise<readonly ScheduleFigures[]> {
  const dice = new SeededRandom(1, 'durations')
  const spread = Array.from({ length: WAITS }, () => ({
    startMs: 0,
    durationS: drawDurationS(dice, 100, 3_600),
  }))
  const figures: ScheduleFigures[] = []
  for (const candidate of candidates) {
    const workOf = workOn(candidate)
    figures.push(figuresOf(candidate.name, await runApart({ steps: spread, workOf })))
    for (const durationS of DURATIONS_S) {
      const waits = await runApart({ steps: phasesOf(durationS, WAITS_ALIKE), workOf })
      figures.push(figuresOf(candidate.name, waits, durationS))
    }
  }
  return figures
}

/** Attaching in the middle of a snapshot: what if the schedule went by its age, which the id tells? */
export async function measureAttaching(): Promise<readonly ScheduleFigures[]> {
  const attaching = (ageShare: number) => (step: Step) =>
    walk((random) => {
      const ours = createPollInterval(undefined, random)
      const ageMs = step.durationS * 1000 * ageShare
      return (waitedMs) => ours(waitedMs < 2_000 ? waitedMs : waitedMs + ageMs)
    }, step.durationS * 500)
  const figures: ScheduleFigures[] = []
  for (const durationS of DURATIONS_S) {
    const steps = phasesOf(durationS, WAITS_ALIKE)
    const since = await runApart({ steps, workOf: attaching(0) })
    const byAge = await runApart({ steps, workOf: attaching(0.5) })
    figures.push(
      figuresOf('by the time since attaching (ours)', since, durationS),
      figuresOf("by the snapshot's age", byAge, durationS),
    )
  }
  return figures
}

function workOn({ make, variation = 0 }: Candidate): (step: Step) => Work {
  return ({ durationS }) => {
    // Drawn from the duration alone, so that every schedule is told the same.
    const factor = drawFactor(new SeededRandom(Math.round(durationS * 1000), 'earlier'), variation)
    return walk((random) => make(random, durationS * 1000 * factor))
  }
}

/** What came of waits that take about `aboutS` seconds, or are spread. */
function figuresOf(name: string, waits: readonly Wait[], aboutS?: number): ScheduleFigures {
  const lags = waits.map(({ lagMs }) => lagMs)
  const durationsS = waits.map(({ step }) => step.durationS)
  return {
    name,
    durationS: aboutS ?? Math.round(percentile(durationsS, 0.5)),
    spread: aboutS === undefined,
    meanLagMs: mean(lags),
    p95LagMs: percentile(lags, 0.95),
    requests: mean(waits.map(({ requests }) => requests)),
  }
}
