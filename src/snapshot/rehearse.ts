import { UNFINISHED } from '../atlas/answer.js'
import { type Cluster, obstacleOf } from '../atlas/cluster.js'
import { RefusedError } from '../atlas/errors.js'
import { isRoleMissing } from '../atlas/remedies.js'
import { isFinished, nameOf, statusOf } from '../atlas/snapshot.js'
import { asFailure, Failure } from '../failure.js'
import { formatDays, formatDuration } from '../format.js'
import { announce, endOf } from './announce.js'
import { attachTo } from './attach.js'
import { snapshotInTheWay } from './conflict.js'
import type { Context, Dependencies } from './context.js'
import { StopReason, withDeadline } from './deadline.js'
import { assertNotFailed } from './failed.js'
import { withHeartbeat } from './heartbeat.js'
import { Outage, persist } from './persist.js'
import { reusableOf } from './reuse.js'
import { pollSchedule } from './schedule.js'
import { stopped } from './stopped.js'
import { survey } from './survey.js'
import type { Task } from './task.js'

const NOTHING_TAKEN = 'This was a dry run: nothing was taken.'

/** What a dry run found out. */
export interface Rehearsal {
  /** What the step would do, as in `take a snapshot and wait until it is completed`. */
  readonly would: string
  /** What stays open, each as a sentence: that the credentials may create snapshots only a POST could show. */
  readonly unproven: readonly string[]
}

/**
 * A dry run: credentials, what may be read, the cluster, a conflict; says what the step would do, and sends no POST to
 * the cluster.
 *
 * @throws Failure if the step could not do what it is asked for
 */
export function rehearse(task: Task, dependencies: Dependencies, cancel: AbortSignal): Promise<Rehearsal> {
  const { clock, logger, random } = dependencies
  const beat = (waitedMs: number) => logger.info(`Still checking, after ${formatDuration(waitedMs)}.`)
  return withDeadline(task.limitMs, clock, cancel, async (deadline) => {
    const context = { ...dependencies, deadline, schedule: pollSchedule(task.pollIntervalMs, random) }
    const outage = new Outage()
    logger.info('Dry run: this step takes nothing, and checks whether it could do what follows.')
    announce(task, logger)
    try {
      const { would, unproven } = await withHeartbeat(clock, beat, () => check(task, context, outage))
      const creating = creatingOf(task)
      logger.notice(['Dry run passed.', `Without dry-run this step would ${would}.`, ...creating].join(' '))
      return { would, unproven: [...unproven, ...creating] }
    } catch (error) {
      throw withoutTaking(error, outage)
    }
  })
}

async function check(task: Task, context: Context, outage: Outage): Promise<Rehearsal> {
  if (task.snapshotId !== undefined)
    return { would: await checkAttaching(task, task.snapshotId, context), unproven: [] }
  const unproven = await checkCluster(task, context, outage)
  return { would: await checkTaking(task, context, outage), unproven }
}

async function checkTaking(task: Task, context: Context, outage: Outage): Promise<string> {
  const snapshots = await survey(context, outage)
  context.logger.info(`The snapshots of the cluster can be read: ${snapshots.length} by now.`)
  const reusable = reusableOf(snapshots, task)
  if (reusable !== undefined) {
    context.sighted({ snapshot: reusable, created: false })
    return `use snapshot ${nameOf(reusable)}, whose data is as of ${reusable.createdAt}`
  }
  const other = snapshotInTheWay(snapshots, undefined)
  if (other === undefined) return `${taking(task)} ${endOf(task)}`
  const said = `Snapshot ${nameOf(other)}, which this step did not take, is ${statusOf(other)}, and Atlas takes no other one on demand until it ends.`
  if (task.onConflict === 'fail') {
    throw new Failure({ ...UNFINISHED, message: said })
  }
  context.logger.warning(said)
  const way =
    task.onConflict === 'reuse'
      ? `use snapshot ${other.id}`
      : `wait until snapshot ${other.id} ends, ${taking(task)}`
  return `${way} ${endOf(task)}`
}

async function checkAttaching(task: Task, snapshotId: string, context: Context): Promise<string> {
  const attached = await attachTo(snapshotId, context)
  const { snapshot } = attached
  context.logger.info(`Snapshot ${nameOf(snapshot)} is ${statusOf(snapshot)}.`)
  context.sighted(attached)
  assertNotFailed(attached)
  const after = isFinished(snapshot) ? '' : `, ${endOf(task)}`
  return `attach to snapshot ${nameOf(snapshot)}, ${statusOf(snapshot)}${after}`
}

/**
 * What stays open about the cluster, which is a warning.
 *
 * @throws Failure if the cluster takes no snapshots
 */
async function checkCluster(
  { cluster, account }: Task,
  context: Context,
  outage: Outage,
): Promise<readonly string[]> {
  const { client, logger } = context
  try {
    const read = await persist((signal) => client.readCluster(signal), context, outage)
    const obstacle = obstacleOf(read)
    if (obstacle !== undefined) {
      const { title, clause, remedy } = obstacle
      throw new Failure({ title, message: `Cluster ${cluster.clusterName}: ${clause}.`, remedy })
    }
    logger.info(`Cluster ${cluster.clusterName} is there: ${describe(read)}.`)
    return []
  } catch (error) {
    if (!(error instanceof RefusedError && isRoleMissing(error.refusal))) throw error
    const unchecked = `The ${account} may not read the cluster itself, so that its size, its backup and whether it is paused stay unchecked (the role "Project Read Only" would let it).`
    logger.warning(unchecked)
    return [unchecked]
  }
}

/** What Atlas says of the cluster, and what it does not. */
function describe({ instanceSizes, backupEnabled, paused }: Cluster): string {
  return [
    instanceSizes.length === 0 ? 'size unknown' : instanceSizes.join(' and '),
    backupEnabled === undefined ? 'backup unknown' : 'backup on',
    paused === undefined ? 'unknown whether it is paused' : 'not paused',
  ].join(', ')
}

function taking({ description, retentionInDays }: Task): string {
  return `take a snapshot (${description}) to be kept for ${formatDays(retentionInDays)}`
}

/** What stays open about the credentials of a step that would create a snapshot. */
function creatingOf({ account, snapshotId }: Task): readonly string[] {
  return snapshotId === undefined
    ? [`That the ${account} may create snapshots stays unproven: only creating one could show it.`]
    : []
}

/** The same failure, with what a dry run leaves behind: nothing. */
function withoutTaking(error: unknown, outage: Outage): Failure {
  if (error instanceof StopReason) {
    return stopped(error, {
      doing: 'checking what the step could do',
      message: `${outage.last === undefined ? '' : `${outage.last.message} `}${NOTHING_TAKEN}`,
      trouble: outage.last,
    })
  }
  return asFailure(error).with(NOTHING_TAKEN)
}
