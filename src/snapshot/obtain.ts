import { runOptional } from '../action-error.js'
import { isCompleted } from '../atlas/snapshot.js'
import type { Context, Dependencies, ObservedSnapshot, SnapshotOptions } from './context.js'
import { createSnapshot } from './create.js'
import { isCancellation, startStep } from './deadline.js'
import { waitUntilFinished } from './polling.js'
import { readGiven, readMissing } from './read.js'
import { NOTHING_CREATED, toFailure } from './reports.js'
import { Retries } from './retry.js'
import type { Sighting } from './sighting.js'
import { logPlan, logResult, logSighting } from './step-log.js'
import { createTag } from './tag.js'

/**
 * Resolves only if Atlas accepted the snapshot and, with `wait`, reported this same snapshot as completed.
 *
 * @param cancel aborts with a `StopReason` when the step is canceled
 * @throws ActionError that reports what happened, what exists in Atlas, and what to do
 */
export async function obtainSnapshot(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<ObservedSnapshot> {
  const context = startStep(options, dependencies, cancel)
  try {
    const sighting = await acquire(context)
    const start = context.clock.now()
    await settle(sighting, context)
    runOptional(context.logger, () => logResult(sighting, context.clock.now() - start, context))
    return sighting.observed
  } finally {
    context.deadline.release()
  }
}

/** The snapshot of the `snapshot-id` input, or one that the step creates or reuses. */
async function acquire(context: Context): Promise<Sighting> {
  const { snapshotId: id } = context.options
  if (id === undefined) {
    const tag = createTag(context.random)
    // Before the first POST, so the log contains the tag even if the process is killed.
    logPlan(context, tag)
    return createSnapshot(tag, context)
  }
  logPlan(context)
  const retries = new Retries(context)
  try {
    return await readGiven(id, context, retries)
  } catch (error) {
    const left = { message: NOTHING_CREATED, reRun: 'Re-run the job.' }
    throw toFailure(error, { phase: `reading snapshot ${id}`, lastError: retries.lastError, left })
  }
}

/** Reports the snapshot to the outputs, and waits for it or reads what is missing. */
async function settle(sighting: Sighting, context: Context): Promise<void> {
  const { options, deadline, onSnapshot } = context
  try {
    onSnapshot(sighting.observed)
    runOptional(context.logger, () => logSighting(sighting, context))
    if (options.wait) await waitUntilFinished(sighting, context)
    else await readMissing(sighting, context)
    sighting.assertNotFailed()
    const { reason } = deadline.signal
    // A snapshot that is completed at the deadline is a success.
    if (isCancellation(reason) || (deadline.signal.aborted && !isCompleted(sighting.snapshot))) throw reason
  } catch (error) {
    throw sighting.failure(error, options.wait ? 'waiting for the snapshot' : 'reporting the snapshot')
  }
}
