import { decorate, errorMessage } from '../action-error.js'
import { backupPage } from '../atlas/client.js'
import { UntrustedResponseError } from '../atlas/errors.js'
import { formatStatus, isCompleted, type Snapshot } from '../atlas/snapshot.js'
import { formatBytes, formatDays, formatDuration } from '../format.js'
import type { Logger } from '../runtime.js'
import type { AcquiredSnapshot, Context, Dependencies, ObservedSnapshot, SnapshotOptions } from './context.js'
import { createSnapshot } from './create.js'
import { isCancellation, StopReason, withDeadline } from './deadline.js'
import { readGivenSnapshot } from './given.js'
import { createPollInterval, readWithRetries } from './polling.js'
import { assertNotFailed, interruptedWaitError, withOrphanWarning } from './reports.js'
import { OutageTracker } from './retry.js'
import { isSharded } from './sharded.js'
import { createTag, withTag } from './tag.js'
import { toWaitFailure, waitUntilCompleted } from './wait.js'

const WITHOUT_WAITING = 'without waiting until it is completed'

/** The result of a step that succeeds. */
export interface SnapshotResult extends ObservedSnapshot {
  /** Milliseconds from the time the ID is known to the end, 0 without `wait`. */
  readonly durationMs: number
}

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
): Promise<SnapshotResult> {
  const { clock, random } = dependencies
  return withDeadline(options.timeoutMs, clock, cancel, async (deadline) => {
    const pollInterval = createPollInterval(options.pollIntervalMs, random)
    const context = { ...dependencies, deadline, pollInterval }
    if (options.snapshotId !== undefined) {
      logPlan(options, context.logger)
      const given = await readGivenSnapshot(options.snapshotId, context)
      const result = await waitAndCollect(given, options, context, cancel)
      decorate(context.logger, () => logIfDataIsOlder(given, result, context))
      return result
    }
    const tag = createTag(random)
    const description = withTag(options.description, tag)
    const request = { ...options, description, tag, backupPage: backupPage(options.cluster) }
    // Before the first POST, so the log contains the tag even if the process is killed.
    logPlan(options, context.logger, tag)
    const acquired = await createSnapshot(request, context)
    try {
      return await waitAndCollect(acquired, options, context, cancel)
    } catch (error) {
      throw acquired.mayHaveOrphan ? withOrphanWarning(error, request) : error
    }
  })
}

/** Reports the snapshot, waits for it if `wait` is set, and collects the result. */
async function waitAndCollect(
  acquired: AcquiredSnapshot,
  options: SnapshotOptions,
  context: Context,
  cancel: AbortSignal,
): Promise<SnapshotResult> {
  const { clock } = context
  const { created } = acquired
  logSnapshot(acquired, options, context)
  const start = clock.now()
  const snapshot = options.wait
    ? await waitUntilCompleted(acquired, context)
    : acceptUnfinished(await readMissing(acquired, context), context)
  const durationMs = options.wait ? clock.now() - start : 0
  if (isCancellation(cancel.reason))
    throw interruptedWaitError({ snapshot, agoMs: 0 }, 'setting the outputs', cancel.reason)
  decorate(context.logger, () => logResult(options, { snapshot, created }, durationMs, context))
  return { snapshot, created, durationMs }
}

/**
 * Reads what a list, or the plain form of a sharded cluster's snapshot, does not contain. Without the members, there is
 * only a warning, because a step that does not wait only needs the snapshot to exist.
 *
 * @throws ActionError if the snapshot no longer exists or cannot be read
 */
async function readMissing(acquired: AcquiredSnapshot, context: Context): Promise<AcquiredSnapshot> {
  const { client, clock, deadline, logger, onSnapshot } = context
  const { created } = acquired
  const isListed = acquired.snapshot.resource === undefined
  const snapshot = isListed ? await readListed(acquired, context) : acquired.snapshot
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
  if (whole !== acquired.snapshot) onSnapshot({ snapshot: whole, created })
  return { ...acquired, snapshot: whole, seenAt: whole === snapshot ? seenAt : clock.now() }
}

async function readListed(listed: AcquiredSnapshot, context: Context): Promise<Snapshot> {
  const { clock } = context
  const outage = new OutageTracker()
  try {
    return (await readWithRetries(listed, context, outage)).snapshot
  } catch (error) {
    const lastSeen = { snapshot: listed.snapshot, agoMs: clock.now() - listed.seenAt }
    throw toWaitFailure(error, lastSeen, 'reading the snapshot', outage.lastError)
  }
}

