import { type Cluster, findBlocker } from '../atlas/cluster.js'
import { RejectedError } from '../atlas/errors.js'
import { isRoleMissing } from '../atlas/remedies.js'
import { SNAPSHOT_CONFLICT } from '../atlas/response-errors.js'
import { formatSnapshotName, formatStatus, isFinished } from '../atlas/snapshot.js'
import { ActionError, toActionError } from '../failure.js'
import { formatDays, formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import { findConflictingSnapshot } from './conflict.js'
import type { Context, Dependencies } from './context.js'
import { StopReason, withDeadline } from './deadline.js'
import { assertNotFailed, interruptedError } from './failures.js'
import { listSnapshots } from './list-snapshots.js'
import { attachTo, describeWait, logPlan } from './obtain.js'
import type { SnapshotOptions } from './options.js'
import { createPollInterval } from './polling.js'
import { OutageTracker, retry } from './retry.js'
import { findReusable } from './reuse.js'

const NOTHING_TAKEN = 'This was a dry run: nothing was taken.'

/** The result of a dry run that passed. */
export interface DryRunReport {
  /** What the step would do, as in `take a snapshot and wait until it is completed`. */
  readonly plan: string
  /** What it could not check, each as a sentence. Only a POST could show that the credentials may create snapshots. */
  readonly unverified: readonly string[]
}

/**
 * Checks credentials, cluster, lists and conflicts, and logs what the step would do. Never POSTs to the cluster.
 *
 * @throws ActionError if the step could not do what it is asked to do
 */
export function dryRun(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<DryRunReport> {
  const { clock, logger, random } = dependencies
  const onBeat = (waitedMs: number) => logger.info(`Still checking, after ${formatDuration(waitedMs)}.`)
  return withDeadline(options.timeoutMs, clock, cancel, async (deadline) => {
    const pollInterval = createPollInterval(options.pollIntervalMs, random)
    const context = { ...dependencies, deadline, pollInterval }
    const outage = new OutageTracker()
    logger.info('Dry run: this step takes nothing, and checks whether it could do what follows.')
    logPlan(options, logger)
    try {
      const { plan, unverified } = await withHeartbeat(clock, onBeat, () => check(options, context, outage))
      const creating = unverifiedCreation(options)
      logger.notice(['Dry run passed.', `Without dry-run this step would ${plan}.`, ...creating].join(' '))
      return { plan, unverified: [...unverified, ...creating] }
    } catch (error) {
      throw toDryRunFailure(error, outage)
    }
  })
}

async function check(
  options: SnapshotOptions,
  context: Context,
  outage: OutageTracker,
): Promise<DryRunReport> {
  if (options.snapshotId !== undefined)
    return { plan: await checkSnapshotId(options, options.snapshotId, context), unverified: [] }
  const unverified = await checkCluster(options, context, outage)
  return { plan: await checkCreation(options, context, outage), unverified }
}

async function checkCreation(
  options: SnapshotOptions,
  context: Context,
  outage: OutageTracker,
): Promise<string> {
  const snapshots = await listSnapshots(context, outage, { failOnNonAtlasResponse: true })
  context.logger.info(`The snapshots of the cluster can be read: ${snapshots.length} by now.`)
  const reusable = findReusable(snapshots, options)
  if (reusable !== undefined) {
    context.onSnapshot({ snapshot: reusable, created: false })
    return `use snapshot ${formatSnapshotName(reusable)}, whose data is as of ${reusable.createdAt}`
  }
  const other = findConflictingSnapshot(snapshots, undefined)
  if (other === undefined) return `${describeCreation(options)} ${describeWait(options)}`
  const said = `Snapshot ${formatSnapshotName(other)}, which this step did not take, is ${formatStatus(other)}, and Atlas takes no other one on demand until it ends.`
  if (options.onConflict === 'fail') {
    throw new ActionError({ ...SNAPSHOT_CONFLICT, message: said })
  }
  context.logger.warning(said)
  const way =
    options.onConflict === 'reuse'
      ? `use snapshot ${other.id}`
      : `wait until snapshot ${other.id} ends, ${describeCreation(options)}`
  return `${way} ${describeWait(options)}`
}

async function checkSnapshotId(
  options: SnapshotOptions,
  snapshotId: string,
  context: Context,
): Promise<string> {
  const attached = await attachTo(snapshotId, context)
  const { snapshot } = attached
  context.logger.info(`Snapshot ${formatSnapshotName(snapshot)} is ${formatStatus(snapshot)}.`)
  context.onSnapshot(attached)
  assertNotFailed(attached)
  const after = isFinished(snapshot) ? '' : `, ${describeWait(options)}`
  return `attach to snapshot ${formatSnapshotName(snapshot)}, ${formatStatus(snapshot)}${after}`
}

/**
 * Returns what could not be checked, which is a warning.
 *
 * @throws ActionError if the cluster takes no snapshots
 */
async function checkCluster(
  { cluster, credentialName }: SnapshotOptions,
  context: Context,
  outage: OutageTracker,
): Promise<readonly string[]> {
  const { client, logger } = context
  try {
    const read = await retry((signal) => client.getCluster(signal), context, outage, {
      failOnNonAtlasResponse: true,
    })
    const blocker = findBlocker(read)
    if (blocker !== undefined) {
      const { title, reason, remedy } = blocker
      throw new ActionError({ title, message: `Cluster ${cluster.clusterName}: ${reason}.`, remedy })
    }
    logger.info(`Cluster ${cluster.clusterName} is there: ${describeCluster(read)}.`)
    return []
  } catch (error) {
    if (!(error instanceof RejectedError && isRoleMissing(error.response))) throw error
    const unchecked = `The ${credentialName} may not read the cluster itself, so that its size, its backup and whether it is paused stay unchecked (the role "Project Read Only" would let it).`
    logger.warning(unchecked)
    return [unchecked]
  }
}

function describeCluster({ instanceSizes, backupEnabled, paused }: Cluster): string {
  return [
    instanceSizes.length === 0 ? 'size unknown' : instanceSizes.join(' and '),
    backupEnabled === undefined ? 'backup unknown' : 'backup on',
    paused === undefined ? 'unknown whether it is paused' : 'not paused',
  ].join(', ')
}

function describeCreation({ description, retentionInDays }: SnapshotOptions): string {
  return `take a snapshot (${description}) to be kept for ${formatDays(retentionInDays)}`
}

/** A dry run can't verify that the credentials may create a snapshot. */
function unverifiedCreation({ credentialName, snapshotId }: SnapshotOptions): readonly string[] {
  return snapshotId === undefined
    ? [`That the ${credentialName} may create snapshots stays unproven: only creating one could show it.`]
    : []
}

/** The same error, which adds that nothing was created. */
function toDryRunFailure(error: unknown, outage: OutageTracker): ActionError {
  if (error instanceof StopReason) {
    return interruptedError(error, {
      phase: 'checking what the step could do',
      message: `${outage.lastError === undefined ? '' : `${outage.lastError.message} `}${NOTHING_TAKEN}`,
      lastError: outage.lastError,
    })
  }
  return toActionError(error).with(NOTHING_TAKEN)
}
