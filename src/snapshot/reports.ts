import { ActionError, FinalError, RE_RUN, toActionError } from '../action-error.js'
import type { ClusterKind } from '../atlas/cluster.js'
import { AtlasError, couldNot, type Meaning } from '../atlas/errors.js'
import { RESPONSES } from '../atlas/responses.js'
import { formatSnapshot, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { type Deadline, StopReason } from './deadline.js'
import type { Tag } from './tag.js'

interface FailureFacts {
  /** Continues `Timed out after 30 min while …`. */
  readonly phase: string
  /** The last failure of a request that was not followed by a success. */
  readonly lastError: AtlasError | undefined
  /** What exists in Atlas, in one or two sentences: `No snapshot was created.` */
  readonly state: string
}

/** Headings of docs/troubleshooting.md. */
export const STEP_TITLES = {
  timedOut: 'Timed out',
  canceled: 'Canceled',
  snapshotFailed: 'Snapshot failed',
  notOfCluster: 'Not a snapshot of the whole cluster',
  duplicateTag: 'Duplicate snapshot tag',
} as const

/** The state after a step that created nothing. */
export const NOTHING_CREATED = 'No snapshot was created.'
const CANCELED_BY =
  "A person, a newer run of the concurrency group, or GitHub's own timeout-minutes canceled this step."
const CONFLICT_REASON = 'Atlas rejects a second on-demand snapshot while one is in progress.'
/** A re-run uses the workflow of its own commit. */
const MORE_TIME =
  'For more time, raise the timeout-minutes input in a new commit. That commit deploys, so repair a half-finished deployment first.'

/** A step that ends with one of these can succeed later without a correction. */
const IS_TRANSIENT: Readonly<Record<Meaning, boolean>> = {
  notExecuted: true,
  unknown: true,
  throttled: true,
  conflict: true,
  rejected: false,
  notAtlas: false,
  untrusted: false,
}

/** The error of a failed step: what happened, what exists in Atlas, and what to do. */
export function toFailure(thrown: unknown, { phase, lastError, state }: FailureFacts): ActionError {
  if (thrown instanceof FinalError) return thrown
  if (thrown instanceof StopReason) return stoppedError(thrown, phase, lastError, state)
  const error = toActionError(thrown)
  const isTransient = error instanceof AtlasError && IS_TRANSIENT[error.meaning]
  return error.with({ more: state, remedy: joinSentences(error.remedy, isTransient ? RE_RUN : '') })
}

function stoppedError(
  reason: StopReason,
  phase: string,
  lastError: AtlasError | undefined,
  state: string,
): ActionError {
  const isCanceled = reason.kind === 'canceled'
  const isTokenLimit = lastError?.row === RESPONSES.tokenLimit
  return new ActionError({
    title: isCanceled ? STEP_TITLES.canceled : isTokenLimit ? lastError.title : STEP_TITLES.timedOut,
    message: joinSentences(
      `${capitalize(reason.message)} while ${phase}.`,
      isCanceled ? CANCELED_BY : '',
      lastError?.meaning === 'conflict' ? CONFLICT_REASON : (lastError?.message ?? ''),
      state,
    ),
    remedy: joinSentences(isCanceled ? '' : (lastError?.remedy ?? MORE_TIME), RE_RUN),
    cause: reason,
  })
}

/** What might exist after a POST that might have been executed, while no snapshot of the step is known. */
export function describeDoubt(tag: Tag): string {
  return `A snapshot with tag ${tag} might exist in Atlas, and would cost storage until it expires.`
}

/** The error of a snapshot that Atlas reports as failed. */
export function snapshotFailedError(id: string): FinalError {
  return new FinalError({
    title: STEP_TITLES.snapshotFailed,
    message: `Atlas reports that snapshot ${id} failed, so you cannot restore it.`,
    remedy: `Check the cluster's backup page and the project's alerts in Atlas. ${RE_RUN}`,
  })
}

/** The error of the snapshot of `snapshot-id` if its type is not that of the cluster, such as one of a single shard. */
export function notOfClusterError(id: string, type: ClusterKind, clusterType: ClusterKind): FinalError {
  return new FinalError({
    title: STEP_TITLES.notOfCluster,
    message: `Snapshot ${id} has type ${type}, but the cluster's snapshots have type ${clusterType}.`,
    remedy: 'Check where the value of snapshot-id comes from. It must be a snapshot of the whole cluster.',
  })
}

/** The error of two snapshots with the step's own tag. */
export function duplicateTagError(first: Snapshot, second: Snapshot, tag: Tag): FinalError {
  return new FinalError({
    title: STEP_TITLES.duplicateTag,
    message: `Snapshots ${first.id} and ${second.id} both have tag ${tag}, but only this step uses it.`,
    remedy: 'Check whether a proxy between the runner and Atlas sends requests twice.',
  })
}

/** The response to the POST is about a snapshot without the tag, so it is not Atlas's response to this step. */
export function mismatchedResponse({ id }: Snapshot, clusterName: string): AtlasError {
  const reason = `the response shows snapshot ${id} without the tag of this step`
  const message = couldNot(`create a snapshot of cluster ${clusterName}`, reason)
  return new AtlasError(RESPONSES.notAtlas, { message })
}

/** The error of a POST that must not be repeated before the step times out, `undefined` if it can be. */
export function retryAfterTooLong(error: AtlasError, deadline: Deadline): AtlasError | undefined {
  const { retryAfterMs = 0 } = error
  if (retryAfterMs === 0 || !deadline.endsWithin(retryAfterMs)) return undefined
  const wait = formatDuration(retryAfterMs)
  return error.with({ more: `The response requires a wait of ${wait}, but the step times out before that.` })
}

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`
}

function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter(Boolean).join(' ')
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
