import { type AtlasError, isNotFound, NotExecutedError, OutcomeUnknownError } from '../atlas/errors.js'
import { formatStatus, type Snapshot } from '../atlas/snapshot.js'
import { ActionError, toActionError } from '../failure.js'
import type { ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import type { Tag } from './tag.js'

/** What a step that had to stop was doing, what it leaves behind, and what the reader can do with that. */
interface InterruptionReport {
  /** As in `the deadline has passed while waiting for …`. */
  readonly phase: string
  readonly message: string
  /** What to do about what is left behind; without it nothing is, and the step can simply be run again. */
  readonly remedy?: string | undefined
  /** The last request's error, if it brought nothing usable. */
  readonly lastError?: AtlasError | undefined
}

const RUN_AGAIN = 'Run this again.'

/** What is said of a snapshot that was there, and that Atlas then does not find. */
export const NOT_FOUND_SUFFIX = ', but Atlas does not know it now: do not count on it'

/** The failure of a step that had to stop. */
export function interrupted(
  reason: StopReason,
  { phase, message, remedy, lastError }: InterruptionReport,
): ActionError {
  const cancelled = reason.kind === 'cancelled'
  // What Atlas itself said is in the message; a network that brings nothing has a remedy of its own.
  const isNetwork = lastError instanceof NotExecutedError || lastError instanceof OutcomeUnknownError
  const network = isNetwork ? [lastError.remedy] : []
  const remedies = remedy === undefined ? [...network, RUN_AGAIN] : [remedy, ...network]
  return new ActionError({
    title: cancelled ? 'Cancelled' : 'The deadline has passed',
    message: `${capitalize(reason.message)} while ${phase}. ${message}`,
    remedy: cancelled
      ? (remedy ?? RUN_AGAIN)
      : [...remedies, 'For more time, raise the input timeout-minutes.'].join(' '),
    cause: reason,
  })
}

/** The failure of a step that has to stop while its snapshot goes on, or is done. */
export function interruptedWithSnapshot(
  snapshot: Snapshot,
  phase: string,
  reason: StopReason,
  lastError?: AtlasError,
): ActionError {
  const { id, status } = snapshot
  const unanswered = lastError === undefined ? '' : ` ${lastError.message}`
  const goesOn = isNotFound(lastError) ? NOT_FOUND_SUFFIX : '; it goes on in Atlas, and nothing was deleted'
  return interrupted(reason, {
    phase,
    message:
      status === 'completed'
        ? `Snapshot ${id} is completed and stays in Atlas.`
        : `Snapshot ${id} was ${formatStatus(snapshot)} when last seen${goesOn}.${unanswered}`,
    remedy: status === 'completed' ? 'Its id is in the outputs.' : resumeHint(id),
    lastError,
  })
}

/** What to do about a snapshot that goes on. */
export function resumeHint(snapshotId: string): string {
  return `To wait for it later, run this action with snapshot-id ${snapshotId} and wait: true.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** @throws ActionError if Atlas reports the snapshot as failed */
export function assertNotFailed({ snapshot: { id, status }, fromInput }: ObservedSnapshot): void {
  if (status !== 'failed') return
  const next = fromInput
    ? 'run again the step or job that took it, or give another snapshot-id'
    : 'run this again'
  throw new ActionError({
    title: 'The snapshot failed',
    message: `Atlas reports snapshot ${id} as failed, so there is no backup to go back to.`,
    remedy: `Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then ${next}.`,
  })
}

/** How things stood when taking ended without a snapshot. */
export interface CreationState {
  readonly tag: Tag
  readonly backupPage: string
  /** Whether this step's snapshot may exist without having shown. */
  readonly mayHaveOrphan: boolean
  /** What the step was doing, as in `cancelled while asking Atlas for a snapshot`. */
  readonly phase: string
  /** What stood in the way last. */
  readonly lastError: AtlasError | undefined
}

/** The same failure, with what it leaves behind: nothing, or a snapshot that may exist, and how to find it. */
export function toCreationFailure(error: unknown, standing: CreationState): ActionError {
  const { mayHaveOrphan, phase } = standing
  const left = mayHaveOrphan ? orphanWarning(standing) : 'No snapshot was taken.'
  const look = mayHaveOrphan ? orphanRemedy(standing) : ''
  if (error instanceof StopReason) {
    // A request that ended because the step did tells nothing new.
    const lastError = standing.lastError?.cause === error ? undefined : standing.lastError
    return interrupted(error, {
      phase,
      message: lastError === undefined ? left : `${lastError.message} ${left}`,
      remedy: mayHaveOrphan ? look : undefined,
      lastError,
    })
  }
  const failure = toActionError(error)
  return failure.with(left, { remedy: `${look} ${failure.remedy}`.trim() })
}

/** The same failure of a step that adopted another snapshot while it was in doubt about its own. */
export function withOrphanWarning(
  error: unknown,
  tagged: Pick<CreationState, 'tag' | 'backupPage'>,
): ActionError {
  const failure = toActionError(error)
  return failure.with(orphanWarning(tagged), { remedy: `${orphanRemedy(tagged)} ${failure.remedy}` })
}

/** That this step's own snapshot may exist without having shown. */
export function orphanWarning({ tag }: Pick<CreationState, 'tag'>): string {
  return `Atlas may have taken a snapshot for this step, tagged ${tag}, though no answer says so.`
}

function orphanRemedy({ tag, backupPage }: Pick<CreationState, 'tag' | 'backupPage'>): string {
  return `Before running this again, look in the backups of the cluster (${backupPage}) for a description that ends in ${tag}; if it is there, give its id as snapshot-id.`
}
