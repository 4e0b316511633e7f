import { findViolations, type Violation } from './invariants.js'
import { failureText } from './reports.js'
import { runStep } from './run-step.js'
import { drawScenario } from './scenario.js'

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
