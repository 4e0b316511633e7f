import { ActionError } from '../src/action-error.js'
import { findViolations, type Violation } from './invariants.js'
import { type Run, runStep } from './run-step.js'
import { drawScenario } from './scenario.js'

export function describeViolation(seed: number, { invariant, how }: Violation): string {
  return `seed ${seed} violates "${invariant}": ${how}\n  replay: npm run simulate -- --seed ${seed} --trace`
}

/** Runs a seed and returns everything that happened, one line per event, in virtual time. */
export async function traceRun(seed: number): Promise<readonly string[]> {
  const scenario = drawScenario(seed)
  const lines = Object.entries(scenario).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  lines.push('')
  const run = await runStep(scenario, undefined, (atMs, line) =>
    lines.push(`${seconds(atMs).padStart(12)}  ${line}`),
  )
  return [...lines, '', ...describeRecords(run), ...describeFailure(run), ...describeViolations(run)]
}

function describeRecords({ records, epoch, scenario }: Run): readonly string[] {
  return records
    .slice(scenario.atlas.olderSnapshots ?? 0)
    .map(
      ({ id, takenBy, snapshotType, takenAt, endsAt, status, deleted, description }) =>
        `record: ${id} by ${takenBy}, ${snapshotType}, ${seconds(takenAt - epoch)} to ${seconds(endsAt - epoch)}, ${deleted ? 'deleted' : status}: ${description}`,
    )
}

function describeFailure({ ending }: Run): readonly string[] {
  if (ending.kind === 'success') return []
  const { thrown } = ending
  if (!(thrown instanceof ActionError)) return [`thrown: ${String(thrown)}`]
  return [`title: ${thrown.title}`, `message: ${thrown.message}`, `remedy: ${thrown.remedy}`]
}

function describeViolations(run: Run): readonly string[] {
  const violations = findViolations(run)
  if (violations.length === 0) return ['no violation']
  return violations.map(({ invariant, how }) => `VIOLATION: ${invariant}: ${how}`)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
