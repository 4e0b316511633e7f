import * as core from '@actions/core'
import { backupPage } from '../atlas/client.js'
import { connect } from '../atlas/connect.js'
import type { Send } from '../atlas/http.js'
import { createHttpSender } from '../atlas/http-send.js'
import { asFailure, type Failure, messageOf } from '../failure.js'
import type { Sighting } from '../snapshot/context.js'
import { type Outcome, obtainSnapshot, type Task } from '../snapshot/obtain.js'
import { listenForCancellation } from './cancellation.js'
import { type Environment, secretsOf } from './credentials.js'
import { defaultDescription } from './description.js'
import { BadInputs } from './input-reader.js'
import { type Inputs, parseInputs } from './inputs.js'
import { createLogger, plainLine, reportError } from './logger.js'
import { type Known, outputsOf, writeOutputs } from './outputs.js'
import { writeSummary } from './summary.js'
import { systemClock, systemRandom } from './system.js'

const USER_AGENT = 'atlas-snapshot-action'

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded; where it did not, it has reported why
 */
export async function run(env: Environment): Promise<boolean> {
  let inputs: Inputs
  try {
    maskSecrets(env)
    inputs = parseInputs(core.getInput, env)
  } catch (error) {
    if (!(error instanceof BadInputs)) throw error
    for (const problem of error.problems) reportError(`Bad input: ${problem.inputs}`, problem.message)
    return false
  }
  return runWith(inputs, taskOf(inputs, env))
}

/** To be done before anything can log. */
function maskSecrets(env: Environment): void {
  for (const secret of secretsOf(core.getInput, env)) core.setSecret(secret)
}

async function runWith(inputs: Inputs, task: Task): Promise<boolean> {
  const { cluster } = inputs
  const cancellation = listenForCancellation()
  const sender = createHttpSender(USER_AGENT)
  let known: Known = {}
  let knownSince: number | undefined
  const learn = (more: Known) => {
    known = more
    writeOutputs(outputsOf(cluster, known))
  }
  const sighted = (sighting: Sighting) => {
    knownSince ??= systemClock.now()
    const isNews = sighting.snapshot.status !== known.snapshot?.status
    known = sighting
    if (isNews) learn(sighting)
  }
  const handOnWhatIsKnown = () => {
    const durationMs = task.wait && knownSince !== undefined ? systemClock.now() - knownSince : 0
    try {
      learn({ ...known, durationMs })
    } catch (error) {
      // The step has failed and has said why; that its outputs are lost too is worth a line, not a second error.
      core.warning(plainLine(messageOf(error)))
    }
  }
  const summarize = async (failure: Failure | undefined) => {
    if (!inputs.jobSummary) return
    await writeSummary({ clusterName: cluster.clusterName, backupPage: backupPage(cluster), known, failure })
  }
  try {
    learn(await obtain(inputs, task, sender.send, cancellation.signal, sighted))
    await summarize(undefined)
    return true
  } catch (error) {
    const failure = asFailure(error)
    reportError(failure.title, `${failure.message} ${failure.remedy}`)
    handOnWhatIsKnown()
    await summarize(failure)
    return false
  } finally {
    sender.close()
    cancellation.release()
  }
}

function obtain(
  inputs: Inputs,
  task: Task,
  send: Send,
  cancel: AbortSignal,
  sighted: (sighting: Sighting) => void,
): Promise<Outcome> {
  const adapters = { clock: systemClock, random: systemRandom, logger: createLogger() }
  const client = connect(inputs.cluster, inputs.apiKey, { ...adapters, send })
  return obtainSnapshot(task, { ...adapters, client, sighted }, cancel)
}

function taskOf(inputs: Inputs, env: Environment): Task {
  return {
    cluster: inputs.cluster,
    account: `API key ${inputs.apiKey.publicKey}`,
    description: inputs.description ?? defaultDescription(env),
    retentionInDays: inputs.retentionInDays,
    wait: inputs.wait,
    onConflict: inputs.onConflict,
    snapshotId: inputs.snapshotId,
    limitMs: inputs.limitMs,
    pollIntervalMs: inputs.pollIntervalMs,
  }
}
