import { backupPage } from '../atlas/client.js'
import { formatStatus, type Snapshot } from '../atlas/snapshot.js'
import { errorMessage } from '../failure.js'
import { formatBytes, formatDays, formatDuration } from '../format.js'
import type { Logger } from '../runtime.js'
import type { Context, Dependencies, ObservedSnapshot } from './context.js'
import { createSnapshot } from './create.js'
import { isCancellation, StopReason, withDeadline } from './deadline.js'
import { assertNotFailed, interrupted, interruptedWithSnapshot, withOrphanWarning } from './failures.js'
import type { SnapshotOptions } from './options.js'
import { createPollInterval } from './polling.js'
import { OutageTracker, retry } from './retry.js'
import { createTag, withTag } from './tag.js'
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

/**
 * Says first what the step will do: take, attach, take or reuse.
 *
 * @param tag the step's tag, if it has one by now
 */
export function logPlan(task: SnapshotOptions, logger: Logger, tag?: string): void {
  const { cluster, credentialName, timeoutMs } = task
  const where = `of cluster ${cluster.clusterName} in project ${cluster.groupId}`
  const tagged = tag === undefined ? '' : `, tagged ${tag}`
  logger.info(`${describePlan(task)} ${where}${tagged}, ${describeWait(task)}.`)
  logger.info(`Asking ${cluster.baseUrl} as ${credentialName}, for at most ${formatDuration(timeoutMs)}.`)
}

function describePlan({ snapshotId, onConflict, reuseWithinMs }: SnapshotOptions): string {
  if (snapshotId !== undefined) return `Attach to snapshot ${snapshotId}`
  const instead = [
    reuseWithinMs === undefined
      ? undefined
      : `use one whose data is at most ${formatDuration(reuseWithinMs)} old`,
    onConflict === 'reuse' ? 'reuse one that is under way' : undefined,
  ].filter((way) => way !== undefined)
  return instead.length === 0 ? 'Take a snapshot' : `Take a snapshot, or ${instead.join(', or ')},`
}

/** Whether the step waits, as the end of a sentence. */
export function describeWait({ wait }: SnapshotOptions): string {
  return wait ? 'and wait until it is completed' : 'and go on without waiting for it'
}

/**
 * Reads a snapshot that this step did not take, to go on with it.
 *
 * @throws ActionError if it cannot be read; a 404 is final
 */
export async function attachTo(snapshotId: string, context: Context): Promise<ObservedSnapshot> {
  const outage = new OutageTracker()
  try {
    const snapshot = await retry((signal) => context.client.getSnapshot(snapshotId, signal), context, outage)
    return { snapshot, created: false, fromInput: true }
  } catch (error) {
    if (!(error instanceof StopReason)) throw error
    const lastError = outage.lastError === undefined ? '' : ` ${outage.lastError.message}`
    throw interrupted(error, {
      phase: `reading snapshot ${snapshotId}`,
      message: `Nothing was taken, and nothing was deleted.${lastError}`,
      lastError: outage.lastError,
    })
  }
}

/**
 * The ids of a sharded cluster's member snapshots, with one GET of the sharded form where the plain one lacks them; of
 * a replica set, the one id. A failure of that GET is a warning, since the snapshot itself is what the step is about.
 *
 * @throws ActionError if Atlas reports the snapshot as failed there
 */
export async function getMemberIds(sighting: ObservedSnapshot, context: Context): Promise<readonly string[]> {
  const { snapshot, created } = sighting
  if (snapshot.type !== 'shardedCluster') return [snapshot.id]
  if (snapshot.memberIds !== undefined) return snapshot.memberIds
  const sharded = await readSharded(snapshot, context)
  // It is the last word on the snapshot, and a step that does not wait has heard only the first one.
  if (sharded?.status === 'failed') context.onSnapshot({ snapshot: sharded, created })
  if (sharded !== undefined) assertNotFailed({ ...sighting, snapshot: sharded })
  return sharded?.memberIds ?? []
}

async function readSharded({ id }: Snapshot, context: Context): Promise<Snapshot | undefined> {
  const { client, deadline, logger } = context
  try {
    return await client.getShardedSnapshot(id, deadline.signal)
  } catch (error) {
    if (!isCancellation(deadline.signal.reason)) {
      logger.warning(
        `The members of snapshot ${id} could not be read, so snapshot-ids is empty: ${errorMessage(error)}`,
      )
    }
    return undefined
  }
}
