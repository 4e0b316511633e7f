import { createConnection } from '../atlas/connect.js'
import { createHttpSender } from '../atlas/http-send.js'
import { toActionError } from '../failure.js'
import type { Logger } from '../ports.js'
import type { Dependencies } from '../snapshot/context.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { dryRun } from '../snapshot/rehearse.js'
import { listenForCancellation } from './cancellation.js'
import { conclude } from './conclude.js'
import * as core from './core.js'
import { secretsOf } from './credentials.js'
import type { Environment } from './environment.js'
import { Findings } from './findings.js'
import { BadInputs } from './input-reader.js'
import { type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { summaryOfProblems, writeSummary } from './summary.js'
import { systemClock, systemRandom, systemTime, USER_AGENT } from './system.js'
import { Timeline } from './timeline.js'

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded; where it did not, it has reported why
 */
export async function run(env: Environment): Promise<boolean> {
  // Before anything can log.
  for (const secret of secretsOf(core.getInput, env)) core.setSecret(secret)
  const logger = createLogger()
  try {
    return await runWith(parseInputs(core.getInput, env), env, logger)
  } catch (error) {
    if (!(error instanceof BadInputs)) throw error
    for (const problem of error.problems) reportError(`Bad input: ${problem.inputs}`, problem.message)
    if (core.getInput('job-summary').toLowerCase() !== 'false')
      writeSummary(summaryOfProblems(error.problems), env, logger)
    return false
  }
}

async function runWith(inputs: Inputs, env: Environment, logger: Logger): Promise<boolean> {
  const { task, credentials, dryRun: isDryRun } = inputs
  const cancellation = listenForCancellation()
  const { signal } = cancellation
  const sender = createHttpSender(USER_AGENT)
  const timeline = new Timeline(systemTime())
  const findings = new Findings(task, systemClock, logger)
  const adapters = { clock: systemClock, random: systemRandom, logger }
  const { send } = sender
  const connection = createConnection(task.cluster, credentials, {
    ...adapters,
    send,
    setSecret: core.setSecret,
  })
  const dependencies: Dependencies = {
    ...adapters,
    client: connection.client,
    onActivity: (activity) => timeline.busy(activity),
    onSnapshot: (sighting) => {
      timeline.sighted(sighting)
      findings.sighted(sighting)
    },
  }
  const step = { ...adapters, inputs, env, findings, timeline, connection, send, signal }
  try {
    if (isDryRun) {
      const rehearsal = await dryRun(task, dependencies, signal)
      findings.handOn({})
      await conclude(step, { rehearsal })
    } else {
      findings.handOn(await obtainSnapshot(task, dependencies, signal))
      await conclude(step)
    }
    return true
  } catch (error) {
    const failure = toActionError(error)
    reportError(failure.title, `${failure.message} ${failure.remedy}`, failure)
    findings.handOnAtLast()
    await conclude(step, { failure })
    return false
  } finally {
    sender.close()
    cancellation.release()
  }
}
