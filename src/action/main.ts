import * as core from '@actions/core'
import { ActionError, runOptional, toActionError } from '../action-error.js'
import { createConnection } from '../atlas/connection.js'
import { joinSentences } from '../format.js'
import type { Logger } from '../ports.js'
import type { Dependencies } from '../snapshot/context.js'
import { type DryRunResult, dryRun } from '../snapshot/dry-run.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { STEP_TITLES } from '../snapshot/reports.js'
import { withTimeout } from '../timers.js'
import type { Bar } from './chart.js'
import { setCommitStatus, startCommitStatus } from './commit-status.js'
import { boolean } from './input-formats.js'
import { INVALID_INPUT, type InputProblem } from './input-reader.js'
import { findStatusTarget, type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { maskSecrets } from './masks.js'
import { type ActionRuntime, createNodeRuntime } from './node-runtime.js'
import { OutputRecorder } from './outputs.js'
import { renderInputErrors, renderSummary, writeSummary } from './summary.js'
import { describeHelp, pageUrl } from './troubleshooting.js'

/** The limit of everything after the outputs, because 7.5 s after a cancellation the runner sends its second signal. */
export const CLEANUP_LIMIT_MS = 4_000

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded. If not, the error has been reported.
 */
export async function main(env: NodeJS.ProcessEnv, createRuntime = createNodeRuntime): Promise<boolean> {
  // Before anything can log.
  maskSecrets(core.getInput, env)
  const logger = createLogger()
  const runtime = createRuntime()
  try {
    const parsed = parseInputs(core.getInput, env)
    if ('inputs' in parsed) return await runStep(parsed.inputs, env, logger, runtime)
    await rejectInputs(parsed.problems, env, logger, runtime)
    return false
  } finally {
    runtime.sender.close()
    runtime.cancellation.release()
  }
}

/** Reports invalid inputs. Sends no request to Atlas. */
async function rejectInputs(
  problems: readonly InputProblem[],
  env: NodeJS.ProcessEnv,
  logger: Logger,
  { clock, sender }: ActionRuntime,
): Promise<void> {
  const help = describeHelp({ title: INVALID_INPUT }, env)
  for (const { names, message } of problems)
    reportError(`${INVALID_INPUT}: ${names}`, joinSentences(message, help))
  if (boolean.parse(core.getInput('job-summary')) !== false)
    writeSummary(renderInputErrors(problems, help), env, logger)
  // Without a status, the commit would keep the result of an earlier attempt.
  const target = findStatusTarget(core.getInput, env)
  if (target === undefined) return
  const dependencies = { send: sender.send, logger }
  await withTimeout(clock, CLEANUP_LIMIT_MS, (signal) =>
    setCommitStatus({ step: 'failed', errorTitle: INVALID_INPUT }, target, dependencies, signal),
  )
}

async function runStep(
  inputs: Inputs,
  env: NodeJS.ProcessEnv,
  logger: Logger,
  { clock, random, wallClock, sender, cancellation }: ActionRuntime,
): Promise<boolean> {
  const { options, credentials, githubToken, jobSummary } = inputs
  const { cluster } = options
  const ports = { clock, random, logger, send: sender.send }
  const connection = createConnection(cluster, credentials, { ...ports, setSecret: core.setSecret })
  const startedAt = wallClock()
  const bars: Bar[] = [{ label: 'requesting a snapshot', from: startedAt }]
  const outputs = new OutputRecorder(cluster)
  const dependencies: Dependencies = {
    ...ports,
    client: connection.client,
    onSnapshot: (observed) => {
      outputs.record(observed)
      const label = observed.snapshot.status
      if (bars.at(-1)?.label !== label) bars.push({ label, from: wallClock() })
    },
  }
  const setsStatus = githubToken !== undefined && !inputs.dryRun
  const [outcome, setStatus] = await Promise.all([
    obtainAndReport(inputs, dependencies, outputs, env, cancellation.signal),
    // After the first request to Atlas, because loading the GitHub client would delay that.
    setsStatus ? startCommitStatus({ cluster, githubToken }, ports) : undefined,
  ])
  const { error } = outcome
  const { result } = outputs
  const times = { startedAt, endedAt: wallClock(), bars }
  const facts = { cluster, dryRun: inputs.dryRun, result, ...times, ...outcome }
  runOptional(logger, () => {
    if (jobSummary) writeSummary(renderSummary(facts, pageUrl('runbook.md', env)), env, logger)
  })
  const ending = error?.title === STEP_TITLES.canceled ? 'canceled' : 'failed'
  const step = error === undefined ? 'succeeded' : ending
  const status = { step, snapshot: result.snapshot, errorTitle: error?.title } as const
  await withTimeout(clock, CLEANUP_LIMIT_MS, (signal) =>
    Promise.all([setStatus?.(status, signal), connection.close(signal)]),
  )
  return error === undefined
}

/**
 * Everything up to the outputs. Reports an error instead of throwing it.
 *
 * @returns the error of a step that failed, with all that its reader is told, or the result of a dry run that passed
 */
async function obtainAndReport(
  { options, dryRun: isDryRun }: Inputs,
  dependencies: Dependencies,
  outputs: OutputRecorder,
  env: NodeJS.ProcessEnv,
  cancel: AbortSignal,
): Promise<{ error?: ActionError; dryRunResult?: DryRunResult }> {
  try {
    // Shows that the outputs can be written.
    outputs.record({})
    if (isDryRun) return { dryRunResult: await dryRun(options, dependencies, cancel) }
    await obtainSnapshot(options, dependencies, cancel)
    return {}
  } catch (thrown) {
    const error = toActionError(thrown)
    // A dry run guards no deployment.
    const advice = isDryRun ? error.remedy : adviseOnDeployment(error.remedy)
    const remedy = joinSentences(advice, describeHelp(error, env))
    reportError(error.title, `${error.message} ${remedy}`, error)
    return { error: new ActionError(error.message, { title: error.title, remedy }, { cause: error }) }
  }
}

/**
 * The only advice about deployments, for every failure of a step that guards one, except invalid inputs. A re-run could deploy an
 * older commit, or half of a migration for the second time.
 */
export function adviseOnDeployment(remedy: string): string {
  return `Do not deploy yet. ${remedy} Re-run all jobs only if no attempt of this run started to deploy, no earlier deployment is half-done, and there is no newer run.`
}
