import * as core from '@actions/core'
import { connect } from '../atlas/connect.js'
import { publicNameOf } from '../atlas/credentials.js'
import { createHttpSender } from '../atlas/http-send.js'
import { asFailure, type Failure } from '../failure.js'
import type { Dependencies } from '../snapshot/context.js'
import { isCancellation } from '../snapshot/deadline.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { rehearse } from '../snapshot/rehearse.js'
import type { Task } from '../snapshot/task.js'
import { listenForCancellation, RELEASE } from './cancellation.js'
import { reportCommitStatus } from './commit-status.js'
import { secretsOf } from './credentials.js'
import { defaultDescription } from './description.js'
import type { Environment } from './environment.js'
import { Findings } from './findings.js'
import { BadInputs } from './input-reader.js'
import { type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { inTime } from './patience.js'
import { summaryOf, summaryOfProblems, writeSummary } from './summary.js'
import { systemClock, systemRandom, systemTime } from './system.js'
import { Timeline } from './timeline.js'

const USER_AGENT = 'atlas-snapshot-action'
const COMMIT_STATUS_LIMIT_MS = 10_000

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded; where it did not, it has reported why
 */
export async function run(env: Environment): Promise<boolean> {
  maskSecrets(env)
  try {
    const inputs = parseInputs(core.getInput, env)
    return await runWith(inputs, taskOf(inputs, env), env)
  } catch (error) {
    if (!(error instanceof BadInputs)) throw error
    for (const problem of error.problems) reportError(`Bad input: ${problem.inputs}`, problem.message)
    if (core.getInput('job-summary').toLowerCase() !== 'false')
      await writeSummary(summaryOfProblems(error.problems))
    return false
  }
}

/** To be done before anything can log. */
function maskSecrets(env: Environment): void {
  for (const secret of secretsOf(core.getInput, env)) core.setSecret(secret)
}

async function runWith(inputs: Inputs, task: Task, env: Environment): Promise<boolean> {
  const { cluster } = inputs
  const cancellation = listenForCancellation()
  const sender = createHttpSender(USER_AGENT)
  const timeline = new Timeline(systemTime())
  const findings = new Findings(cluster)
  let knownSince: number | undefined
  const adapters = { clock: systemClock, random: systemRandom, logger: createLogger() }
  const connection = connect(cluster, inputs.credentials, {
    ...adapters,
    send: sender.send,
    mask: core.setSecret,
  })
  const dependencies: Dependencies = {
    ...adapters,
    client: connection.client,
    busy: (activity) => timeline.busy(activity),
    sighted: (sighting) => {
      knownSince ??= systemClock.now()
      timeline.sighted(sighting)
      findings.sighted(sighting)
    },
  }
  const { signal } = cancellation
  const showOnCommit = async (failure?: Failure) => {
    // A dry run has no snapshot to show on a commit.
    if (inputs.githubToken === undefined || inputs.dryRun) return
    const end = failure === undefined ? 'succeeded' : isCancellation(signal.reason) ? 'cancelled' : 'failed'
    const { snapshot } = findings.known
    const report = { cluster, end, snapshot, failureTitle: failure?.title } as const
    await reportCommitStatus(inputs.githubToken, report, env, COMMIT_STATUS_LIMIT_MS, signal)
  }
  /** All that is left to do when the outputs are set; at once, since a cancelled step has little time. */
  const conclude = async (failure?: Failure, would?: string) => {
    const { dryRun, jobSummary } = inputs
    const facts = { cluster, dryRun, known: findings.known, failure, would, history: timeline.history() }
    if (jobSummary) await writeSummary(summaryOf(facts))
    const release = inTime(RELEASE, systemClock, signal, connection.release)
    await Promise.all([showOnCommit(failure), release])
  }
  try {
    if (inputs.dryRun) {
      const would = await rehearse(task, dependencies, signal)
      findings.handOn({})
      await conclude(undefined, would)
    } else {
      findings.handOn(await obtainSnapshot(task, dependencies, signal))
      await conclude()
    }
    return true
  } catch (error) {
    const failure = asFailure(error)
    reportError(failure.title, `${failure.message} ${failure.remedy}`)
    const durationMs = task.wait && knownSince !== undefined ? systemClock.now() - knownSince : 0
    findings.handOnAtLast({ durationMs })
    await conclude(failure)
    return false
  } finally {
    sender.close()
    cancellation.release()
  }
}

/** What the core has to know, and nothing that is secret. */
function taskOf(inputs: Inputs, env: Environment): Task {
  return {
    cluster: inputs.cluster,
    account: publicNameOf(inputs.credentials),
    description: inputs.description ?? defaultDescription(env),
    retentionInDays: inputs.retentionInDays,
    wait: inputs.wait,
    onConflict: inputs.onConflict,
    snapshotId: inputs.snapshotId,
    reuseWithinMs: inputs.reuseWithinMs,
    limitMs: inputs.limitMs,
    pollIntervalMs: inputs.pollIntervalMs,
  }
}
