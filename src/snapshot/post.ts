import { type AtlasError, couldNot, NonAtlasResponseError, OutcomeUnknownError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { TITLES } from '../titles.js'
import { isOnDemand } from './conflict.js'
import type { Context, SnapshotOptions } from './context.js'
import { type PostFacts, toPostOutcome } from './decision.js'
import { backoff, OutageTracker, retryDelay } from './retry.js'
import { hasOwnDescription, isChanged, type TaggedDescription } from './tag.js'

/**
 * The snapshot in the response to a POST does not have the tag. It might be this step's own with a changed description,
 * which the lists might not show either, so another POST might create a second snapshot.
 */
export class MismatchedResponseError extends OutcomeUnknownError {
  readonly snapshot: Snapshot

  constructor(snapshot: Snapshot) {
    const { id } = snapshot
    super({
      title: TITLES.mismatchedResponse,
      message: couldNot('create a snapshot of the cluster', `the response is about another snapshot, ${id}`),
      remedy: `Check in Atlas where snapshot ${id} comes from. Make sure that no proxy between the runner and Atlas mixes up responses.`,
    })
    this.snapshot = snapshot
  }
}

/**
 * Sends one POST.
 *
 * @returns the snapshot, with the tag unless Atlas changed its description
 * @throws MismatchedResponseError if the response is about another snapshot
 * @throws AtlasError
 */
export async function sendPost(
  request: TaggedDescription & Pick<SnapshotOptions, 'retentionInDays'>,
  { client, deadline, logger }: Context,
): Promise<Snapshot> {
  const { description, retentionInDays, tag } = request
  const snapshot = await client.createSnapshot({ description, retentionInDays }, deadline.signal)
  if (hasOwnDescription(snapshot, request)) return snapshot
  // A new snapshot has not finished yet.
  const mightBeOwn = isChanged(snapshot, request) && isOnDemand(snapshot) && !isFinished(snapshot)
  if (!mightBeOwn) throw new MismatchedResponseError(snapshot)
  logger.warning(
    `Atlas changed the description of snapshot ${snapshot.id}, so the search for ${tag} would not have found it after a lost response. If it is truncated, shorten the description input.`,
  )
  return snapshot
}

/** When a POST can be repeated, by the POSTs that have failed. */
export class PostRetries {
  readonly #context: Context
  /** Successful reads between two POSTs do not end it. */
  readonly #outage = new OutageTracker()
  #failures = 0
  #conflicts = 0

  constructor(context: Context) {
    this.#context = context
  }

  /** After a wait for another snapshot, the backoff starts again. */
  reset(): void {
    this.#failures = 0
    this.#conflicts = 1
  }

  /** The facts about a POST that failed now. */
  toFacts(error: AtlasError): PostFacts {
    const at = this.#context.clock.now()
    const outcome = toPostOutcome(error)
    return { outcome, error, at, next: outcome === 'final' ? error : this.#findNext(error, at, outcome) }
  }

  #findNext(error: AtlasError, now: number, outcome: PostFacts['outcome']): PostFacts['next'] {
    const { deadline, random } = this.#context
    if (outcome === 'conflict') {
      this.#outage.recordSuccess()
      this.#conflicts += 1
      // Prevents rapid POSTs if each conflict is with a snapshot that finishes immediately.
      return this.#conflicts === 1 ? now : now + backoff(this.#conflicts - 2, random)
    }
    if (error instanceof NonAtlasResponseError || error instanceof MismatchedResponseError) return error
    const failure = this.#outage.recordFailure(error, now)
    if (failure !== undefined) return failure
    const { retryAfterMs = 0 } = error
    if (retryAfterMs > 0 && now + retryAfterMs >= deadline.at) {
      const wait = formatDuration(retryAfterMs)
      return error.with(`The response requires a wait of ${wait}, but the step times out before that.`)
    }
    this.#failures += 1
    return now + retryDelay(error, this.#failures - 1, random)
  }
}
