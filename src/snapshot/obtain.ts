import { backupPage } from '../atlas/address.js'
import { formatStatus, type Snapshot } from '../atlas/snapshot.js'
import { formatBytes, formatDays, formatDuration } from '../format.js'
import { withOrphanWarning } from './aftermath.js'
import { logPlan } from './announce.js'
import { attachTo } from './attach.js'
import type { Context, Dependencies, ObservedSnapshot } from './context.js'
import { isCancellation, StopReason, withDeadline } from './deadline.js'
import { assertNotFailed } from './failed.js'
import { getMemberIds } from './members.js'
import { createPollInterval } from './schedule.js'
import { interruptedWithSnapshot } from './stopped.js'
import { createTag, withTag } from './tag.js'
import { createSnapshot } from './take.js'
import type { SnapshotOptions } from './task.js'
import { waitUntilCompleted } from './wait.js'

/** What a step has to hand on when it succeeds. */
export interface SnapshotResult extends ObservedSnapshot {
  /** The members' snapshots of a sharded cluster (empty if they could not be read), else the one id. */
  readonly snapshotIds: readonly string[]
  /** From knowing the id to the end, in milliseconds; 0 without `wait`. */
  readonly durationMs: number
}

/**
 * The gate: resolves only if Atlas accepted the snapshot and, with `wait`, reported that very one as completed.
 *
 * @param cancel aborts with a `StopReason` when the step is cancelled
 * @throws ActionError that says what happened, what is left in Atlas and what to do; anything else is a bug
 */
export function obtainSnapshot(
  task: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<SnapshotResult> {
  const { clock, random } = dependencies
  return withDeadline(task.timeoutMs, clock, cancel, async (deadline) => {
    const context = {
      ...dependencies,
      deadline,
      pollInterval: createPollInterval(task.pollIntervalMs, random),
    }
    if (task.snapshotId !== undefined) {
      logPlan(task, context.logger)
      const attached = await attachTo(task.snapshotId, context)
      logSnapshot(attached, task, context)
      const outcome = await finish(attached, task, context, cancel)
      warnIfDataIsOlder(attached, outcome, context)
      return outcome
    }
    const tag = createTag(random)
    const description = withTag(task.description, tag)
    const order = { ...task, description, tag, backupPage: backupPage(task.cluster) }
    // Said before the first POST, so that even a step that is killed in it leaves something to look for.
    logPlan(task, context.logger, tag)
    const taken = await createSnapshot(order, context)
    logSnapshot(taken, task, context)
    try {
      return await finish(taken, task, context, cancel)
    } catch (error) {
      throw taken.mayHaveOrphan ? withOrphanWarning(error, order) : error
    }
  })
}

/** Waits if asked, and gathers what is handed on. */
async function finish(
  taken: ObservedSnapshot,
  task: SnapshotOptions,
  context: Context,
  cancel: AbortSignal,
): Promise<SnapshotResult> {
  const { clock } = context
  const start = clock.now()
  const last = task.wait ? await waitUntilCompleted(taken, context) : withoutWaiting(taken, context)
  const durationMs = task.wait ? clock.now() - start : 0
  const snapshotIds = await getMemberIds({ ...taken, snapshot: last }, context)
  if (isCancellation(cancel.reason)) throw interruptedWithSnapshot(last, 'handing it on', cancel.reason)
  logResult(task, last, durationMs, context)
  return { snapshot: last, created: taken.created, snapshotIds, durationMs }
}

function logSnapshot(
  { snapshot, created }: ObservedSnapshot,
  { retentionInDays }: SnapshotOptions,
  { logger, onSnapshot }: Context,
): void {
  const { id, description } = snapshot
  const name = description === undefined ? '' : `: ${description}`
  logger.info(
    `Snapshot ${id} is ${formatStatus(snapshot)}${created ? `${name}, to be kept for ${formatDays(retentionInDays)}` : ''}.`,
  )
  onSnapshot({ snapshot, created })
}

/** What a step attaches to holds no more than it held at that instant, which may be long ago. */
function warnIfDataIsOlder(
  attached: ObservedSnapshot,
  { snapshot }: SnapshotResult,
  { logger }: Context,
): void {
  const { id, createdAt } = snapshot
  if (createdAt === undefined) return
  const wasCompleted = attached.snapshot.status === 'completed'
  const { serverTime = Number.NaN } = attached.snapshot
  if (!wasCompleted && !(Date.parse(createdAt) < serverTime)) return
  logger.warning(
    `The data of snapshot ${id} is as of ${createdAt}, which is before this step (snapshot-id): what was written since is not in it.`,
  )
}

/** Without `wait`, a snapshot that Atlas accepted is enough, unless it failed already. */
function withoutWaiting(taken: ObservedSnapshot, { deadline, logger }: Context): Snapshot {
  const { snapshot } = taken
  assertNotFailed(taken)
  if (deadline.signal.reason instanceof StopReason)
    throw interruptedWithSnapshot(snapshot, 'asking Atlas for a snapshot', deadline.signal.reason)
  if (snapshot.status !== 'completed') {
    logger.notice(
      `Snapshot ${snapshot.id} is ${formatStatus(snapshot)}, not completed: the instant whose data it will hold may still lie ahead, and writes before that instant will be in it. Set wait to true before a deployment that changes data.`,
    )
  }
  return snapshot
}

function logResult(
  { cluster }: SnapshotOptions,
  snapshot: Snapshot,
  durationMs: number,
  { logger }: Context,
): void {
  const { id, status, createdAt, expiresAt, storageSizeBytes } = snapshot
  const facts = [
    durationMs >= 50 ? `after ${formatDuration(durationMs)}` : undefined,
    createdAt === undefined ? undefined : `restore point ${createdAt}`,
    storageSizeBytes === undefined || storageSizeBytes === 0 ? undefined : formatBytes(storageSizeBytes),
    expiresAt === undefined ? undefined : `kept until ${expiresAt}`,
  ].filter((fact) => fact !== undefined)
  const said = [`Snapshot ${id} is ${formatStatus(snapshot)}`, ...facts].join(', ')
  if (status === 'completed') logger.notice(said)
  else logger.info(said)
  logger.info(`See it in Atlas: ${backupPage(cluster)}`)
}
