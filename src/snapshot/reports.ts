import { ActionError, FinalError, toActionError } from '../action-error.js'
import { AtlasError, couldNot, type Meaning, means } from '../atlas/errors.js'
import { NOT_ATLAS } from '../atlas/meanings.js'
import { formatSnapshot, type Snapshot, type SnapshotType } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import { StopReason } from './deadline.js'
import type { Tag } from './tag.js'

/** What exists in Atlas after a failed step. */
export interface AtlasState {
  /** One or two sentences: `No snapshot was created.` */
  readonly message: string
  /** What to do if the same step can succeed later, in sentences. */
  readonly reRun: string
}

interface FailureFacts {
  /** Continues `Timed out after 30 min while …`. */
  readonly phase: string
  /** The error of the last request, if it failed. */
  readonly lastError: AtlasError | undefined
  readonly state: AtlasState
}

/** The state after a step that created nothing. */
export const NOTHING_CREATED: AtlasState = { message: 'No snapshot was created.', reRun: 'Re-run the job.' }
const CANCELED_BY =
  "A person, a newer run of the concurrency group, or GitHub's own timeout-minutes canceled this step."
const CONFLICT_REASON = 'Atlas rejects a second on-demand snapshot while one is in progress.'
/** How to continue after a step was stopped. A re-run uses the workflow and the code of its own commit. */
const AFTER_STOP = {
  deadline: 'For more time, raise the timeout-minutes input in a new commit.',
  canceled: 'If a newer run exists, do not re-run this one.',
}

/** A step that ends with one of these can succeed later without a correction. */
const TRANSIENT: readonly Meaning[] = ['notExecuted', 'unknown']

/** The error of a failed step: what happened, what exists in Atlas, and what to do. */
export function toFailure(thrown: unknown, { phase, lastError, state }: FailureFacts): ActionError {
  if (thrown instanceof FinalError) return thrown
  const error = thrown instanceof StopReason ? stoppedError(thrown, phase, lastError) : toActionError(thrown)
  const needsCorrection =
    error instanceof AtlasError && !error.mayHaveExecuted && !TRANSIENT.includes(error.meaning)
  const remedies = [
    error.remedy,
    needsCorrection ? '' : state.reRun,
    thrown instanceof StopReason ? AFTER_STOP[thrown.kind] : '',
  ]
  return error.with(state.message, { remedy: remedies.filter(Boolean).join(' ') })
}

function stoppedError(reason: StopReason, phase: string, lastError?: AtlasError): ActionError {
  const isCanceled = reason.kind === 'canceled'
  // If stopping the step made the request fail, its error adds nothing.
  const last = lastError?.cause === reason ? undefined : lastError
  const isTokenLimit = last?.title === TITLES.tokenLimit
  // For any other last error, the message is enough.
  const isNetwork = last !== undefined && [...TRANSIENT, 'notAtlas'].includes(last.meaning)
  const sentences = [
    `${capitalize(reason.message)} while ${phase}.`,
    isCanceled ? CANCELED_BY : '',
    means(last, 'conflict') ? CONFLICT_REASON : last?.message,
  ]
  return new ActionError({
    title: isCanceled ? TITLES.canceled : isTokenLimit ? TITLES.tokenLimit : TITLES.timedOut,
    message: sentences.filter(Boolean).join(' '),
    remedy: last !== undefined && (isNetwork || isTokenLimit) && !isCanceled ? last.remedy : '',
    cause: reason,
  })
}

/** The state after a step that knows no snapshot. In doubt, a POST might have been executed. */
export function stateWithoutSnapshot(tag: Tag, isInDoubt: boolean): AtlasState {
  if (!isInDoubt) return NOTHING_CREATED
  return {
    message: `A snapshot with tag ${tag} might exist in Atlas, and would cost storage until it expires.`,
    reRun: 'You can re-run the job, even if that snapshot exists.',
  }
}

/** The error of a snapshot that Atlas reports as failed. */
export function snapshotFailedError(id: string, isGiven: boolean): FinalError {
  const next = isGiven ? 'Then re-run the job that created it.' : 'Then re-run the job.'
  return new FinalError({
    title: TITLES.snapshotFailed,
    message: `Atlas reports that snapshot ${id} failed, so you cannot restore it.`,
    remedy: `Check the cluster's backup page and the project's alerts in Atlas. ${next}`,
  })
}

/** The error of a given snapshot of another type than the cluster, such as one of a single shard. */
export function notOfClusterError(id: string, type: SnapshotType, clusterType: SnapshotType): FinalError {
  return new FinalError({
    title: TITLES.notOfCluster,
    message: `Snapshot ${id} has type ${type}, but the cluster's snapshots have type ${clusterType}.`,
    remedy: 'Check where the value of snapshot-id comes from. It must be a snapshot of the whole cluster.',
  })
}

/** The error of two snapshots with the step's own tag. */
export function duplicateTagError(first: Snapshot, second: Snapshot, tag: Tag): FinalError {
  return new FinalError({
    title: TITLES.duplicateTag,
    message: `Snapshots ${first.id} and ${second.id} both have tag ${tag}, but only this step uses it.`,
    remedy: 'Check in Atlas where both snapshots come from, then re-run the job.',
  })
}

/** The response to the POST is about a snapshot without the tag, so it is not Atlas's response to this step. */
export function mismatchedResponse({ id }: Snapshot): AtlasError {
  const reason = `the response is about another snapshot, ${id}`
  const message = couldNot('create a snapshot of the cluster', reason)
  return new AtlasError('notAtlas', { ...NOT_ATLAS, message }, true)
}

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
