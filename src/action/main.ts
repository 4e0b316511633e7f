import * as core from '@actions/core'
import { type ActionError, decorate, toActionError, unexpectedStack } from '../action-error.js'
import { type Connection, createConnection } from '../atlas/connection.js'
import { formatStatus, type Snapshot } from '../atlas/snapshot.js'
import type { Clock, Logger } from '../runtime.js'
import type { Dependencies } from '../snapshot/context.js'
import { isCancellation } from '../snapshot/deadline.js'
import { type DryRunReport, dryRun } from '../snapshot/dry-run.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { resumeHint } from '../snapshot/reports.js'
import { withCleanupLimit } from '../timers.js'
import { TITLES } from '../titles.js'
import { CommitStatusReporter, type StatusReport } from './commit-status.js'
import { collectSecrets } from './credential-inputs.js'
import { InputErrors } from './input-reader.js'
import { type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { maskSecret } from './masks.js'
import { type ActionRuntime, createNodeRuntime } from './node-runtime.js'
import { OutputRecorder } from './outputs.js'
import { renderInputErrors, renderSummary, writeSummary } from './summary.js'
import { Timeline } from './timeline.js'
import { describeHelp, findHelp } from './troubleshooting.js'

/** What the parts of a step share. */
interface StepContext {
  readonly inputs: Inputs
  readonly outputs: OutputRecorder
  readonly timeline: Timeline
  readonly connection: Connection
  readonly commitStatus: CommitStatusReporter | undefined
  readonly clock: Clock
  readonly logger: Logger
  readonly env: NodeJS.ProcessEnv
  /** Aborts when the step is canceled. */
  readonly signal: AbortSignal
}

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded. If not, the error has been reported.
 */
export async function main(env: NodeJS.ProcessEnv, createRuntime = createNodeRuntime): Promise<boolean> {
  // Before anything can log.
  for (const secret of collectSecrets(core.getInput, env)) maskSecret(secret)
  const logger = createLogger()
  try {
    const inputs = parseInputs(core.getInput, env)
    return await runStep(inputs, env, logger, createRuntime())
  } catch (error) {
    if (!(error instanceof InputErrors)) throw error
    for (const problem of error.problems)
      reportError(
        `${TITLES.invalidInput}: ${problem.inputs}`,
        `${problem.message}${describeHelp(TITLES.invalidInput, env)}`,
      )
    if (core.getInput('job-summary').toLowerCase() !== 'false')
      writeSummary(renderInputErrors(error.problems, findHelp(TITLES.invalidInput, env)), env, logger)
    return false
  }
}

async function runStep(
  inputs: Inputs,
  env: NodeJS.ProcessEnv,
  logger: Logger,
  { clock, random, wallClock, sender, cancellation }: ActionRuntime,
): Promise<boolean> {
  const { options, credentials } = inputs
  const { signal } = cancellation
  const runtime = { clock, wallClock, random, logger, send: sender.send }
  const connection = createConnection(options.cluster, credentials, { ...runtime, setSecret: maskSecret })
  const timeline = new Timeline(wallClock)
  const outputs = new OutputRecorder(options, clock, logger)
  const dependencies: Dependencies = {
    ...runtime,
    client: connection.client,
    onActivity: (activity) => decorate(logger, () => timeline.recordActivity(activity)),
    onSnapshot: (observed) => {
      outputs.recordSnapshot(observed)
      decorate(logger, () => timeline.recordStatus(observed))
    },
  }
  // A dry run has no snapshot to show.
  const commitStatus =
    inputs.githubToken === undefined || inputs.dryRun
      ? undefined
      : new CommitStatusReporter(options.cluster, inputs.githubToken, { ...runtime, env })
  const step = { inputs, env, outputs, timeline, connection, commitStatus, clock, logger, signal }
  try {
    const working = obtain(step, dependencies)
    commitStatus?.start()
    const end = await working
    await finish(step, end)
    return end.error === undefined
  } finally {
    sender.close()
    cancellation.release()
  }
}

/** The error of a step that failed, or the report of a dry run that passed. */
interface StepEnd {
  readonly error?: ActionError
  readonly report?: DryRunReport
}

/** Everything up to the outputs. Reports an error instead of throwing it. */
async function obtain(step: StepContext, dependencies: Dependencies): Promise<StepEnd> {
  const { inputs, env, outputs, signal } = step
  const { options } = inputs
  try {
    if (!inputs.dryRun) {
      outputs.write(await obtainSnapshot(options, dependencies, signal))
      return {}
    }
    const report = await dryRun(options, dependencies, signal)
    outputs.write()
    return { report }
  } catch (thrown) {
    const error = withLastSeen(thrown, outputs.result.snapshot)
    reportError(error.title, `${error.message} ${error.remedy}${describeHelp(error.title, env)}`, error)
    outputs.writeOnFailure()
    return { error }
  }
}

/** The error to report. The message of a bug does not name the snapshot that exists, so this adds it. */
function withLastSeen(thrown: unknown, snapshot: Snapshot | undefined): ActionError {
  const error = toActionError(thrown)
  const isBug = unexpectedStack(error) !== undefined
  if (!isBug || snapshot === undefined || error.message.includes(snapshot.id)) return error
  return error.with(`Last status of snapshot ${snapshot.id}: ${formatStatus(snapshot)}.`, {
    remedy: `${resumeHint(snapshot)} ${error.remedy}`.trim(),
  })
}

/**
 * Everything after the outputs. The commit status and the token's revocation run in parallel, because the runner kills a
 * canceled step after 7.5 s. Never throws.
 */
async function finish(step: StepContext, end: StepEnd): Promise<void> {
  const { inputs, env, outputs, timeline, connection, commitStatus, clock, logger, signal: cancel } = step
  const { options, dryRun, jobSummary } = inputs
  const { cluster } = options
  decorate(logger, () => {
    const help = end.error && findHelp(end.error.title, env)
    const facts = { cluster, dryRun, result: outputs.result, history: timeline.history(), help, ...end }
    if (jobSummary) writeSummary(renderSummary(facts), env, logger)
  })
  const { error } = end
  const { snapshot } = outputs.result
  const report: StatusReport =
    error === undefined
      ? { step: 'succeeded', snapshot }
      : { step: isCancellation(cancel.reason) ? 'canceled' : 'failed', snapshot, errorTitle: error.title }
  await withCleanupLimit(clock, (signal) =>
    Promise.all([commitStatus?.finish(report, signal), connection.close(signal)]),
  )
}
