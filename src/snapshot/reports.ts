import { ActionError, FinalError, RE_RUN, toActionError } from '../action-error.js'
import type { ClusterKind } from '../atlas/cluster.js'
import { AtlasError } from '../atlas/errors.js'
import { formatSnapshot, type Snapshot } from '../atlas/snapshot.js'
import { StopReason } from './deadline.js'
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
} as const

/** The state after a step that created nothing. */
export const NOTHING_CREATED = 'No snapshot was created.'
const CANCELED_BY =
  "A person, a newer run of the concurrency group, or GitHub's own timeout-minutes canceled this step."
/** A re-run uses the workflow of its own commit. */
const MORE_TIME =
  'For more time, raise the timeout-minutes input in a new commit. That commit deploys, so it must also repair a half-done deployment.'

/** The error of a failed step: what happened, what exists in Atlas, and what to do. */
export function toFailure(thrown: unknown, facts: FailureFacts): ActionError {
  if (thrown instanceof FinalError) return thrown
  if (thrown instanceof StopReason) return stoppedError(thrown, facts)
  const error = toActionError(thrown)
  const advice = error instanceof AtlasError && error.isTransient ? RE_RUN : ''
  return error.with({ more: facts.state, remedy: joinSentences(error.remedy, advice) })
}

function stoppedError(reason: StopReason, { phase, lastError, state }: FailureFacts): ActionError {
  const isCanceled = reason.kind === 'canceled'
  // A throttled step needs fewer requests, and not more time.
  const timeoutTitle = lastError?.meaning === 'throttled' ? lastError.title : STEP_TITLES.timedOut
  return new ActionError({
    title: isCanceled ? STEP_TITLES.canceled : timeoutTitle,
    message: joinSentences(
      `${reason.message} while ${phase}.`,
      isCanceled ? CANCELED_BY : '',
      lastError?.message ?? '',
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

export function describeConflict(other: Snapshot): string {
  return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`
}

function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter(Boolean).join(' ')
}
