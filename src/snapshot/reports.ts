import { ActionError, toActionError } from '../action-error.js'
import { backupPage, type ClusterRef } from '../atlas/client.js'
import {
  type AtlasError,
  ConflictError,
  IncompleteListError,
  isSnapshotNotFound,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
} from '../atlas/errors.js'
import { formatSnapshot, formatStatus, isCompleted, isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { TITLES } from '../titles.js'
import type { AcquiredSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import type { Tag, TaggedDescription } from './tag.js'

/** What to report about a step that timed out or was canceled. */
interface InterruptionReport {
  /** Continues `Timed out after 30 min while …`. */
  readonly phase: string
  /** What exists in Atlas. Follows the message of the last error. */
  readonly message: string
  /** `undefined` if running the step again is enough. */
  readonly remedy?: string | undefined
  /** The error of the last request, if it failed. */
  readonly lastError?: AtlasError | undefined
}

/** State of the creation attempt when it failed. */
interface CreationState {
  readonly tag: Tag
  readonly cluster: ClusterRef
  /** Whether this step's snapshot might exist although its ID is not known. */
  readonly mayExist: boolean
  /** Continues `Timed out after 30 min while …`. */
  readonly phase: string
  readonly lastError: AtlasError | undefined
}

const NETWORK_ERRORS = [NotExecutedError, OutcomeUnknownError, NonAtlasResponseError, IncompleteListError]
const RE_RUN = 'Re-run the job.'
const RE_RUN_AFTER_OTHER = 'Re-run the job when the other snapshot has finished.'
const CANCELED_BY =
  "A person, a newer run of the concurrency group, or GitHub's own timeout-minutes canceled this step."
const CONFLICT_REASON = 'Atlas takes no other snapshot while one is in progress.'
export const NOTHING_CREATED = 'No snapshot was created.'

/** Ends the report of a snapshot that Atlas no longer finds. */
export const NOT_FOUND_REPORT = 'It might no longer exist, so do not rely on it.'

/** The error of a step that was canceled or timed out. */
export function interruptedError(
  reason: StopReason,
  { phase, message, remedy, lastError }: InterruptionReport,
): ActionError {
  const canceled = reason.kind === 'canceled'
  const isTokenLimit = lastError?.title === TITLES.tokenLimit
  // Only network errors add their remedy. For an error from Atlas, the message is enough.
  const isNetwork = NETWORK_ERRORS.some((type) => lastError instanceof type)
  const network = lastError !== undefined && (isNetwork || isTokenLimit) ? [lastError.remedy] : []
  const reRun = lastError instanceof ConflictError ? RE_RUN_AFTER_OTHER : RE_RUN
  const remedies = remedy === undefined ? [...network, reRun] : [remedy, ...network]
  const sentences = [
    `${capitalize(reason.message)} while ${phase}.`,
    canceled ? CANCELED_BY : undefined,
    lastError instanceof ConflictError ? CONFLICT_REASON : lastError?.message,
    message,
  ]
  return new ActionError({
    title: canceled ? TITLES.canceled : isTokenLimit ? TITLES.tokenLimit : TITLES.timedOut,
    message: sentences.filter(Boolean).join(' '),
    remedy: canceled
      ? (remedy ?? reRun)
      : [...remedies, 'For more time, raise the timeout-minutes input.'].join(' '),
    cause: reason,
  })
}

/** When Atlas last reported the status of a snapshot. */
export interface LastSeen {
  readonly snapshot: Snapshot
  /** Milliseconds since then. */
  readonly agoMs: number
}

/** The error of a step that was stopped after its snapshot became known. */
export function interruptedWaitError(
  lastSeen: LastSeen,
  phase: string,
  reason: StopReason,
  lastError?: AtlasError,
): ActionError {
  const { snapshot } = lastSeen
  const hint = isCompleted(snapshot) ? 'The outputs contain its ID.' : resumeHint(snapshot)
  return interruptedError(reason, {
    phase,
    message: describeLastSeen(lastSeen, lastError),
    remedy: isSnapshotNotFound(lastError) ? undefined : hint || undefined,
    lastError,
  })
}

/** Reports the snapshot that a failed step leaves in Atlas. */
export function describeLastSeen({ snapshot, agoMs }: LastSeen, lastError?: unknown): string {
  const status = formatStatus(snapshot)
  const isGone = isSnapshotNotFound(lastError)
  const isCurrent = isFinished(snapshot) && agoMs < 1_000
  if (isCurrent && !isGone) return `Snapshot ${snapshot.id} is ${status}.`
  const lastSeen = `Snapshot ${snapshot.id} was last seen ${formatDuration(agoMs)} ago (status: ${status}).`
  return isGone ? `${lastSeen} ${NOT_FOUND_REPORT}` : lastSeen
}

/** The remedy for a snapshot that a failed step leaves in Atlas. Empty if it failed. */
export function resumeHint(snapshot: Snapshot): string {
  if (snapshot.status === 'failed') return ''
  const resume = `set snapshot-id: ${snapshot.id} and wait: true in the workflow, and start a new run. Then remove snapshot-id, because later deployments would rely on this snapshot.`
  return isCompleted(snapshot)
    ? `To use the snapshot, ${resume}`
    : `Do not deploy. The snapshot continues in Atlas. To wait for it, ${resume} A re-run is also safe. It waits for this snapshot, then takes another one, unless on-conflict is reuse or fail.`
}

/** @throws ActionError if Atlas reports the snapshot as failed */
export function assertNotFailed({
  snapshot: { id, status },
  fromInput,
}: Pick<AcquiredSnapshot, 'snapshot' | 'fromInput'>): void {
  if (status !== 'failed') return
  const next = fromInput
    ? 'Then re-run the job that created it, or set another snapshot-id.'
    : 'Then re-run the job.'
  throw new ActionError({
    title: TITLES.snapshotFailed,
    message: `Atlas reports that snapshot ${id} failed, so you cannot restore it.`,
    remedy: `Do not deploy. Check the cluster's backup page and the project's alerts in Atlas. ${next}`,
  })
}

/** The error of `on-conflict: fail`. */
export function conflictError(other: Snapshot, conflict: AtlasError): ActionError {
  return conflict.with(describeConflict(other))
}

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`
}

/** A snapshot of a single shard, which cannot be used. */
export class PartOfSnapshotError extends ActionError {
  constructor(id: string, whole: Snapshot) {
    super({
      title: TITLES.partOfSnapshot,
      message: `Snapshot ${id} is only one shard of snapshot ${formatSnapshot(whole)}.`,
      remedy: `Set snapshot-id to ${whole.id}.`,
    })
  }
}

/** The error for two snapshots with the step's own description. */
export function duplicateTagError(
  first: Snapshot,
  second: Snapshot,
  { tag }: TaggedDescription,
): ActionError {
  return new ActionError({
    title: TITLES.duplicateTag,
    message: `Snapshots ${first.id} and ${second.id} both have tag ${tag}, but only this step uses it.`,
    remedy:
      'Do not deploy. Check in Atlas where both snapshots come from, and set snapshot-id to the one that you need.',
  })
}

/** The error of a step without a snapshot. Adds whether a snapshot might exist, and how to find it. */
export function toCreationFailure(error: unknown, state: CreationState): ActionError {
  const { mayExist, phase, tag } = state
  const left = mayExist
    ? `A snapshot with tag ${tag} might exist in Atlas.`
    : 'No snapshot was created, so do not deploy.'
  const remedy = mayExist ? searchRemedy(state) : undefined
  if (error instanceof StopReason) {
    // If stopping the step made the request fail, its error adds nothing.
    const lastError = state.lastError?.cause === error ? undefined : state.lastError
    return interruptedError(error, { phase, message: left, remedy, lastError })
  }
  const failure = toActionError(error)
  // It names both snapshots.
  if (failure.title === TITLES.duplicateTag) return failure
  return failure.with(left, {
    remedy: remedy === undefined ? `${failure.remedy} A re-run is safe.` : `${remedy} ${failure.remedy}`,
  })
}

function searchRemedy({ tag, cluster }: Pick<CreationState, 'tag' | 'cluster'>): string {
  const list = `atlas backups snapshots list ${cluster.clusterName} --projectId ${cluster.groupId}`
  return `Do not deploy. A re-run is safe, but can leave a second snapshot, which costs storage. To avoid that, first search the descriptions for ${tag} on the cluster's backup page (${backupPage(cluster)}) or with the Atlas CLI (${list}). If the snapshot is there, set snapshot-id to its ID and wait: true in the workflow, start a new run, and then remove snapshot-id. Otherwise, re-run the job.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
