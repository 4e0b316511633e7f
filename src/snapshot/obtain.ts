import { runOptional } from '../action-error.js'
import type { Context, Dependencies, ObservedSnapshot, SnapshotOptions } from './context.js'
import { createSnapshot } from './create.js'
import { startStep } from './deadline.js'
import { waitUntilFinished } from './polling.js'
import { readGiven } from './read.js'
import { NOTHING_CREATED, toFailure } from './reports.js'
import { Retries } from './retry.js'
import { logPlan, logResult, logSnapshot } from './step-log.js'
import { createTag } from './tag.js'
import type { TrackedSnapshot } from './tracked-snapshot.js'

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
    const tracked = await acquire(context)
    const start = context.clock.now()
    await followUp(tracked, context)
    runOptional(context.logger, () => logResult(tracked, context.clock.now() - start, context))
    return tracked.observed
  } finally {
    context.deadline.release()
  }
}

/** The snapshot of the `snapshot-id` input, or one that the step creates or reuses. */
async function acquire(context: Context): Promise<TrackedSnapshot> {
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
    const { lastError } = retries
    throw toFailure(error, { phase: `reading snapshot ${id}`, lastError, state: NOTHING_CREATED })
  }
}

/** Reports the snapshot to the outputs, and waits for it. */
async function followUp(tracked: TrackedSnapshot, context: Context): Promise<void> {
  const { options, deadline, onSnapshot } = context
  try {
    onSnapshot(tracked.observed)
    runOptional(context.logger, () => logSnapshot(tracked, context))
    if (options.wait) await waitUntilFinished(tracked, context)
    tracked.assertNotFailed()
    // A POST that succeeded in the second after the stop (`withGracePeriod`) must not hide the stop.
    deadline.signal.throwIfAborted()
  } catch (error) {
    throw tracked.failure(error, options.wait ? 'waiting for the snapshot' : 'reporting the snapshot')
  }
}
