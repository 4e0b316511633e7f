import { backupPage } from '../atlas/client.js'
import { formatStatus, type Snapshot } from '../atlas/snapshot.js'
import { decorate, errorMessage } from '../failure.js'
import { formatBytes, formatDays, formatDuration } from '../format.js'
import type { Logger } from '../runtime.js'
import type { Context, Dependencies, ObservedSnapshot } from './context.js'
import { createSnapshot } from './create.js'
import { isCancellation, StopReason, withDeadline } from './deadline.js'
import { assertNotFailed, interruptedError, interruptedWaitError, withOrphanWarning } from './failures.js'
import type { SnapshotOptions } from './options.js'
import { createPollInterval } from './polling.js'
import { OutageTracker, retry } from './retry.js'
import { lacksMembers, memberIds, unconfirmed, withShardedForm } from './sharded.js'
import { createTag, withTag } from './tag.js'
import { waitUntilCompleted } from './wait.js'

/** The result of a step that succeeds. */
export interface SnapshotResult extends ObservedSnapshot {
  /** The member snapshots of a sharded cluster (empty if they could not be read), else the one ID. */
  readonly snapshotIds: readonly string[]
  /** Milliseconds from knowing the ID to the end, 0 without `wait`. */
  readonly durationMs: number
}

/**
 * The gate: resolves only if Atlas accepted the snapshot and, with `wait`, reported that very one as completed.
 *
 * @param cancel aborts with a `StopReason` when the step is cancelled
 * @throws ActionError that says what happened, what exists in Atlas and what to do. Anything else is a bug.
 */
