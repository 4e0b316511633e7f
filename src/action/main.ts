import * as core from '@actions/core'
import { type Connection, createConnection } from '../atlas/connection.js'
import { createHttpSender } from '../atlas/node-http.js'
import { type ActionError, toActionError } from '../failure.js'
import type { Logger } from '../runtime.js'
import type { Dependencies } from '../snapshot/context.js'
import { isCancellation } from '../snapshot/deadline.js'
import { type DryRunReport, dryRun } from '../snapshot/dry-run.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { REVOKE_LIMIT, withTimeLimit } from '../timers.js'
import { type ReportAdapters, reportCommitStatus } from './commit-status.js'
import { collectSecrets } from './credential-inputs.js'
import { InputErrors } from './input-reader.js'
import { type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { listenForCancellation, systemClock, systemRandom, systemTime, USER_AGENT } from './node-runtime.js'
import { OutputRecorder } from './outputs.js'
import { renderInputErrors, renderSummary, writeSummary } from './summary.js'
import { Timeline } from './timeline.js'

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded; where it did not, it has reported why
 */
export async function main(env: NodeJS.ProcessEnv): Promise<boolean> {
  // Before anything can log.
  for (const secret of collectSecrets(core.getInput, env)) core.setSecret(secret)
  const logger = createLogger()
  try {
    return await runStep(parseInputs(core.getInput, env), env, logger)
  } catch (error) {
    if (!(error instanceof InputErrors)) throw error
    for (const problem of error.problems) reportError(`Bad input: ${problem.inputs}`, problem.message)
    if (core.getInput('job-summary').toLowerCase() !== 'false')
      writeSummary(renderInputErrors(error.problems), env, logger)
    return false
  }
}

async function runStep(inputs: Inputs, env: NodeJS.ProcessEnv, logger: Logger): Promise<boolean> {
  const { options, credentials, dryRun: isDryRun } = inputs
  const cancellation = listenForCancellation()
  const { signal } = cancellation
  const sender = createHttpSender(USER_AGENT)
  const timeline = new Timeline(systemTime())
  const findings = new OutputRecorder(options, systemClock, logger)
  const adapters = { clock: systemClock, random: systemRandom, logger }
  const { send } = sender
  const connection = createConnection(options.cluster, credentials, {
    ...adapters,
    send,
    setSecret: core.setSecret,
  })
  const dependencies: Dependencies = {
    ...adapters,
    client: connection.client,
    onActivity: (activity) => timeline.recordActivity(activity),
    onSnapshot: (sighting) => {
      timeline.recordStatus(sighting)
      findings.recordSnapshot(sighting)
    },
  }
  const step = { ...adapters, inputs, env, findings, timeline, connection, send, signal }
  try {
    if (isDryRun) {
      const report = await dryRun(options, dependencies, signal)
      findings.write({})
      await finish(step, { report })
    } else {
      findings.write(await obtainSnapshot(options, dependencies, signal))
      await finish(step)
    }
    return true
  } catch (error) {
    const failure = toActionError(error)
    reportError(failure.title, `${failure.message} ${failure.remedy}`, failure)
    findings.writeOnFailure()
    await finish(step, { failure })
    return false
  } finally {
    sender.close()
    cancellation.release()
  }
}

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
