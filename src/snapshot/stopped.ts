import { type AtlasError, isNotFound, NotExecutedError, OutcomeUnknownError } from '../atlas/errors.js'
import { formatStatus, type Snapshot } from '../atlas/snapshot.js'
import { ActionError } from '../failure.js'
import type { StopReason } from './deadline.js'

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
