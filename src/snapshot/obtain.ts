import { decorate, errorMessage } from '../action-error.js'
import { UntrustedResponseError } from '../atlas/errors.js'
import { formatStatus, isCompleted, isSharded, type Snapshot } from '../atlas/snapshot.js'
import { sleep } from '../timers.js'
import type { AcquiredSnapshot, Context, Dependencies, ObservedSnapshot, SnapshotOptions } from './context.js'
import { createSnapshot } from './create.js'
import { isCancellation, StopReason, withDeadline } from './deadline.js'
import { LIST_CONSISTENCY_DELAY_MS } from './decision.js'
import { readGivenSnapshot } from './given.js'
import { readWithRetries } from './polling.js'
import { assertNotFailed, interruptedWaitError } from './reports.js'
import { Retries } from './retry.js'
import { logPlan, logResult, logSnapshot } from './step-log.js'
import { createTag } from './tag.js'
import { toWaitFailure, waitUntilCompleted } from './wait.js'

/**
 * Resolves only if Atlas accepted the snapshot and, with `wait`, reported this same snapshot as completed.
 *
 * @param cancel aborts with a `StopReason` when the step is canceled
 * @throws ActionError that reports what happened, what exists in Atlas, and what to do. Any other error is a bug.
 */
export function obtainSnapshot(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<ObservedSnapshot> {
  return withDeadline(options, dependencies, cancel, async (context) => {
    if (options.snapshotId !== undefined) {
      logPlan(context)
      const given = await readGivenSnapshot(options.snapshotId, context)
      return waitAndCollect(given, context, cancel)
    }
    const tag = createTag(context.random)
    // Before the first POST, so the log contains the tag even if the process is killed.
    logPlan(context, tag)
    return waitAndCollect(await createSnapshot(tag, context), context, cancel)
  })
}

/** Reports the snapshot, waits for it if `wait` is set, and collects the result. */
async function waitAndCollect(
  acquired: AcquiredSnapshot,
  context: Context,
  cancel: AbortSignal,
): Promise<ObservedSnapshot> {
  const { clock, options } = context
  logSnapshot(acquired, context)
  const start = clock.now()
  const snapshot = options.wait
    ? await waitUntilCompleted(acquired, context)
    : acceptUnfinished(await readMissing(acquired, context), context)
  if (isCancellation(cancel.reason))
    throw interruptedWaitError({ snapshot, agoMs: 0 }, 'setting the outputs', cancel.reason)
  decorate(context.logger, () => logResult(acquired, snapshot, clock.now() - start, context))
  return { snapshot, created: acquired.created }
}

/**
 * Reads what a list, or the plain form of a sharded cluster's snapshot, does not contain. Without the members, there is
 * only a warning, because a step that does not wait only needs the snapshot to exist.
 *
 * @throws ActionError if the snapshot no longer exists or cannot be read
 */
async function readMissing(acquired: AcquiredSnapshot, context: Context): Promise<AcquiredSnapshot> {
  const { client, clock, deadline, logger, onSnapshot } = context
  const isListed = acquired.snapshot.resource === undefined
  const { snapshot } = isListed
    ? await readWith(acquired, 'reading the snapshot', context, async (retries) => {
        // A whole snapshot can appear later than its parts.
        const waitMs = acquired.mayBePart ? acquired.seenAt + LIST_CONSISTENCY_DELAY_MS - clock.now() : 0
        if (waitMs > 0) await sleep(clock, waitMs, deadline.signal)
        return readWithRetries(acquired, context, retries)
      })
    : acquired
  const seenAt = isListed ? clock.now() : acquired.seenAt
  let whole = snapshot
  if (isSharded(snapshot) && snapshot.memberIds === undefined) {
    try {
      whole = await client.getShardedSnapshot(snapshot.id, deadline.signal)
    } catch (error) {
      if (error instanceof UntrustedResponseError)
        throw toWaitFailure(error, { snapshot, agoMs: clock.now() - seenAt }, 'reading the snapshot')
      if (deadline.signal.reason === undefined)
        logger.warning(`Some outputs of snapshot ${snapshot.id} are empty: ${errorMessage(error)}`)
    }
  }
  if (whole !== acquired.snapshot) onSnapshot({ snapshot: whole, created: acquired.created })
  return { ...acquired, snapshot: whole, seenAt: whole === snapshot ? seenAt : clock.now() }
}

/** Retries a read of the acquired snapshot. Adds to its error what the step knows about the snapshot. */
async function readWith<T>(
  { snapshot, seenAt }: AcquiredSnapshot,
  phase: string,
  context: Context,
  read: (retries: Retries) => Promise<T>,
): Promise<T> {
  const retries = new Retries(context)
  try {
    return await read(retries)
  } catch (error) {
    const lastSeen = { snapshot, agoMs: context.clock.now() - seenAt }
    throw toWaitFailure(error, lastSeen, phase, retries.lastError)
  }
}

/** Without `wait`, any snapshot that has not failed is accepted. */
function acceptUnfinished(acquired: AcquiredSnapshot, context: Context): Snapshot {
  const { clock, deadline, logger } = context
  const { snapshot, seenAt } = acquired
  assertNotFailed(acquired)
  const { reason } = deadline.signal
  if (reason instanceof StopReason)
    throw interruptedWaitError({ snapshot, agoMs: clock.now() - seenAt }, 'reading the snapshot', reason)
  if (!isCompleted(snapshot)) {
    logger.notice(
      `Snapshot ${snapshot.id} is not completed yet (status: ${formatStatus(snapshot)}), so it might include changes that your deployment makes. To prevent this, wait for it before you deploy (wait: true, here or in a later step).`,
    )
  }
  return snapshot
}
