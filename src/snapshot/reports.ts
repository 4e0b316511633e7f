import { ActionError, FinalError, toActionError } from '../action-error.js'
import { AtlasError, type Meaning, means } from '../atlas/errors.js'
import { formatSnapshot, type Snapshot } from '../atlas/snapshot.js'
import { TITLES } from '../titles.js'
import { StopReason } from './deadline.js'
import type { Tag } from './tag.js'

/** What a failed step leaves in Atlas. */
export interface Left {
  /** One or two sentences: `No snapshot was created.` */
  readonly message: string
  /** What to do if the same step can succeed later, in sentences. */
  readonly reRun: string
  /** Whether the step was a dry run, which guards no deployment. */
  readonly isDryRun?: boolean
}

interface FailureFacts {
  /** Continues `Timed out after 30 min while …`. */
  readonly phase: string
  /** The error of the last request, if it failed. */
  readonly lastError: AtlasError | undefined
  readonly left: Left
}

export const NOTHING_CREATED = 'No snapshot was created.'
const CANCELED_BY =
  "A person, a newer run of the concurrency group, or GitHub's own timeout-minutes canceled this step."
const CONFLICT_REASON = 'Atlas takes no other snapshot while one is in progress.'
/** How to continue after a step was stopped. A re-run uses the workflow and the code of its own commit. */
const AFTER_STOP = {
  deadline: 'If the step needs more time, raise timeout-minutes in a new commit.',
  canceled: 'If a newer run exists, do not re-run this one.',
}

/** A step that ends with one of these can succeed later without a correction. */
const TRANSIENT: readonly Meaning[] = ['notExecuted', 'unknown', 'incomplete']

/** The error of a failed step: what happened, what is left in Atlas, and what to do. */
export function toFailure(thrown: unknown, { phase, lastError, left }: FailureFacts): ActionError {
  if (thrown instanceof FinalError) return left.isDryRun ? thrown.with(left.message) : thrown
  const error = thrown instanceof StopReason ? stoppedError(thrown, phase, lastError) : toActionError(thrown)
  const needsCorrection =
    error instanceof AtlasError && !error.mayHaveExecuted && !TRANSIENT.includes(error.meaning)
  const remedies = [
    left.isDryRun ? '' : 'Do not deploy.',
    error.remedy,
    needsCorrection ? '' : left.reRun,
    thrown instanceof StopReason ? AFTER_STOP[thrown.kind] : '',
  ]
  return error.with(left.message, { remedy: remedies.filter(Boolean).join(' ') })
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

/** What a step leaves that knows no snapshot. `mayExist` is whether its own one might exist anyway. */
export function leftWithoutSnapshot(tag: Tag, mayExist: boolean): Left {
  if (!mayExist) return { message: NOTHING_CREATED, reRun: 'Re-run the job.' }
  return {
    message: `A snapshot with tag ${tag} might exist in Atlas, and would cost storage until it expires.`,
    reRun: 'A re-run is safe.',
  }
}

/** The error of a snapshot that Atlas reports as failed. */
export function snapshotFailedError(id: string, fromInput: boolean): FinalError {
  const next = fromInput ? 'Then re-run the job that created it.' : 'Then re-run the job.'
  return new FinalError({
    title: TITLES.snapshotFailed,
    message: `Atlas reports that snapshot ${id} failed, so you cannot restore it.`,
    remedy: `Do not deploy. Check the cluster's backup page and the project's alerts in Atlas. ${next}`,
  })
}

/** The error of a snapshot of a single shard, which cannot be used. */
export function partOfSnapshotError(id: string, whole: Snapshot): FinalError {
  return new FinalError({
    title: TITLES.partOfSnapshot,
    message: `Snapshot ${id} is only one shard of snapshot ${formatSnapshot(whole)}.`,
    remedy:
      'Do not deploy. If snapshot-id is set, check where its value comes from. Otherwise, re-run the job.',
  })
}

/** The error of two snapshots with the step's own tag. */
export function duplicateTagError(first: Snapshot, second: Snapshot, tag: Tag): FinalError {
  return new FinalError({
    title: TITLES.duplicateTag,
    message: `Snapshots ${first.id} and ${second.id} both have tag ${tag}, but only this step uses it.`,
    remedy: 'Do not deploy. Check in Atlas where both snapshots come from, then re-run the job.',
  })
}

/** The error of `on-conflict: fail`. */
export function conflictError(other: Snapshot, conflict: AtlasError): AtlasError {
  return conflict.with(describeConflict(other))
}

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
