import {
  type AtlasError,
  isNotFound,
  NonAtlasResponseError,
  NotExecutedError,
  OutcomeUnknownError,
} from '../atlas/errors.js'
import { formatStatus, type Snapshot } from '../atlas/snapshot.js'
import { ActionError, toActionError } from '../failure.js'
import { TITLES } from '../titles.js'
import type { ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import type { Tag } from './tag.js'

/** A step that was stopped: what it was doing, what exists now, and what to do about that. */
interface InterruptionReport {
  /** As in `the deadline has passed while waiting for …`. */
  readonly phase: string
  readonly message: string
  /** Without it nothing was left behind, and the step can simply be run again. */
  readonly remedy?: string | undefined
  /** The last request's error, if it failed. */
  readonly lastError?: AtlasError | undefined
}

/** State of the creation attempt when it failed. */
export interface CreationState {
  readonly tag: Tag
  readonly backupPage: string
  /** Whether this step's snapshot might exist without being known. */
  readonly mayHaveOrphan: boolean
  /** As in `the step was cancelled while asking Atlas for a snapshot`. */
  readonly phase: string
  readonly lastError: AtlasError | undefined
}

const RUN_AGAIN = 'Run this again.'

/** Follows the last known status of a snapshot that Atlas does not find any more. */
export const NOT_FOUND_SUFFIX = ', but Atlas does not know it now: do not count on it'

/** The error of a step that was cancelled or timed out. */
export function interruptedError(
  reason: StopReason,
  { phase, message, remedy, lastError }: InterruptionReport,
): ActionError {
  const cancelled = reason.kind === 'cancelled'
  // A network that fails has a remedy of its own. What Atlas itself said is in the message.
  const isNetwork =
    lastError instanceof NotExecutedError ||
    lastError instanceof OutcomeUnknownError ||
    lastError instanceof NonAtlasResponseError
  const network = isNetwork ? [lastError.remedy] : []
  const remedies = remedy === undefined ? [...network, RUN_AGAIN] : [remedy, ...network]
  return new ActionError({
    title: cancelled ? TITLES.cancelled : TITLES.timedOut,
    message: `${capitalize(reason.message)} while ${phase}. ${message}`,
    remedy: cancelled
      ? (remedy ?? RUN_AGAIN)
      : [...remedies, 'For more time, raise the input timeout-minutes.'].join(' '),
    cause: reason,
  })
}

/** The error of a step that was stopped while its snapshot continues, or is completed. */
export function interruptedWaitError(
  snapshot: Snapshot,
  phase: string,
  reason: StopReason,
  lastError?: AtlasError,
): ActionError {
  const { id, status } = snapshot
  const unanswered = lastError === undefined ? '' : ` ${lastError.message}`
  const goesOn = isNotFound(lastError) ? NOT_FOUND_SUFFIX : '; it goes on in Atlas, and nothing was deleted'
  return interruptedError(reason, {
    phase,
    message:
      status === 'completed'
        ? `Snapshot ${id} is completed and stays in Atlas.`
        : `Snapshot ${id} was ${formatStatus(snapshot)} when last seen${goesOn}.${unanswered}`,
    remedy: status === 'completed' ? 'Its id is in the outputs.' : resumeHint(id),
    lastError,
  })
}

/** How to wait for a snapshot in another step. */
export function resumeHint(snapshotId: string): string {
  return `To wait for it later, run this action with snapshot-id ${snapshotId} and wait: true.`
}

/** @throws ActionError if Atlas reports the snapshot as failed */
export function assertNotFailed({ snapshot: { id, status }, fromInput }: ObservedSnapshot): void {
  if (status !== 'failed') return
  const next = fromInput
    ? 'run again the step or job that took it, or give another snapshot-id'
    : 'run this again'
  throw new ActionError({
    title: TITLES.snapshotFailed,
    message: `Atlas reports snapshot ${id} as failed, so there is no backup to go back to.`,
    remedy: `Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then ${next}.`,
  })
}

/** The error of a step without a snapshot: it adds that none was created, or that one might exist and how to find it. */
export function toCreationFailure(error: unknown, state: CreationState): ActionError {
  const { mayHaveOrphan, phase } = state
  const left = mayHaveOrphan ? orphanWarning(state) : 'No snapshot was taken.'
  const look = mayHaveOrphan ? orphanRemedy(state) : ''
  if (error instanceof StopReason) {
    // A request that failed because the step was stopped says nothing new.
    const lastError = state.lastError?.cause === error ? undefined : state.lastError
    return interruptedError(error, {
      phase,
      message: lastError === undefined ? left : `${lastError.message} ${left}`,
      remedy: mayHaveOrphan ? look : undefined,
      lastError,
    })
  }
  const failure = toActionError(error)
  return failure.with(left, { remedy: `${look} ${failure.remedy}`.trim() })
}

/** The same error of a step that reused another snapshot while its own might exist. */
export function withOrphanWarning(
  error: unknown,
  state: Pick<CreationState, 'tag' | 'backupPage'>,
): ActionError {
  const failure = toActionError(error)
  return failure.with(orphanWarning(state), { remedy: `${orphanRemedy(state)} ${failure.remedy}` })
}

/** Says that this step's own snapshot might exist. */
export function orphanWarning({ tag }: Pick<CreationState, 'tag'>): string {
  return `Atlas may have taken a snapshot for this step, tagged ${tag}, though no answer says so.`
}

function orphanRemedy({ tag, backupPage }: Pick<CreationState, 'tag' | 'backupPage'>): string {
  return `Before running this again, look in the backups of the cluster (${backupPage}) for a description that ends in ${tag}; if it is there, give its id as snapshot-id.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
