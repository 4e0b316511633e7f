import { createConnection } from '../atlas/connect.js'
import { createHttpSender } from '../atlas/http-send.js'
import { toActionError } from '../failure.js'
import type { Logger } from '../ports.js'
import type { Dependencies } from '../snapshot/context.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { dryRun } from '../snapshot/rehearse.js'
import { listenForCancellation } from './cancellation.js'
import { finish } from './conclude.js'
import * as core from './core.js'
import { collectSecrets } from './credentials.js'
import { OutputRecorder } from './findings.js'
import { InputErrors } from './input-reader.js'
import { type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { renderInputErrors, writeSummary } from './summary.js'
import { systemClock, systemRandom, systemTime, USER_AGENT } from './system.js'
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
