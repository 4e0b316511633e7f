import {
  type Context,
  type Dependencies,
  type ObservedSnapshot,
  type SnapshotOptions,
  startStep,
} from './context.js'
import { createSnapshot } from './create.js'
import { follow } from './polling.js'
import { readExisting } from './read.js'
import { NOTHING_CREATED, toStepError } from './reports.js'
import { Retries } from './retry.js'
import { logPlan } from './step-log.js'
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
    return await follow(await acquire(context), context)
  } finally {
    context.deadline.release()
  }
}

/** The snapshot of the `snapshot-id` input, or one that the step creates or reuses. */
async function acquire(context: Context): Promise<ObservedSnapshot> {
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
    return await readExisting(id, context, retries)
  } catch (error) {
    const { lastError } = retries
    throw toStepError(error, { phase: `reading snapshot ${id}`, lastError, state: NOTHING_CREATED })
  }
}
