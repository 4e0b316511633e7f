import { ActionError, toActionError } from '../action-error.js'
import { type Cluster, findBlocker } from '../atlas/cluster.js'
import { RejectedError } from '../atlas/errors.js'
import { isRoleMissing } from '../atlas/remedies.js'
import { SNAPSHOT_CONFLICT } from '../atlas/response-rules.js'
import { formatSnapshot, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDays, formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import { describeConflict, findUnfinished } from './conflict.js'
import type { Context, Dependencies, SnapshotOptions } from './context.js'
import { delayBeforeRead, StopReason, withDeadline } from './deadline.js'
import { LIST_CONSISTENCY_DELAY_MS } from './decision.js'
import { readGivenSnapshot } from './given.js'
import { type Listing, SnapshotLists } from './lists.js'
import { createPollInterval } from './polling.js'
import { assertNotFailed, interruptedError } from './reports.js'
import { isRetryable, OutageTracker, retry } from './retry.js'
import { findReusable } from './reuse.js'
import { type ClusterType, findWholes, isSharded, toClusterType } from './sharded.js'
import { describeWait, logPlan } from './step-log.js'

const WAS_DRY_RUN = 'This was a dry run, so no snapshot was created.'

/** The result of a dry run that passed. */
export interface DryRunReport {
  /** What the step would do, in the infinitive: `create a snapshot and wait until it is completed`. */
  readonly plan: string
  /** What it could not check, in sentences. Only a POST shows whether the credentials can create snapshots. */
  readonly unverified: readonly string[]
}

/**
 * Checks credentials, cluster, lists, and conflicts, and logs what the step would do. Does not send the POST.
 *
 * @throws ActionError if the step would fail
 */
export function dryRun(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<DryRunReport> {
  const { clock, logger, random } = dependencies
  const onBeat = (waitedMs: number) => logger.info(`Still checking after ${formatDuration(waitedMs)}.`)
  return withDeadline(options.timeoutMs, clock, cancel, async (deadline) => {
    const pollInterval = createPollInterval(options.pollIntervalMs, random)
    const context = { ...dependencies, deadline, pollInterval }
    const outage = new OutageTracker()
    logger.info('This is a dry run, so no snapshot is created. The action checks this plan:')
    logPlan(options, logger)
    try {
      const { plan, unverified } = await withHeartbeat(clock, onBeat, () => check(options, context, outage))
      const creating = unverifiedCreation(options)
      logger.notice(['Dry run passed.', `Without dry-run, this step would ${plan}.`, ...creating].join(' '))
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
  const { type, unverified } = await checkCluster(options, context, outage)
  return { plan: await checkCreation(options, type, context, outage), unverified }
}

async function checkCreation(
  options: SnapshotOptions,
  type: ClusterType,
  context: Context,
  outage: OutageTracker,
): Promise<string> {
  const snapshots = await readWholes(options, type, context, outage)
  context.logger.info(`Snapshots of the cluster: ${snapshots.length}.`)
  const reusable = findReusable(snapshots, options)
  if (reusable !== undefined) {
    context.onSnapshot({ snapshot: reusable, created: false })
    return `reuse snapshot ${formatSnapshot(reusable)} with restore point ${reusable.createdAt}`
  }
  const other = findUnfinished(snapshots)
  if (other === undefined) return `${describeCreation(options)} ${describeWait(options)}`
  const conflict = `${describeConflict(other)} Atlas rejects another one until it has finished.`
  if (options.onConflict === 'fail') {
    throw new ActionError({ ...SNAPSHOT_CONFLICT, message: conflict })
  }
  context.logger.warning(conflict)
  const plan =
    options.onConflict === 'reuse'
      ? `reuse snapshot ${other.id}`
      : `wait for snapshot ${other.id} to finish, then ${describeCreation(options)}`
  return `${plan} ${describeWait(options)}`
}

/** The whole snapshots. If the type is not known, a sharded list that stays empty shows that it is a replica set. */
async function readWholes(
  options: SnapshotOptions,
  type: ClusterType,
  context: Context,
  outage: OutageTracker,
): Promise<readonly Snapshot[]> {
  const { clock, deadline } = context
  const lists = new SnapshotLists(context)
  const read = () => lists.read(outage, isRetryable)
  const typeOf = ({ snapshots, hasInvalidSharded }: Listing): ClusterType =>
    toClusterType({
      isKnownAsSharded: snapshots.some(isSharded),
      configuredType: type ?? 'unreadable',
      hasInvalidSharded,
    })
  let listing = await read()
  const isUsed = (findReusable(listing.snapshots, options) ?? findUnfinished(listing.snapshots)) !== undefined
  if (isUsed && typeOf(listing) === undefined && !listing.lacksShardedList) {
    await sleep(clock, delayBeforeRead(LIST_CONSISTENCY_DELAY_MS, context), deadline.signal)
    listing = await read()
  }
  return findWholes(listing.snapshots, typeOf(listing) ?? 'replicaSet')
}

async function checkSnapshotId(
  options: SnapshotOptions,
  snapshotId: string,
  context: Context,
): Promise<string> {
  const given = await readGivenSnapshot(snapshotId, context)
  const { snapshot } = given
  context.logger.info(`Found snapshot ${formatSnapshot(snapshot)}.`)
  context.onSnapshot(given)
  assertNotFailed(given)
  const wait = isFinished(snapshot) ? '' : ` ${describeWait(options)}`
  return `use snapshot ${formatSnapshot(snapshot)}${wait}`
}

/**
 * Checks the cluster. If the credentials do not allow reading it, logs a warning.
 *
 * @returns the type of its snapshots, and what it could not check
 * @throws ActionError if the cluster does not support snapshots
 */
async function checkCluster(
  { cluster, credentialName }: SnapshotOptions,
  context: Context,
  outage: OutageTracker,
): Promise<{ readonly type: ClusterType; readonly unverified: readonly string[] }> {
  const { client, logger } = context
  try {
    const read = await retry((signal) => client.getCluster(signal), context, outage, isRetryable)
    const blocker = findBlocker(read)
    if (blocker !== undefined) {
      const { title, reason, remedy } = blocker
      throw new ActionError({
        title,
        message: `Cluster ${cluster.clusterName} cannot take snapshots because ${reason}.`,
        remedy,
      })
    }
    logger.info(`Cluster ${cluster.clusterName}: ${describeCluster(read)}.`)
    return { type: read.type, unverified: [] }
  } catch (error) {
    if (!(error instanceof RejectedError && isRoleMissing(error.response))) throw error
    const unchecked = `The cluster's tier, Cloud Backup, and paused state were not checked, because ${credentialName} is not allowed to read the cluster. To check them, add the role "Project Read Only".`
    logger.warning(unchecked)
    return { type: undefined, unverified: [unchecked] }
  }
}

function describeCluster({ instanceSizes, backupEnabled, paused }: Cluster): string {
  return [
    instanceSizes.length === 0 ? 'tier unknown' : instanceSizes.join(' and '),
    backupEnabled === undefined ? 'Cloud Backup unknown' : 'Cloud Backup on',
    paused === undefined ? 'paused state unknown' : 'not paused',
  ].join(', ')
}

function describeCreation({ description, retentionInDays }: SnapshotOptions): string {
  return `create a snapshot (description: ${description}, retention: ${formatDays(retentionInDays)})`
}

function unverifiedCreation({ credentialName, snapshotId }: SnapshotOptions): readonly string[] {
  return snapshotId === undefined
    ? [`A dry run can't verify that ${credentialName} is allowed to take snapshots.`]
    : []
}

/** Adds to the error that no snapshot was created. */
function toDryRunFailure(error: unknown, outage: OutageTracker): ActionError {
  if (error instanceof StopReason) {
    return interruptedError(error, {
      phase: 'checking the plan',
      message: WAS_DRY_RUN,
      lastError: outage.lastError,
    })
  }
  return toActionError(error).with(WAS_DRY_RUN)
}
