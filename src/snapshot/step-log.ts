import { backupPage } from '../atlas/client.js'
import { isCompleted } from '../atlas/snapshot.js'
import { formatBytes, formatDays, formatDuration } from '../format.js'
import type { Context, ObservedSnapshot, SnapshotOptions } from './context.js'

const WITHOUT_WAITING = 'without waiting until it is completed'

/** Logs what the step will do. `tag` is that of the snapshot to create, if any. */
export function logPlan({ options, logger }: Context, tag?: string): void {
  const { cluster, credentialName, timeoutMs } = options
  logger.info(describePlan(options, tag))
  logger.info(`Using ${cluster.baseUrl} with ${credentialName}. Time limit: ${formatDuration(timeoutMs)}.`)
}

function describePlan(options: SnapshotOptions, tag?: string): string {
  const { cluster, snapshotId, reuseWithinMs, wait } = options
  const place = `of cluster ${cluster.clusterName} in project ${cluster.groupId}`
  if (snapshotId !== undefined) return `${wait ? 'Waiting for' : 'Reading'} snapshot ${snapshotId} ${place}.`
  const tagged = tag === undefined ? '' : ` with tag ${tag}`
  const reused =
    reuseWithinMs === undefined ? '' : `, or reusing one that is at most ${formatDuration(reuseWithinMs)} old`
  const end = wait ? 'then waiting until it is completed' : WITHOUT_WAITING
  return `Creating a snapshot ${place}${tagged}${reused}, ${end}.`
}

/** The end of a plan in the infinitive. */
export function describeWait({ wait }: SnapshotOptions): string {
  return wait ? 'and wait until it is completed' : WITHOUT_WAITING
}

/** Logs which snapshot the step continues with. */
export function logSnapshot(
  { snapshot, created }: ObservedSnapshot,
  { options: { request }, logger }: Context,
): void {
  const { id, description } = snapshot
  const status = `(status: ${snapshot.status})`
  const described = description === undefined ? '' : ` Description: ${description}.`
  logger.info(
    created
      ? `Snapshot ${id} created ${status}.${described} Retention: ${formatDays(request.retentionInDays)}.`
      : `Using snapshot ${id} ${status}.`,
  )
}

/** Logs the end of a step that succeeds. */
export function logResult(
  { snapshot }: ObservedSnapshot,
  waitedMs: number,
  { options: { cluster, wait }, logger }: Context,
): void {
  const { id, createdAt, expiresAt, storageSizeBytes } = snapshot
  const message = [
    `Snapshot ${id} is ${snapshot.status}.`,
    wait && waitedMs >= 50 && `Waited: ${formatDuration(waitedMs)}.`,
    createdAt && `Restore point: ${createdAt}.`,
    storageSizeBytes && `Size: ${formatBytes(storageSizeBytes)}.`,
    expiresAt && `Expires: ${expiresAt}.`,
  ]
    .filter(Boolean)
    .join(' ')
  if (isCompleted(snapshot)) logger.notice(message)
  else logger.info(message)
  logger.info(`Backup page: ${backupPage(cluster)}`)
  if (!isCompleted(snapshot))
    logger.notice(
      `Snapshot ${id} is not completed yet (status: ${snapshot.status}), so it might include changes that your deployment makes. To prevent this, wait for it before you deploy (wait: true, here or in a later step).`,
    )
}
