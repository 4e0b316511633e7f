import * as core from '@actions/core'
import { type Connection, createConnection, REVOKE_LIMIT } from '../atlas/connection.js'
import { type ActionError, toActionError } from '../failure.js'
import type { Logger } from '../runtime.js'
import type { Dependencies } from '../snapshot/context.js'
import { isCancellation } from '../snapshot/deadline.js'
import { type DryRunReport, dryRun } from '../snapshot/dry-run.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { withTimeLimit } from '../timers.js'
import { TITLES } from '../titles.js'
import { type CommitStatusDependencies, reportCommitStatus } from './commit-status.js'
import { collectSecrets } from './credential-inputs.js'
import { InputErrors } from './input-reader.js'
import { type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { type ActionRuntime, createNodeRuntime } from './node-runtime.js'
import { OutputRecorder } from './outputs.js'
import { renderInputErrors, renderSummary, writeSummary } from './summary.js'
import { Timeline } from './timeline.js'

/** A step that is over. */
interface StepContext extends CommitStatusDependencies {
  readonly inputs: Inputs
  readonly outputs: OutputRecorder
  readonly timeline: Timeline
  readonly connection: Connection
}

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded. If not, the error has been reported.
 */
export async function main(env: NodeJS.ProcessEnv, createRuntime = createNodeRuntime): Promise<boolean> {
  // Before anything can log.
  for (const secret of collectSecrets(core.getInput, env)) core.setSecret(secret)
  const logger = createLogger()
  try {
    const inputs = parseInputs(core.getInput, env)
    return await runStep(inputs, env, logger, createRuntime())
  } catch (error) {
    if (!(error instanceof InputErrors)) throw error
    for (const problem of error.problems)
      reportError(`${TITLES.invalidInput}: ${problem.inputs}`, problem.message)
    if (core.getInput('job-summary').toLowerCase() !== 'false')
      writeSummary(renderInputErrors(error.problems), env, logger)
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
  const runtime = { clock, random, logger, send: sender.send }
  const connection = createConnection(options.cluster, credentials, { ...runtime, setSecret: core.setSecret })
  const timeline = new Timeline(wallClock)
  const outputs = new OutputRecorder(options, clock, logger)
  const dependencies: Dependencies = {
    ...runtime,
    client: connection.client,
    onActivity: (activity) => timeline.recordActivity(activity),
    onSnapshot: (observed) => {
      timeline.recordStatus(observed)
      outputs.recordSnapshot(observed)
    },
  }
  const step = { ...runtime, inputs, env, outputs, timeline, connection, signal }
  try {
    if (inputs.dryRun) {
      const report = await dryRun(options, dependencies, signal)
      outputs.write({})
      await finish(step, { report })
    } else {
      outputs.write(await obtainSnapshot(options, dependencies, signal))
      await finish(step)
    }
    return true
  } catch (thrown) {
    const error = toActionError(thrown)
    reportError(error.title, `${error.message} ${error.remedy}`, error)
    outputs.writeOnFailure()
    await finish(step, { error })
    return false
  } finally {
    sender.close()
    cancellation.release()
  }
}

/**
 * Everything after the outputs: summary, commit status and the token's revocation, at once, because a cancelled step has
 * little time. Never throws.
 *
 * @param end the error of a step that failed, the report of a dry run that passed
 */
async function finish(
  step: StepContext,
  end: { error?: ActionError; report?: DryRunReport } = {},
): Promise<void> {
  const { inputs, env, outputs, timeline, connection, clock, logger, signal } = step
  const { options, dryRun, jobSummary } = inputs
  const { cluster } = options
  const facts = { cluster, dryRun, result: outputs.result, history: timeline.history(), ...end }
  if (jobSummary) writeSummary(renderSummary(facts), env, logger)
  await Promise.all([
    setCommitStatus(step, end.error),
    withTimeLimit(REVOKE_LIMIT, clock, signal, connection.close),
  ])
}

async function setCommitStatus(step: StepContext, error: ActionError | undefined): Promise<void> {
  const { inputs, outputs, signal } = step
  // A dry run has no snapshot to show.
  if (inputs.githubToken === undefined || inputs.dryRun) return
  const end = error === undefined ? 'succeeded' : isCancellation(signal.reason) ? 'cancelled' : 'failed'
  const { snapshot } = outputs.result
  const report = { cluster: inputs.options.cluster, end, snapshot, errorTitle: error?.title } as const
  await reportCommitStatus(report, inputs.githubToken, step)
}
