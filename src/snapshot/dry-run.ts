import { ActionError } from '../action-error.js'
import { findBlocker } from '../atlas/cluster.js'
import { FAILURES } from '../atlas/responses.js'
import { formatSnapshot, isBlocking, isFinished } from '../atlas/snapshot.js'
import { formatDays, formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import { type Context, type Dependencies, type SnapshotOptions, startStep } from './context.js'
import { readList } from './list.js'
import { readExisting } from './read.js'
import { describeConflict, snapshotFailedError, toStepError } from './reports.js'
import { BEFORE_POST, Retries } from './retry.js'
import { findReusable } from './reuse.js'
import { describeWait, logPlan } from './step-log.js'

const WAS_DRY_RUN = 'This was a dry run, so no snapshot was created.'

/** The result of a dry run that passed. */
export interface DryRunResult {
  /** What the step would do, in the infinitive: `create a snapshot and wait until it is completed`. */
  readonly plan: string
  /** What only a POST can show, in a sentence. Empty with a `snapshot-id`. */
  readonly unverified: string
}

/**
 * Checks credentials, cluster, list, and conflicts, and logs what the step would do. Does not send the POST.
 *
 * @throws ActionError if the step would fail
 */
export async function dryRun(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<DryRunResult> {
  const context = startStep(options, dependencies, cancel)
  const { clock, deadline, logger } = context
  const retries = new Retries(context)
  const onBeat = (waitedMs: number) => logger.info(`Still checking after ${formatDuration(waitedMs)}.`)
  logger.info('This is a dry run, so no snapshot is created. The action checks this plan:')
  logPlan(context)
  try {
    const { snapshotId: id } = options
    const check = () =>
      id === undefined ? checkCreation(context, retries) : checkExisting(id, context, retries)
    const plan = await withHeartbeat(clock, onBeat, check)
    const unverified =
      id === undefined
        ? `A dry run can't verify that ${options.credentialName} is allowed to take snapshots.`
        : ''
    logger.notice(`Dry run passed. Without dry-run, this step would ${plan}. ${unverified}`)
    return { plan, unverified }
  } catch (error) {
    const { lastError } = retries
    throw toStepError(error, { phase: 'checking the plan', lastError, state: WAS_DRY_RUN })
  } finally {
    deadline.release()
  }
}

async function checkCreation(context: Context, retries: Retries): Promise<string> {
  const { options, logger, onSnapshot } = context
  const { onConflict, request, reuseWithinMs } = options
  await checkCluster(context, retries)
  const snapshots = await retries.read(() => readList(context), BEFORE_POST)
  logger.info(`Snapshots of the cluster: ${snapshots.length}.`)
  const recent = findReusable(snapshots, options)
  if (recent !== undefined) {
    onSnapshot({ snapshot: recent, created: false })
    return `reuse snapshot ${formatSnapshot(recent)} with restore point ${recent.createdAt}`
  }
  const { description, retentionInDays } = request
  const snapshot = `description: ${description}, retention: ${formatDays(retentionInDays)}`
  const create = `create a snapshot (${snapshot}) ${describeWait(options)}`
  const other = snapshots.find(isBlocking)
  if (other === undefined) return create
  if (onConflict === 'fail') throw new ActionError(describeConflict(other), FAILURES.conflict)
  logger.warning(`${describeConflict(other)} Atlas rejects a new snapshot until it has finished.`)
  return `wait for snapshot ${other.id} to finish, then ${reuseWithinMs === undefined ? '' : 'reuse it or '}${create}`
}

async function checkExisting(id: string, context: Context, retries: Retries): Promise<string> {
  const existing = await readExisting(id, context, retries)
  const { snapshot } = existing
  context.logger.info(`Found snapshot ${formatSnapshot(snapshot)}.`)
  context.onSnapshot(existing)
  if (snapshot.status === 'failed') throw snapshotFailedError(id)
  const wait = isFinished(snapshot) ? '' : ` ${describeWait(context.options)}`
  return `use snapshot ${formatSnapshot(snapshot)}${wait}`
}

/** @throws ActionError if the cluster does not support snapshots */
async function checkCluster(context: Context, retries: Retries): Promise<void> {
  const { logger, options, readCluster } = context
  const cluster = await retries.read(readCluster, BEFORE_POST)
  const blocker = findBlocker(cluster)
  if (blocker !== undefined) throw blocker
  const { instanceSizes, backupEnabled, paused } = cluster
  const known = [backupEnabled && 'Cloud Backup on', paused === false && 'not paused'].filter(Boolean)
  logger.info(`Cluster: ${[options.cluster.clusterName, ...instanceSizes, ...known].join(', ')}.`)
}
