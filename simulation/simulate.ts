import { type Counts, count, noCounts } from './distribution.js'
import { findViolations, type Violation } from './invariants.js'
import { type PlantedBug, type Run, runStep } from './run-step.js'
import { drawScenario } from './scenario.js'

/** A seed whose run broke a promise. */
export interface SeededViolation {
  readonly seed: number
  readonly violation: Violation
}

/** What many runs came to; plain data, so that threads can hand it on. */
export interface Report {
  readonly counts: Counts
  readonly violations: readonly SeededViolation[]
}

/** How many violations are kept; more of them tell nothing new. */
const MAX_VIOLATIONS = 50

/** Runs `seeds` seeds from `from` on. */
export async function simulate(from: number, seeds: number): Promise<Report> {
  const counts = noCounts()
  const violations: SeededViolation[] = []
  // Every fault makes a few errors, and their stacks are not read.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const run = await runStep(drawScenario(seed))
    count(counts, run)
    if (violations.length < MAX_VIOLATIONS) {
      violations.push(...findViolations(run).map((violation) => ({ seed, violation })))
    }
  }
  Error.stackTraceLimit = stackTraceLimit
  return { counts, violations }
}

/**
 * The first seed from `from` on that finds the bug: with it a promise is broken that is kept without it. `undefined` if
 * none of `seeds` seeds does.
 */
export async function findSeed(
  bug: PlantedBug,
  invariant: string,
  from: number,
  seeds: number,
): Promise<number | undefined> {
  for (let seed = from; seed < from + seeds; seed++) {
    const scenario = drawScenario(seed)
    if (breaks(await runStep(scenario, bug), invariant) && !breaks(await runStep(scenario), invariant))
      return seed
  }
  return undefined
}

function breaks(run: Run, invariant: string): boolean {
  return findViolations(run).some((violation) => violation.invariant === invariant)
}
