import { ActionError } from '../../src/failure.js'
import type { Violation } from './invariants.js'
import { violationsOf } from './invariants.js'
import type { Profile } from './profile.js'
import { drawScenario } from './scenario.js'
import { type PlantedBug, type Run, runStep } from './step.js'

/** How to run one seed by itself. */
export function replayOf(seed: number): string {
  return `npm run simulate -- --seed ${seed} --trace`
}

/** One line for a seed that broke a promise. */
export function describeViolation(seed: number, { invariant, how }: Violation): string {
  return `seed ${seed} breaks "${invariant}": ${how}\n  replay: ${replayOf(seed)}`
}

/** Everything that happened in a run, a line each, in virtual time. */
export async function traceOf(seed: number, profile?: Profile, bug?: PlantedBug): Promise<readonly string[]> {
  const scenario = drawScenario(seed, profile)
  const { task, atlas, mood, access, others, cancelAtMs, skewMs } = scenario
  const lines = [
    `seed ${seed}${scenario.provocation === undefined ? '' : `, bent: ${scenario.provocation}`}`,
    `task: wait ${task.wait}, on-conflict ${task.onConflict}, limit ${seconds(task.timeoutMs)}, interval ${task.pollIntervalMs === undefined ? 'adaptive' : seconds(task.pollIntervalMs)}, API ${task.cluster.apiVersion}`,
    `atlas: ${JSON.stringify(atlas)}`,
    `as: ${task.credentialName}; tokens are forgotten at ${access.forgetsAtMs.map(seconds).join(', ') || 'no time'}`,
    `mood: ${JSON.stringify(mood)}`,
    `others: ${others.map(({ atMs, taking }) => `${seconds(atMs)} ${taking.snapshotType}${taking.fails === true ? ' (fails)' : ''}`).join(', ') || 'none'}`,
    `cancelled: ${cancelAtMs === undefined ? 'never' : `at ${seconds(cancelAtMs)}`}; Atlas's clock is off by ${seconds(skewMs)}`,
    '',
  ]
  const run = await runStep(scenario, bug, (atMs, line) =>
    lines.push(`${seconds(atMs).padStart(12)}  ${line}`),
  )
  return [...lines, '', ...truthOf(run), ...reportOf(run), ...verdictOf(run)]
}

function truthOf({ truth, epoch, scenario }: Run): readonly string[] {
  return truth
    .slice(scenario.atlas.olderSnapshots ?? 0)
    .map(
      ({ id, takenBy, snapshotType, takenAt, endsAt, status, deleted, description }) =>
        `truth: ${id} by ${takenBy}, ${snapshotType}, ${seconds(takenAt - epoch)} to ${seconds(endsAt - epoch)}, ${deleted ? 'deleted' : status}: ${description}`,
    )
}

function reportOf({ ending }: Run): readonly string[] {
  if (ending.kind === 'success') return []
  const { thrown } = ending
  if (!(thrown instanceof ActionError)) return [`thrown: ${String(thrown)}`]
  return [`title: ${thrown.title}`, `message: ${thrown.message}`, `remedy: ${thrown.remedy}`]
}

function verdictOf(run: Run): readonly string[] {
  const violations = violationsOf(run)
  if (violations.length === 0) return ['every promise kept']
  return violations.map(({ invariant, how }) => `BROKEN: ${invariant}: ${how}`)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
