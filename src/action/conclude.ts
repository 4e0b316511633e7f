import type { Connection } from '../atlas/connect.js'
import type { ActionError } from '../failure.js'
import { isCancellation } from '../snapshot/deadline.js'
import type { DryRunReport } from '../snapshot/rehearse.js'
import { type ReportAdapters, reportCommitStatus } from './commit-status.js'
import type { Findings } from './findings.js'
import type { Inputs } from './inputs.js'
import { inTime, RELEASE } from './patience.js'
import { summaryOf, writeSummary } from './summary.js'
import type { Timeline } from './timeline.js'

/** A step that is over, with what its end is told from. */
interface Step extends ReportAdapters {
  readonly inputs: Inputs
  readonly findings: Findings
  readonly timeline: Timeline
  readonly connection: Connection
}

/**
 * All that is left to do when the outputs are set: summary, commit status, and the end of what the step proved itself
 * with; at once, since a cancelled step has little time. Never throws.
 *
 * @param end why the step failed, if it did; of a dry run that passed, what it found out
 */
export async function conclude(
  step: Step,
  end: { failure?: ActionError; rehearsal?: DryRunReport } = {},
): Promise<void> {
  const { inputs, env, findings, timeline, connection, clock, logger, signal } = step
  const { task, dryRun, jobSummary } = inputs
  const { cluster } = task
  const facts = { cluster, dryRun, known: findings.known, history: timeline.history(), ...end }
  if (jobSummary) writeSummary(summaryOf(facts), env, logger)
  const { close } = connection
  await Promise.all([showOnCommit(step, end.failure), close && inTime(RELEASE, clock, signal, close)])
}

async function showOnCommit(step: Step, failure: ActionError | undefined): Promise<void> {
  const { inputs, findings, signal } = step
  // A dry run has no snapshot to show on a commit.
  if (inputs.githubToken === undefined || inputs.dryRun) return
  const end = failure === undefined ? 'succeeded' : isCancellation(signal.reason) ? 'cancelled' : 'failed'
  const { snapshot } = findings.known
  const report = { cluster: inputs.task.cluster, end, snapshot, failureTitle: failure?.title } as const
  await reportCommitStatus(report, inputs.githubToken, step)
}
