import { formatDuration } from '../format.js'
import type { Logger } from '../ports.js'
import type { SnapshotOptions } from './task.js'

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
