import { ActionError } from '../src/action-error.js'
import { findViolations, type Violation } from './invariants.js'
import { findLimits } from './oracle/limits.js'
import { withListings } from './oracle/listings.js'
import { failureText } from './reports.js'
import { type Run, runStep } from './run-step.js'
import { drawScenario } from './scenario.js'

/** Result of many runs. Plain data, because threads exchange it. */
export interface Report {
  readonly runs: number
  /** How many runs had each ending, fault, and limit, by its name. */
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
}

/** Violations to keep. More provide no new information. */
const MAX_VIOLATIONS = 50

/** Runs these seeds. */
export async function simulate(seeds: Iterable<number>): Promise<Report> {
  const counts: Record<string, number> = {}
  const violations: Violation[] = []
  // Every fault creates a few errors, and nothing reads their stacks.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  let runs = 0
  for (const seed of seeds) {
    runs += 1
    const run = await runStep(drawScenario(seed))
    const faults = run.exchanges.flatMap(({ fault }) => fault ?? [])
    const names = [describeEnding(run), ...new Set(faults), ...findLimits(withListings(run))]
    for (const name of faults.length > 0 ? ['any fault', ...names] : names)
      counts[name] = (counts[name] ?? 0) + 1
    if (violations.length < MAX_VIOLATIONS) violations.push(...findViolations(run))
  }
  Error.stackTraceLimit = stackTraceLimit
  return { runs, counts, violations }
}

function describeEnding({ ending }: Run): string {
  if (ending.status === 'fulfilled') return 'success'
  return ending.reason instanceof ActionError ? ending.reason.help.title : `thrown: ${String(ending.reason)}`
}

/** The reports of several threads as one. */
export function mergeReports(reports: readonly Report[]): Report {
  const counts: Record<string, number> = {}
  for (const [name, number] of reports.flatMap((report) => Object.entries(report.counts)))
    counts[name] = (counts[name] ?? 0) + number
  const runs = reports.reduce((sum, report) => sum + report.runs, 0)
  return { runs, counts, violations: reports.flatMap(({ violations }) => violations) }
}

/** The first of `seeds` seeds whose run violates the invariant. `undefined` if none does. */
export async function findSeed(invariant: string, seeds: number) {
  for (let seed = 1; seed <= seeds; seed++) {
    const violations = findViolations(await runStep(drawScenario(seed)))
    if (violations.some((violation) => violation.invariant === invariant)) return seed
  }
  return undefined
}

export function describeViolation({ seed, invariant, how }: Violation): string {
  return `seed ${seed} violates "${invariant}": ${how}\n  replay: npm run simulate -- --seed ${seed}`
}

/** Runs a seed and returns everything that happened, one line per event, in virtual time. */
export async function traceRun(seed: number): Promise<{ lines: readonly string[]; isSafe: boolean }> {
  const scenario = drawScenario(seed)
  const lines = [...Object.entries(scenario).map(([name, value]) => `${name}: ${JSON.stringify(value)}`), '']
  const run = await runStep(scenario, (atMs, line) => lines.push(`${seconds(atMs).padStart(12)}  ${line}`))
  lines.push('')
  for (const record of run.records.slice(scenario.atlas.olderSnapshots ?? 0)) {
    const { id, takenBy, snapshotType, takenAt, endsAt, status, deleted, description } = record
    const times = `${seconds(takenAt - run.epoch)} to ${seconds(endsAt - run.epoch)}`
    const state = deleted ? 'deleted' : status
    lines.push(`record: ${id} by ${takenBy}, ${snapshotType}, ${times}, ${state}: ${description}`)
  }
  if (run.ending.status === 'rejected') lines.push(`failure: ${failureText(run)}`)
  const violations = findViolations(run)
  for (const { invariant, how } of violations) lines.push(`VIOLATION: ${invariant}: ${how}`)
  if (violations.length === 0) lines.push('no violation')
  return { lines, isSafe: violations.length === 0 }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