export function obtainSnapshot(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<SnapshotResult> {
  const { clock, random } = dependencies
  return withDeadline(options.timeoutMs, clock, cancel, async (deadline) => {
    const pollInterval = createPollInterval(options.pollIntervalMs, random)
    const context = { ...dependencies, deadline, pollInterval }
    if (options.snapshotId !== undefined) {
      logPlan(options, context.logger)
      const attached = await attachTo(options.snapshotId, context)
      const result = await waitAndCollect(attached, options, context, cancel)
      decorate(context.logger, () => logIfDataIsOlder(attached, result, context))
      return result
    }
    const tag = createTag(random)
    const description = withTag(options.description, tag)
    const request = { ...options, description, tag, backupPage: backupPage(options.cluster) }
    // Before the first POST, so that even a killed step leaves the tag in the log.
    logPlan(options, context.logger, tag)
    const acquired = await createSnapshot(request, context)
    try {
      return await waitAndCollect(acquired, options, context, cancel)
    } catch (error) {
      throw acquired.mayHaveOrphan ? withOrphanWarning(error, request) : error
    }
  })
}

/** Reports the snapshot, waits for it if asked, and collects the result. */
async function waitAndCollect(
  acquired: ObservedSnapshot,
  options: SnapshotOptions,
  context: Context,
  cancel: AbortSignal,
): Promise<SnapshotResult> {
  const { clock } = context
  const { created } = acquired
  const observed = { ...acquired, snapshot: unconfirmed(acquired.snapshot) }
  logSnapshot(observed, options, context)
  const start = clock.now()
  const snapshot = options.wait
    ? await waitUntilCompleted(observed, context)
    : acceptUnfinished(await readWhole(observed, context), context)
  const durationMs = options.wait ? clock.now() - start : 0
  const snapshotIds = memberIds(snapshot)
  if (isCancellation(cancel.reason)) throw interruptedWaitError(snapshot, 'handing it on', cancel.reason)
  decorate(context.logger, () => logResult(options, snapshot, durationMs, context))
  return { snapshot, created, snapshotIds, durationMs }
}

/**
 * Reads the snapshot that `snapshot-id` names.
 *
 * @throws ActionError if it cannot be read. A 404 is final.
 */
export async function attachTo(snapshotId: string, context: Context): Promise<ObservedSnapshot> {
  const outage = new OutageTracker()
  const read = async (signal: AbortSignal) => {
    const { snapshot } = await context.client.getSnapshot(snapshotId, signal)
    return withShardedForm(snapshot, context, signal)
  }
  try {
    const snapshot = await retry(read, context, outage, { failOnNonAtlasResponse: true })
    return { snapshot, created: false, fromInput: true }
  } catch (error) {
    if (!(error instanceof StopReason)) throw error
    const lastError = outage.lastError === undefined ? '' : ` ${outage.lastError.message}`
    throw interruptedError(error, {
      phase: `reading snapshot ${snapshotId}`,
      message: `Nothing was taken, and nothing was deleted.${lastError}`,
      lastError: outage.lastError,
    })
  }
}

/**
 * The snapshot with all that a list, or the plain form of a sharded one, lacks: by one GET each. A failure is a warning,
 * because a step that does not wait is only about the snapshot's existence.
 */
async function readWhole(observed: ObservedSnapshot, context: Context): Promise<ObservedSnapshot> {
  const { client, deadline, logger, onSnapshot } = context
  const { id } = observed.snapshot
  let { snapshot } = observed
  try {
    if (snapshot.resource === undefined)
      snapshot = unconfirmed((await client.getSnapshot(id, deadline.signal)).snapshot)
    if (lacksMembers(snapshot)) snapshot = await client.getShardedSnapshot(id, deadline.signal)
  } catch (error) {
    if (!isCancellation(deadline.signal.reason))
      logger.warning(`Snapshot ${id} could not be read, so some outputs are empty: ${errorMessage(error)}`)
  }
  if (snapshot !== observed.snapshot) onSnapshot({ snapshot, created: observed.created })
  return { ...observed, snapshot }
}

/** Without `wait`, a snapshot that Atlas accepted is enough, unless it failed already. */
function acceptUnfinished(observed: ObservedSnapshot, { deadline, logger }: Context): Snapshot {
  const { snapshot } = observed
  assertNotFailed(observed)
  if (deadline.signal.reason instanceof StopReason)
    throw interruptedWaitError(snapshot, 'asking Atlas for a snapshot', deadline.signal.reason)
  if (snapshot.status !== 'completed') {
    logger.notice(
      `Snapshot ${snapshot.id} is ${formatStatus(snapshot)}, not completed: the instant whose data it will hold may still lie ahead, and writes before that instant will be in it. Set wait to true before a deployment that changes data.`,
    )
  }
  return snapshot
}

/** A snapshot that existed before the step might lack writes from before the step. The user asked for it by its ID. */
function logIfDataIsOlder(
  attached: ObservedSnapshot,
  { snapshot }: SnapshotResult,
  { logger }: Context,
): void {
  const { id, createdAt } = snapshot
  if (createdAt === undefined) return
  const wasCompleted = attached.snapshot.status === 'completed'
  const { serverTime = Number.NaN } = attached.snapshot
  if (!wasCompleted && !(Date.parse(createdAt) < serverTime)) return
  logger.info(
    `The data of snapshot ${id} is as of ${createdAt}, which is before this step (snapshot-id): what was written since is not in it.`,
  )
}

/**
 * Logs what the step is going to do: create, attach, create or reuse.
 *
 * @param tag the step's tag, if it creates one
 */
export function logPlan(options: SnapshotOptions, logger: Logger, tag?: string): void {
  const { cluster, credentialName, timeoutMs } = options
  const where = `of cluster ${cluster.clusterName} in project ${cluster.groupId}`
  const tagged = tag === undefined ? '' : `, tagged ${tag}`
  logger.info(`${describePlan(options)} ${where}${tagged}, ${describeWait(options)}.`)
  logger.info(`Asking ${cluster.baseUrl} as ${credentialName}, for at most ${formatDuration(timeoutMs)}.`)
}

function describePlan({ snapshotId, onConflict, reuseWithinMs }: SnapshotOptions): string {
  if (snapshotId !== undefined) return `Attach to snapshot ${snapshotId}`
  const alternatives = [
    reuseWithinMs === undefined
      ? undefined
      : `use one whose data is at most ${formatDuration(reuseWithinMs)} old`,
    onConflict === 'reuse' ? 'reuse one that is under way' : undefined,
  ].filter((alternative) => alternative !== undefined)
  return alternatives.length === 0 ? 'Take a snapshot' : `Take a snapshot, or ${alternatives.join(', or ')},`
}

/** Whether the step waits, as the end of a sentence. */
export function describeWait({ wait }: SnapshotOptions): string {
  return wait ? 'and wait until it is completed' : 'and go on without waiting for it'
}

/** Logs the acquired snapshot, and reports it so that its ID is in the outputs at once. */
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
  const message = [`Snapshot ${id} is ${formatStatus(snapshot)}`, ...facts].join(', ')
  if (status === 'completed') logger.notice(message)
  else logger.info(message)
  logger.info(`See it in Atlas: ${backupPage(cluster)}`)
}
