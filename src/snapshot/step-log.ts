import { backupPage } from '../atlas/client.js'
import { formatStatus, isCompleted, type Snapshot } from '../atlas/snapshot.js'
import { formatBytes, formatDays, formatDuration } from '../format.js'
import type { Logger } from '../runtime.js'
import type { AcquiredSnapshot, Context, ObservedSnapshot, SnapshotOptions } from './context.js'

/** Without a warning, a snapshot-id that is left over in a workflow would pass each deployment with older data. */
const MAX_GIVEN_AGE_MS = 86_400_000
const WITHOUT_WAITING = 'without waiting until it is completed'

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
export function logSnapshot(
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

/**
 * Logs the end of a step that succeeds.
 *
 * @param acquired the snapshot as the step found or created it
 * @param snapshot its last state
 */
export function logResult(
  { cluster, wait }: SnapshotOptions,
  acquired: AcquiredSnapshot,
  snapshot: Snapshot,
  waitedMs: number,
  { logger }: Context,
): void {
  const { created } = acquired
  const { id, createdAt, expiresAt, storageSizeBytes } = snapshot
  const waited = wait && waitedMs >= 50 ? formatDuration(waitedMs) : undefined
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
  const ageMs = acquired.fromInput === true ? dataAge(acquired, snapshot) : undefined
  if (ageMs === undefined) return
  const older = `The restore point of snapshot ${id} (snapshot-id) is from before this step: ${createdAt}. It does not contain later writes.`
  if (ageMs > MAX_GIVEN_AGE_MS)
    logger.warning(`${older} If snapshot-id was only for an earlier run, remove it from the workflow.`)
  else logger.info(older)
}

/**
 * Milliseconds from the restore point to the first read of the snapshot, by Atlas's clock. `undefined` if it is later, `NaN` if
 * it is earlier by an unknown time.
 */
function dataAge({ snapshot: given }: AcquiredSnapshot, { createdAt }: Snapshot): number | undefined {
  if (createdAt === undefined) return undefined
  const { serverTime = Number.NaN } = given
  const ageMs = serverTime - Date.parse(createdAt)
  return isCompleted(given) || ageMs > 0 ? ageMs : undefined
}
