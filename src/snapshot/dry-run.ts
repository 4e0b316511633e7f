import { ActionError } from '../action-error.js'
import { type Cluster, findBlocker } from '../atlas/cluster.js'
import { AtlasError } from '../atlas/errors.js'
import { isRoleMissing } from '../atlas/remedies.js'
import { SNAPSHOT_CONFLICT } from '../atlas/response-rules.js'
import { formatSnapshot, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDays, formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context, Dependencies, SnapshotOptions } from './context.js'
import { startStep } from './deadline.js'
import { afterListing, afterPost, decide, startEvidence } from './decision.js'
import { type ClusterType, SnapshotLists } from './lists.js'
import { readGiven } from './read.js'
import { describeConflict, toFailure } from './reports.js'
import { FIRST_READ, Retries, retry } from './retry.js'
import { describeWait, logPlan } from './step-log.js'
import { createTag } from './tag.js'

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
export async function dryRun(
  options: SnapshotOptions,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<DryRunReport> {
  const context = startStep(options, dependencies, cancel)
  const { logger, deadline } = context
  const retries = new Retries(context)
  const onBeat = (waitedMs: number) => logger.info(`Still checking after ${formatDuration(waitedMs)}.`)
  logger.info('This is a dry run, so no snapshot is created. The action checks this plan:')
  logPlan(context)
  try {
    const { plan, unverified } = await withHeartbeat(context, onBeat, () => check(context, retries))
    const creating =
      options.snapshotId === undefined
        ? [`A dry run can't verify that ${options.credentialName} is allowed to take snapshots.`]
        : []
    logger.notice(['Dry run passed.', `Without dry-run, this step would ${plan}.`, ...creating].join(' '))
    return { plan, unverified: [...unverified, ...creating] }
  } catch (error) {
    const left = { message: WAS_DRY_RUN, reRun: '', isDryRun: true }
    throw toFailure(error, { phase: 'checking the plan', lastError: retries.lastError, left })
  } finally {
    deadline.release()
  }
}

async function check(context: Context, retries: Retries): Promise<DryRunReport> {
  const { snapshotId } = context.options
  if (snapshotId !== undefined)
    return { plan: await checkGiven(snapshotId, context, retries), unverified: [] }
  const { type, unverified } = await checkCluster(context, retries)
  return { plan: await checkCreation(type, context, retries), unverified }
}

/** Asks `decide` what the step would do, first without a POST, then as if Atlas had rejected one with a conflict. */
async function checkCreation(type: ClusterType, context: Context, retries: Retries): Promise<string> {
  const { options, logger, onSnapshot, random } = context
  const listing = await new SnapshotLists(context, { clusterType: type }).read(retries, FIRST_READ)
  logger.info(`Snapshots of the cluster: ${listing.snapshots.length}.`)
  const at = listing.startedAt
  const evidence = startEvidence(options, createTag(random), at)
  const first = decide(afterListing(evidence, listing, at))
  if (first.kind === 'use') {
    onSnapshot({ snapshot: first.snapshot, created: false })
    return `reuse snapshot ${formatSnapshot(first.snapshot)} with restore point ${first.snapshot.createdAt}`
  }
  const message = 'Atlas would reject the snapshot.'
  const error = new AtlasError('conflict', { ...SNAPSHOT_CONFLICT, message })
  const next = decide(afterListing(afterPost(evidence, { error, at, next: at }), listing, at))
  const { description, retentionInDays } = options.request
  const snapshot = `description: ${description}, retention: ${formatDays(retentionInDays)}`
  const create = `create a snapshot (${snapshot}) ${describeWait(options)}`
  const warn = (other: Snapshot) =>
    logger.warning(`${describeConflict(other)} Atlas rejects another one until it has finished.`)
  switch (next.kind) {
    case 'wait':
      warn(next.other)
      return `wait for snapshot ${next.other.id} to finish, then ${create}`
    case 'use':
      warn(next.snapshot)
      return `reuse snapshot ${next.snapshot.id} ${describeWait(options)}`
    case 'fail':
      // The error names the other snapshot if there is one.
      if (next.error !== error) throw next.error
  }
  return create
}

async function checkGiven(id: string, context: Context, retries: Retries): Promise<string> {
  const given = await readGiven(id, context, retries)
  const { snapshot } = given
  context.logger.info(`Found snapshot ${formatSnapshot(snapshot)}.`)
  context.onSnapshot(given.observed)
  given.assertNotFailed()
  const wait = isFinished(snapshot) ? '' : ` ${describeWait(context.options)}`
  return `use snapshot ${formatSnapshot(snapshot)}${wait}`
}

/**
 * Checks the cluster. If the credentials do not allow reading it, logs a warning.
 *
 * @throws ActionError if the cluster does not support snapshots
 */
async function checkCluster(
  context: Context,
  retries: Retries,
): Promise<{ readonly type: ClusterType; readonly unverified: readonly string[] }> {
  const { client, logger } = context
  const { cluster, credentialName } = context.options
  try {
    const read = await retry((signal) => client.getCluster(signal), context, retries, FIRST_READ)
    const blocker = findBlocker(read)
    if (blocker !== undefined) {
      const message = `Cluster ${cluster.clusterName} cannot take snapshots because ${blocker.reason}.`
      throw new ActionError({ ...blocker, message })
    }
    logger.info(`Cluster ${cluster.clusterName}: ${describeCluster(read)}.`)
    return { type: read.type ?? 'unreadable', unverified: [] }
  } catch (error) {
    if (!(error instanceof AtlasError && error.response && isRoleMissing(error.response))) throw error
    const unchecked = `The cluster's tier, Cloud Backup, and paused state were not checked, because ${credentialName} is not allowed to read the cluster. To check them, add the role "Project Read Only".`
    logger.warning(unchecked)
    return { type: 'unreadable', unverified: [unchecked] }
  }
}

function describeCluster({ instanceSizes, backupEnabled, paused }: Cluster): string {
  return [
    instanceSizes.length === 0 ? 'tier unknown' : instanceSizes.join(' and '),
    backupEnabled === undefined ? 'Cloud Backup unknown' : 'Cloud Backup on',
    paused === undefined ? 'paused state unknown' : 'not paused',
  ].join(', ')
}
