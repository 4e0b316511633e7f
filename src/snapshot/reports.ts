import { ActionError, type HelpTopic, toActionError } from '../action-error.js'
import { type ClusterKind, findBlocker } from '../atlas/cluster.js'
import { RequestError } from '../atlas/errors.js'
import { formatSnapshot, type Snapshot } from '../atlas/snapshot.js'
import { joinSentences } from '../format.js'
import type { Context } from './context.js'
import { StopReason } from './deadline.js'
import type { Tag } from './tag.js'

/** How far a step had come when it failed. */
interface Progress {
  /** Continues `Timed out after 30 min while …`. */
  readonly phase: string
  /** The last failure of a request that was not followed by a success. */
  readonly lastError: RequestError | undefined
  /** What exists in Atlas, in one or two sentences: `No snapshot was created.` */
  readonly state: string
}

/** Headings of docs/troubleshooting.md. */
export const STEP_TITLES = {
  timedOut: 'Timed out',
  canceled: 'Canceled',
  snapshotFailed: 'Snapshot failed',
  notOfCluster: 'Not a snapshot of the whole cluster',
} as const

/** The state after a step that created nothing. */
export const NOTHING_CREATED = 'No snapshot was created.'
const CANCELED_BY =
  "A person, a newer run of the concurrency group, GitHub's own timeout-minutes, or the end of the runner canceled this step."
const CANCELED: HelpTopic = {
  title: STEP_TITLES.canceled,
  remedy:
    'If a person canceled it, ask them first. If a newer run canceled it, remove cancel-in-progress: true from all workflows of the group.',
}

/** The error of a failed step: what happened, what exists in Atlas, and what to do. */
export function toStepError(thrown: unknown, { phase, lastError, state }: Progress): ActionError {
  if (thrown instanceof StopReason) {
    const isCanceled = thrown.stoppedBy === 'cancellation'
    const stopped = `${thrown.message} while ${phase}.`
    const message = joinSentences(stopped, isCanceled ? CANCELED_BY : '', lastError?.message, state)
    const help = isCanceled ? CANCELED : toTimeoutHelp(lastError)
    return new ActionError(message, help, { cause: thrown })
  }
  const error = toActionError(thrown)
  return new ActionError(joinSentences(error.message, state), error.help, { cause: error })
}

/** Whether an error of `toStepError` reports a cancellation. */
export function isCancellation({ cause }: ActionError): boolean {
  return cause instanceof StopReason && cause.stoppedBy === 'cancellation'
}

/** More time might not help if the last request failed, and a throttled step only needs fewer requests. */
function toTimeoutHelp(lastError: RequestError | undefined): HelpTopic {
  if (lastError?.meaning === 'throttled') return lastError.help
  // A re-run has the inputs of its own commit.
  const moreTime = 'For more time, raise timeout-minutes in a new commit.'
  return { title: STEP_TITLES.timedOut, remedy: joinSentences(lastError?.help.remedy, moreTime) }
}

/**
 * If the cluster's configuration (M0, paused, backup off) explains a rejection without a clear reason, adds the reason.
 * Returns any other error unchanged. Never throws.
 */
export async function withClusterDiagnosis(thrown: unknown, { client, deadline }: Context): Promise<unknown> {
  if (!(thrown instanceof RequestError && thrown.rejection && thrown.failure.needsClusterDiagnosis))
    return thrown
  // Anew, because the cluster can have changed since the step read it.
  const reason = await client.getCluster(deadline.signal).then(findBlocker, toClusterError)
  if (reason === undefined) return thrown
  return new ActionError(`${thrown.message} ${reason.message}`, reason.help, { cause: thrown })
}

/** The rejection of a read of the cluster, if it shows the reason. */
function toClusterError(error: unknown): ActionError | undefined {
  if (!(error instanceof RequestError && error.rejection)) return undefined
  const isAboutCluster = [400, 404].includes(error.rejection.status)
  return isAboutCluster && !error.failure.needsClusterDiagnosis ? error : undefined
}

/** What might exist after a POST that might have been executed, while no snapshot of the step is known. */
export function describeDoubt(tag: Tag): string {
  return `A snapshot with tag ${tag} might exist.`
}

/** The error of a snapshot that Atlas reports as failed. */
export function snapshotFailedError(id: string): ActionError {
  const message = `Atlas reports that snapshot ${id} failed, so you cannot restore it.`
  const remedy = "Check the cluster's backup page and the project's alerts in Atlas."
  return new ActionError(message, { title: STEP_TITLES.snapshotFailed, remedy })
}

/** The error of the snapshot of `snapshot-id` if its type is not that of the cluster, such as one of a single shard. */
export function notOfClusterError(id: string, type: ClusterKind, clusterType: ClusterKind): ActionError {
  const message = `Snapshot ${id} has type ${type}, but the cluster's snapshots have type ${clusterType}.`
  const remedy =
    'Check where the value of snapshot-id comes from. It must be a snapshot of the whole cluster.'
  return new ActionError(message, { title: STEP_TITLES.notOfCluster, remedy })
}

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`
}
