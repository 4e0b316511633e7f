import { type Counts, count } from './counts.js'
import { findViolations, type Violation } from './invariants.js'
import { type PlantedBug, type Run, runStep } from './run-step.js'
import { drawScenario } from './scenario.js'

/** A violation and the seed of its run. */
interface SeededViolation {
  readonly seed: number
  readonly violation: Violation
}

/** Result of many runs. Plain data, because threads exchange it. */
export interface Report {
  /** The first seed. */
  readonly from: number
  readonly runs: number
  readonly counts: Counts
  readonly violations: readonly SeededViolation[]
}

/** Violations to keep. More provide no new information. */
const MAX_VIOLATIONS = 50

/** Runs these seeds. */
export async function simulate(seeds: Iterable<number>): Promise<Report> {
  const counts: Counts = {}
  const violations: SeededViolation[] = []
  // Every fault creates a few errors, and nothing reads their stacks.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  let from = Number.POSITIVE_INFINITY
  let runs = 0
  for (const seed of seeds) {
    from = Math.min(from, seed)
    runs += 1
    const run = await runStep(drawScenario(seed))
    count(counts, run)
    if (violations.length < MAX_VIOLATIONS) {
      violations.push(...findViolations(run).map((violation) => ({ seed, violation })))
    }
  }
  Error.stackTraceLimit = stackTraceLimit
  return { from, runs, counts, violations }
}

/**
 * The first seed that finds the bug: its run violates the invariant only with the bug. `undefined` if none of the first
 * `seeds` does.
 *
 * @param target name of the only targeted scenario to try, by default all scenarios
 */
export async function findSeed(
  bug: PlantedBug,
  invariant: string,
  seeds: number,
  target?: string,
): Promise<number | undefined> {
  for (let seed = 1; seed <= seeds; seed++) {
    const scenario = drawScenario(seed)
    if (target !== undefined && scenario.target !== target) continue
    if (breaks(await runStep(scenario, bug), invariant) && !breaks(await runStep(scenario), invariant))
      return seed
  }
  return undefined
}

function breaks(run: Run, invariant: string): boolean {
  return findViolations(run).some((violation) => violation.invariant === invariant)
}
