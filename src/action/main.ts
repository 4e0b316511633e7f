import * as core from '@actions/core'
import { ActionError, runOptional, toActionError } from '../action-error.js'
import { createConnection } from '../atlas/connection.js'
import { joinSentences } from '../format.js'
import type { Logger } from '../ports.js'
import type { Dependencies } from '../snapshot/context.js'
import { dryRun } from '../snapshot/dry-run.js'
import { obtainSnapshot } from '../snapshot/obtain.js'
import { isCancellation } from '../snapshot/reports.js'
import { withTimeout } from '../timers.js'
import type { Bar } from './chart.js'
import { type StepState, setCommitStatus, startCommitStatus } from './commit-status.js'
import { adviseOnDeployment } from './deployment-advice.js'
import { boolean } from './input-formats.js'
import { INVALID_INPUT, type InputProblem } from './input-reader.js'
import { findStatusTarget, type Inputs, parseInputs } from './inputs.js'
import { createLogger, reportError } from './logger.js'
import { maskSecrets } from './masks.js'
import { type ActionRuntime, createNodeRuntime } from './node-runtime.js'
import { OutputRecorder } from './outputs.js'
import { renderInputErrors, renderSummary, type SummaryFacts, writeSummary } from './summary.js'
import { describeHelp, pageUrl } from './troubleshooting.js'

/** The limit of everything after the outputs, because 7.5 s after a cancellation the runner sends its second signal. */
export const CLEANUP_LIMIT_MS = 4_000

/** A step after its outputs, whose result nothing can change anymore. */
interface EndedStep {
  readonly succeeded: boolean
  /** `undefined` if the step writes no summary. */
  readonly toSummary: (() => string) | undefined
  /** Never rejects. */
  readonly cleanUp: (signal: AbortSignal) => Promise<unknown>
}

/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded. If not, the error has been reported.
 */
export async function main(createRuntime = createNodeRuntime): Promise<boolean> {
  // Before anything can log.
  maskSecrets(core.getInput)
  const logger = createLogger()
  const runtime = createRuntime()
  try {
    const parsed = parseInputs(core.getInput)
    const { succeeded, toSummary, cleanUp } =
      'inputs' in parsed
        ? await runStep(parsed.inputs, logger, runtime)
        : rejectInputs(parsed.problems, logger, runtime)
    if (toSummary !== undefined) runOptional(logger, () => writeSummary(toSummary(), logger))
    await withTimeout(runtime.clock, CLEANUP_LIMIT_MS, cleanUp)
    return succeeded
  } finally {
    runtime.sender.close()
    runtime.cancellation.release()
  }
}

/** Reports invalid inputs. Sends no request to Atlas. */
function rejectInputs(
  problems: readonly InputProblem[],
  logger: Logger,
  { sender: { send } }: ActionRuntime,
): EndedStep {
  const help = describeHelp({ title: INVALID_INPUT })
  for (const { names, message } of problems)
    reportError(`${INVALID_INPUT}: ${names}`, joinSentences(message, help))
  const hasSummary = boolean.parse(core.getInput('job-summary')) !== false
  // Without a status, the commit would keep the result of an earlier attempt.
  const target = findStatusTarget(core.getInput)
  const state = { step: 'failed', errorTitle: INVALID_INPUT } as const
  return {
    succeeded: false,
    toSummary: hasSummary ? () => renderInputErrors(problems, help) : undefined,
    cleanUp: async (signal) => target && setCommitStatus(state, target, { send, logger }, signal),
  }
}

async function runStep(
  inputs: Inputs,
  logger: Logger,
  { clock, random, wallClock, sender, cancellation }: ActionRuntime,
): Promise<EndedStep> {
  const { options, credentials, dryRun: isDryRun, githubToken, jobSummary } = inputs
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
  const ending = obtainAndReport(inputs, dependencies, outputs, cancellation.signal)
  // Meanwhile, because the snapshot doesn't depend on GitHub.
  const setStatus =
    githubToken === undefined || isDryRun ? undefined : startCommitStatus({ cluster, githubToken }, ports)
  const outcome = await ending
  const { step, error } = outcome
  const { result } = outputs
  const facts = { cluster, dryRun: isDryRun, result, startedAt, endedAt: wallClock(), bars, ...outcome }
  const state = { step, snapshot: result.snapshot, errorTitle: error?.help.title }
  return {
    succeeded: step === 'succeeded',
    toSummary: jobSummary ? () => renderSummary(facts, pageUrl('runbook.md')) : undefined,
    cleanUp: (signal) => Promise.all([setStatus?.(state, signal), connection.close(signal)]),
  }
}

/** How a step ended. The error has all that its reader is told. */
type Outcome = Pick<SummaryFacts, 'error' | 'dryRunResult'> & { step: Exclude<StepState['step'], 'running'> }

/** Everything up to the outputs. Reports an error instead of throwing it. */
async function obtainAndReport(
  { options, dryRun: isDryRun }: Inputs,
  dependencies: Dependencies,
  outputs: OutputRecorder,
  cancel: AbortSignal,
): Promise<Outcome> {
  try {
    // Shows that the outputs can be written.
    outputs.record({})
    if (isDryRun) return { step: 'succeeded', dryRunResult: await dryRun(options, dependencies, cancel) }
    await obtainSnapshot(options, dependencies, cancel)
    return { step: 'succeeded' }
  } catch (thrown) {
    const error = toActionError(thrown)
    const { message, help } = error
    // A dry run guards no deployment.
    const advice = isDryRun ? help.remedy : adviseOnDeployment(help.remedy)
    const remedy = joinSentences(advice, describeHelp(help))
    reportError(help.title, `${message} ${remedy}`, error)
    const reported = new ActionError(message, { title: help.title, remedy }, { cause: error })
    return { step: isCancellation(error) ? 'canceled' : 'failed', error: reported }
  }
}
