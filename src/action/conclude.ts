import type { Connection } from '../atlas/connect.js'
import type { Failure } from '../failure.js'
import type { Logger } from '../ports.js'
import { isCancellation } from '../snapshot/deadline.js'
import { reportCommitStatus } from './commit-status.js'
import type { Environment } from './environment.js'
import type { Findings } from './findings.js'
import type { Inputs } from './inputs.js'
import { inTime, RELEASE } from './patience.js'
import { summaryOf, writeSummary } from './summary.js'
import { systemClock } from './system.js'
import type { Timeline } from './timeline.js'

const COMMIT_STATUS_LIMIT_MS = 10_000

/** A step that is over, with what its end is told from. */
interface Step {
  readonly inputs: Inputs
  readonly env: Environment
  readonly findings: Findings
  readonly timeline: Timeline
  readonly logger: Logger
  readonly connection: Connection
  /** Aborts when the step is cancelled. */
  readonly signal: AbortSignal
}

/**
 * All that is left to do when the outputs are set: summary, commit status, and the end of what the step proved itself
 * with; at once, since a cancelled step has little time. Never throws.
 *
 * @param end why the step failed, if it did; of a dry run that passed, what the step would do
 */
export async function conclude(step: Step, end: { failure?: Failure; would?: string } = {}): Promise<void> {
  const { inputs, env, findings, timeline, logger, connection, signal } = step
  const { task, dryRun, jobSummary } = inputs
  const { cluster } = task
  const facts = { cluster, dryRun, known: findings.known, history: timeline.history(), ...end }
  if (jobSummary) writeSummary(summaryOf(facts), env, logger)
  const release = inTime(RELEASE, systemClock, signal, connection.release)
  await Promise.all([showOnCommit(step, end.failure), release])
}

async function showOnCommit(step: Step, failure: Failure | undefined): Promise<void> {
  const { inputs, env, findings, logger, signal } = step
  // A dry run has no snapshot to show on a commit.
  if (inputs.githubToken === undefined || inputs.dryRun) return
  const end = failure === undefined ? 'succeeded' : isCancellation(signal.reason) ? 'cancelled' : 'failed'
  const { snapshot } = findings.known
  const report = { cluster: inputs.task.cluster, end, snapshot, failureTitle: failure?.title } as const
  await reportCommitStatus(inputs.githubToken, report, env, logger, COMMIT_STATUS_LIMIT_MS, signal)
}
