import { type AtlasError, isNotFound, LostAnswerError, NotSentError } from '../atlas/errors.js'
import { type Snapshot, statusOf } from '../atlas/snapshot.js'
import { Failure } from '../failure.js'
import type { StopReason } from './deadline.js'

/** What a step that had to stop was doing, what it leaves behind, and what the reader can do with that. */
interface Interruption {
  /** As in `the deadline has passed while waiting for …`. */
  readonly doing: string
  readonly message: string
  /** What to do about what is left behind; without it nothing is, and the step can simply be run again. */
  readonly remedy?: string | undefined
  /** The last request's error, if it brought nothing usable. */
  readonly trouble?: AtlasError | undefined
}

const RUN_AGAIN = 'Run this again.'

/** What is said of a snapshot that was there, and that Atlas then does not find. */
export const GONE = ', but Atlas does not know it now: do not count on it'

/** The failure of a step that had to stop. */
export function stopped(reason: StopReason, { doing, message, remedy, trouble }: Interruption): Failure {
  const cancelled = reason.kind === 'cancelled'
  // What Atlas itself said is in the message; a network that brings nothing has a remedy of its own.
  const isNetwork = trouble instanceof NotSentError || trouble instanceof LostAnswerError
  const network = isNetwork ? [trouble.remedy] : []
  const remedies = remedy === undefined ? [...network, RUN_AGAIN] : [remedy, ...network]
  return new Failure({
    title: cancelled ? 'Cancelled' : 'The deadline has passed',
    message: `${capitalize(reason.message)} while ${doing}. ${message}`,
    remedy: cancelled
      ? (remedy ?? RUN_AGAIN)
      : [...remedies, 'For more time, raise the input timeout-minutes.'].join(' '),
    cause: reason,
  })
}

/** The failure of a step that has to stop while its snapshot goes on, or is done. */
export function stoppedBeside(
  snapshot: Snapshot,
  doing: string,
  reason: StopReason,
  trouble?: AtlasError,
): Failure {
  const { id, status } = snapshot
  const unanswered = trouble === undefined ? '' : ` ${trouble.message}`
  const goesOn = isNotFound(trouble) ? GONE : '; it goes on in Atlas, and nothing was deleted'
  return stopped(reason, {
    doing,
    message:
      status === 'completed'
        ? `Snapshot ${id} is completed and stays in Atlas.`
        : `Snapshot ${id} was ${statusOf(snapshot)} when last seen${goesOn}.${unanswered}`,
    remedy: status === 'completed' ? 'Its id is in the outputs.' : waitLater(id),
    trouble,
  })
}

/** What to do about a snapshot that goes on. */
export function waitLater(snapshotId: string): string {
  return `To wait for it later, run this action with snapshot-id ${snapshotId} and wait: true.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