/** Without `wait`, any snapshot that has not failed is accepted. */
function acceptUnfinished(acquired: AcquiredSnapshot, context: Context): Snapshot {
  const { clock, deadline, logger } = context
  const { snapshot, seenAt } = acquired
  assertNotFailed(acquired)
  if (deadline.signal.reason instanceof StopReason)
    throw interruptedWaitError(
      { snapshot, agoMs: clock.now() - seenAt },
      'reading the snapshot',
      deadline.signal.reason,
    )
  if (!isCompleted(snapshot)) {
    logger.notice(
      `Snapshot ${snapshot.id} is not completed yet (status: ${formatStatus(snapshot)}), so it might include changes that your deployment makes. To prevent this, wait for it before you deploy (wait: true, here or in a later step).`,
    )
  }
  return snapshot
}

/** A snapshot from before the step might not contain the latest writes. */
function logIfDataIsOlder(given: ObservedSnapshot, { snapshot }: SnapshotResult, { logger }: Context): void {
  const { id, createdAt } = snapshot
  if (createdAt === undefined) return
  const wasCompleted = isCompleted(given.snapshot)
  const { serverTime = Number.NaN } = given.snapshot
  if (!wasCompleted && !(Date.parse(createdAt) < serverTime)) return
  logger.info(
    `The restore point of snapshot ${id} (snapshot-id) is from before this step: ${createdAt}. It does not contain later writes.`,
  )
}

/**
 * Logs what the step will do.
 *
 * @param tag the tag of the snapshot to create, if any
 */
export function logPlan(options: SnapshotOptions, logger: Logger, tag?: string): void {
  const { cluster, credentialName, timeoutMs } = options
  logger.info(describePlan(options, tag))
  logger.info(`Using ${cluster.baseUrl} with ${credentialName}. Time limit: ${formatDuration(timeoutMs)}.`)
}

function describePlan(options: SnapshotOptions, tag?: string): string {
  const { cluster, snapshotId, onConflict, reuseWithinMs, wait } = options
  const place = `of cluster ${cluster.clusterName} in project ${cluster.groupId}`
  if (snapshotId !== undefined) return `${wait ? 'Waiting for' : 'Reading'} snapshot ${snapshotId} ${place}.`
  const alternatives = [
    reuseWithinMs === undefined ? undefined : `at most ${formatDuration(reuseWithinMs)} old`,
    onConflict === 'reuse' ? 'in progress' : undefined,
  ].filter((alternative) => alternative !== undefined)
  return [
    `Creating a snapshot ${place}${tag === undefined ? '' : ` with tag ${tag}`}`,
    ...(alternatives.length === 0 ? [] : [`or reusing one that is ${alternatives.join(' or ')}`]),
    wait ? 'then waiting until it is completed.' : `${WITHOUT_WAITING}.`,
  ].join(', ')
}

/** The end of a plan in the infinitive. */
export function describeWait({ wait }: SnapshotOptions): string {
  return wait ? 'and wait until it is completed' : WITHOUT_WAITING
}

/** Logs the snapshot and reports it, so the outputs contain its ID from now on. */
function logSnapshot(
  { snapshot, created }: ObservedSnapshot,
  { retentionInDays }: SnapshotOptions,
  { logger, onSnapshot }: Context,
): void {
  const { id, description } = snapshot
  const status = `(status: ${formatStatus(snapshot)})`
  const sentences = created
    ? [
        `Snapshot ${id} created ${status}.`,
        ...(description === undefined ? [] : [`Description: ${description}.`]),
        `Retention: ${formatDays(retentionInDays)}.`,
      ]
    : [`Using snapshot ${id} ${status}.`]
  logger.info(sentences.join(' '))
  onSnapshot({ snapshot, created })
}

function logResult(
  { cluster }: SnapshotOptions,
  { snapshot, created }: ObservedSnapshot,
  durationMs: number,
  { logger }: Context,
): void {
  const { id, createdAt, expiresAt, storageSizeBytes } = snapshot
  const waited = durationMs < 50 ? undefined : formatDuration(durationMs)
  const message = [
    isCompleted(snapshot) && created && waited !== undefined
      ? `Snapshot ${id} completed in ${waited}.`
      : `Snapshot ${id} is ${formatStatus(snapshot)}.`,
    !created && waited !== undefined && `Waited: ${waited}.`,
    createdAt && `Restore point: ${createdAt}.`,
    storageSizeBytes && `Size: ${formatBytes(storageSizeBytes)}.`,
    expiresAt && `Expires: ${expiresAt}.`,
  ]
    .filter(Boolean)
    .join(' ')
  if (isCompleted(snapshot)) logger.notice(message)
  else logger.info(message)
  logger.info(`Backup page: ${backupPage(cluster)}`)
}
