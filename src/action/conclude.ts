import type { Connection } from '../atlas/connect.js'
import type { ActionError } from '../failure.js'
import { isCancellation } from '../snapshot/deadline.js'
import type { DryRunReport } from '../snapshot/rehearse.js'
import { type ReportAdapters, reportCommitStatus } from './commit-status.js'
import type { OutputRecorder } from './findings.js'
import type { Inputs } from './inputs.js'
import { REVOKE_LIMIT, withTimeLimit } from './patience.js'
import { renderSummary, writeSummary } from './summary.js'
import type { Timeline } from './timeline.js'

/** A step that is over, with what its end is told from. */
interface Step extends ReportAdapters {
  readonly inputs: Inputs
  readonly findings: OutputRecorder
  readonly timeline: Timeline
  readonly connection: Connection
}

/**
 * All that is left to do when the outputs are set: summary, commit status, and the end of what the step proved itself
 * with; at once, since a cancelled step has little time. Never throws.
 *
 * @param end why the step failed, if it did; of a dry run that passed, what it found out
 */
export async function finish(
  step: Step,
  end: { failure?: ActionError; report?: DryRunReport } = {},
): Promise<void> {
  const { inputs, env, findings, timeline, connection, clock, logger, signal } = step
  const { options, dryRun, jobSummary } = inputs
  const { cluster } = options
  const facts = { cluster, dryRun, result: findings.result, history: timeline.history(), ...end }
  if (jobSummary) writeSummary(renderSummary(facts), env, logger)
  const { close } = connection
  await Promise.all([
    setCommitStatus(step, end.failure),
    close && withTimeLimit(REVOKE_LIMIT, clock, signal, close),
  ])
}

async function setCommitStatus(step: Step, failure: ActionError | undefined): Promise<void> {
  const { inputs, findings, signal } = step
  // A dry run has no snapshot to show on a commit.
  if (inputs.githubToken === undefined || inputs.dryRun) return
  const end = failure === undefined ? 'succeeded' : isCancellation(signal.reason) ? 'cancelled' : 'failed'
  const { snapshot } = findings.result
  const report = { cluster: inputs.options.cluster, end, snapshot, failureTitle: failure?.title } as const
  await reportCommitStatus(report, inputs.githubToken, step)
}
