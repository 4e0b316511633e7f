import {
  AtlasError,
  ConflictError,
  couldNot,
  NonAtlasResponseError,
  OutcomeUnknownError,
  ThrottledError,
} from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import { TITLES } from '../titles.js'
import { applyConflictPolicy } from './conflict.js'
import type { Activity, Context, ObservedSnapshot } from './context.js'
import { withClusterDiagnosis } from './diagnose.js'
import { type CreationState, orphanWarning, toCreationFailure } from './failures.js'
import { ListedSnapshots } from './listed-snapshots.js'
import type { SnapshotOptions } from './options.js'
import {
  backoff,
  isRetryable,
  MAX_THROTTLE_DELAY_MS,
  OutageTracker,
  retryDelay,
  waitBeforeRetry,
} from './retry.js'
import { describeReuse } from './reuse.js'
import { AmbiguousSnapshotError, hasTag, isTruncated, type Tag } from './tag.js'

/** The snapshot to create. */
export interface CreateRequest
  extends Pick<SnapshotOptions, 'retentionInDays' | 'onConflict' | 'reuseWithinMs'> {
  /** Ends in the tag. */
  readonly description: string
  readonly tag: Tag
  /** The cluster's backup page in the Atlas UI. */
  readonly backupPage: string
}

/** The snapshot that a step continues with. */
export interface AcquiredSnapshot extends ObservedSnapshot {
  /** Whether this step might also have created a snapshot that was not found. */
  readonly mayHaveOrphan: boolean
}

/**
 * The snapshot in the response to a POST does not have the tag. It might be this step's own with a changed description,
 * which no list can show, so another POST might create a second snapshot.
 */
class MismatchedResponseError extends OutcomeUnknownError {
  constructor({ id }: Snapshot) {
    super({
      title: TITLES.mismatchedResponse,
      message: couldNot('create a snapshot of the cluster', `the response is about another snapshot, ${id}`),
      remedy: `Check in Atlas where snapshot ${id} comes from. Make sure that no proxy between the runner and Atlas mixes up responses.`,
    })
  }
}

/** The maximum delay until the lists contain a snapshot whose POST had no valid response. */
const LIST_CONSISTENCY_DELAY_MS = 5_000

const CREATING = 'creating the snapshot'
const SEARCHING_REUSABLE = 'searching for a reusable snapshot'
const SEARCHING_CONFLICT = 'searching for the conflicting snapshot'

/**
 * Creates one snapshot, or reuses one if `reuse-within-minutes` or `on-conflict: reuse` allows it.
 *
 * The API has no idempotency key, so these rules prevent a second snapshot:
 *
 * 1. Before it repeats a POST, the step reads both lists. A snapshot with the step's tag is its own.
 * 2. After a POST that might have been executed, it reads the lists immediately and again after at least 5 s.
 * 3. A conflict can be with the step's own snapshot, if an earlier POST was executed or this one was delivered twice.
 *    The step sends no other POST until the lists show its own snapshot, or another one that explains the conflict.
 * 4. After a response about another snapshot, or one that is not from Atlas, it does not repeat the POST.
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(request: CreateRequest, context: Context): Promise<AcquiredSnapshot> {
  const creation = new SnapshotCreation(request, context)
  const onBeat = (waitedMs: number) =>
    context.logger.info(`Still ${creation.state.phase} after ${formatDuration(waitedMs)}.`)
  try {
    return await withHeartbeat(context.clock, onBeat, () => creation.run())
  } catch (error) {
    const { state } = creation
    throw toCreationFailure(await withClusterDiagnosis(error, context), { ...request, ...state })
  }
}

class SnapshotCreation {
  readonly #request: CreateRequest
  readonly #context: Context
  readonly #lists: ListedSnapshots
  /** For the POSTs. Successful requests between them do not end an outage. */
  #postOutage = new OutageTracker()
  /** For the requests between two POSTs. */
  #readOutage = new OutageTracker()
  /** The numbers of failed POSTs and of conflicts since the step last waited for another snapshot. */
  #failures = 0
  #conflicts = 0
  #lastPostError: AtlasError | undefined
  /** Whether a POST might have been executed although its snapshot was not found. */
  #hasUnconfirmedPost = false
  /** Whether the last POST had a conflict with a snapshot that is in no list, and so might be the step's own. */
  #conflictUnexplained = false
  #phase = CREATING

  constructor(request: CreateRequest, context: Context) {
    this.#request = request
    this.#context = context
    this.#lists = new ListedSnapshots(request, context)
  }

  /** For the heartbeat and the final error. */
  get state(): Pick<CreationState, 'mayHaveOrphan' | 'phase' | 'lastError'> {
    return {
      mayHaveOrphan: this.#hasUnconfirmedPost || this.#conflictUnexplained,
      phase: this.#phase,
      lastError: this.#readOutage.lastError ?? this.#lastPostError,
    }
  }

  async run(): Promise<AcquiredSnapshot> {
    const reused = await this.#findReusable()
    if (reused !== undefined) return reused
    for (;;) {
      const result = await this.#post()
      if (!(result instanceof AtlasError)) return asOwn(result)
      // Both search for the tag last, so no snapshot is missed before the next POST.
      const found =
        result instanceof ConflictError
          ? await this.#resolveConflict(result)
          : await this.#recoverFromError(result)
      if (found !== undefined) return found
    }
  }

  /** Searches for a snapshot that `reuse-within-minutes` allows, before the first POST. */
  async #findReusable(): Promise<AcquiredSnapshot | undefined> {
    if (this.#request.reuseWithinMs === undefined) return undefined
    this.#setPhase(SEARCHING_REUSABLE)
    await this.#lists.readForReuse(this.#readOutage)
    return this.#reuse()
  }

  /** Sends one POST. Returns its error, because the error decides what comes next. */
  async #post(): Promise<Snapshot | AtlasError> {
    this.#lists.beforePost()
    this.#setPhase(CREATING)
    try {
      return await postSnapshot(this.#request, this.#context)
    } catch (error) {
      // After any other error, even a bug, the request might have been executed.
      this.#hasUnconfirmedPost ||= !(error instanceof AtlasError) || error.mayHaveExecuted
      if (!(error instanceof AtlasError)) throw error
      this.#lastPostError = error
      return error
    }
  }

  /** Waits until the POST can be repeated. Returns the step's own snapshot if a list shows it. */
  async #recoverFromError(error: AtlasError): Promise<AcquiredSnapshot | undefined> {
    const { clock, deadline, logger } = this.#context
    const { tag } = this.#request
    const failedAt = clock.now()
    // The step searches for the snapshot after these errors but does not repeat the POST.
    const isFinal = error instanceof NonAtlasResponseError || error instanceof MismatchedResponseError
    if (!(isRetryable(error) || (isFinal && error.mayHaveExecuted))) throw error
    deadline.signal.throwIfAborted()
    if (error.mayHaveExecuted) {
      logger.info(`${error.message} The snapshot might have been created anyway. Searching for ${tag}.`)
      const found = await this.#findOwn()
      if (found !== undefined) return found
    }
    if (error instanceof ThrottledError) this.#postOutage = new OutageTracker()
    else this.#postOutage.recordFailure(error, failedAt)
    const delayMs = retryDelay(error, this.#failures, this.#context, MAX_THROTTLE_DELAY_MS)
    this.#failures += 1
    if (!error.mayHaveExecuted) {
      await waitBeforeRetry(error, delayMs, this.#context)
      return this.#findOwn()
    }
    const consistentAt = failedAt + Math.max(LIST_CONSISTENCY_DELAY_MS, delayMs)
    await sleep(clock, Math.max(0, consistentAt - clock.now()), deadline.signal)
    const foundLater = await this.#findOwn()
    if (foundLater !== undefined) return foundLater
    if (isFinal) throw error
    logger.info(`Found no snapshot with tag ${tag}. Requesting a new one.`)
    return undefined
  }

  /** Finds the other snapshot and applies `on-conflict`. Returns a snapshot if no other POST is needed. */
  async #resolveConflict(conflict: ConflictError): Promise<AcquiredSnapshot | undefined> {
    const { clock, deadline, logger, pollInterval, random } = this.#context
    this.#conflictUnexplained = true
    this.#postOutage = new OutageTracker()
    this.#setPhase(SEARCHING_CONFLICT)
    logger.info(conflict.message)
    // Prevents rapid POSTs if each conflict is with a snapshot that finishes immediately.
    if (this.#conflicts > 0) await sleep(clock, backoff(this.#conflicts - 1, random), deadline.signal)
    this.#conflicts += 1
    const start = clock.now()
    for (let polls = 0; ; polls++) {
      if (polls > 0) await sleep(clock, pollInterval(clock.now() - start), deadline.signal)
      const found = await this.#findOwn()
      if (found !== undefined) return found
      const other = this.#lists.conflicting
      if (other !== undefined) return this.#applyConflictPolicy(other, conflict)
      if (polls > 0) continue
      if (this.#request.onConflict === 'fail' && !this.#hasUnconfirmedPost) throw conflict
      if (!this.#lists.hasBaseline) {
        // The other snapshot might have finished before this first list. After another conflict, a comparison with this
        // list shows it. The step's own snapshot cannot have finished this soon.
        logger.info('Atlas reports a conflicting snapshot but lists none. Requesting a new one.')
        return undefined
      }
      logger.info('Atlas reports a conflicting snapshot but lists none yet. Waiting for it to appear.')
    }
  }

  async #applyConflictPolicy(
    other: Snapshot,
    conflict: ConflictError,
  ): Promise<AcquiredSnapshot | undefined> {
    const { logger } = this.#context
    const { onConflict } = this.#request
    this.#conflictUnexplained = false
    this.#setPhase(`waiting for another snapshot (${other.id})`, { kind: 'conflict' })
    this.#readOutage = new OutageTracker(Number.POSITIVE_INFINITY)
    const end = await applyConflictPolicy(other, conflict, onConflict, this.#context, this.#readOutage)
    if (end === 'reused') return this.#useOther(other)
    this.#setPhase(CREATING)
    if (end === 'waited') this.#conflicts = this.#failures = 0
    // If the list showed it as finished, that list is recent enough.
    const found = (isFinished(other) ? undefined : await this.#findOwn()) ?? this.#reuse()
    if (found === undefined) logger.info('The other snapshot is no longer in progress. Requesting a new one.')
    return found
  }

  #reuse(): AcquiredSnapshot | undefined {
    const found = this.#lists.reusable
    if (found === undefined) return undefined
    this.#context.logger.warning(describeReuse(found))
    return this.#useOther(found)
  }

  /** Uses a snapshot that this step did not create. */
  #useOther(snapshot: Snapshot): AcquiredSnapshot {
    if (this.#hasUnconfirmedPost) this.#context.logger.warning(orphanWarning(this.#request))
    return { snapshot, created: false, mayHaveOrphan: this.#hasUnconfirmedPost }
  }

  async #findOwn(): Promise<AcquiredSnapshot | undefined> {
    this.#readOutage = new OutageTracker()
    try {
      const found = await this.#lists.findOwn(this.#readOutage)
      return found && asOwn(found)
    } catch (error) {
      this.#hasUnconfirmedPost ||= error instanceof AmbiguousSnapshotError
      throw error
    }
  }

  #setPhase(phase: string, activity: Activity = { kind: 'request' }): void {
    this.#phase = phase
    this.#context.onActivity(activity)
  }
}

function asOwn(snapshot: Snapshot): AcquiredSnapshot {
  return { snapshot, created: true, mayHaveOrphan: false }
}

/**
 * Sends one POST.
 *
 * @returns the snapshot, with the tag unless Atlas truncated its description
 * @throws MismatchedResponseError if the response is about another snapshot
 * @throws AtlasError
 */
async function postSnapshot(
  request: CreateRequest,
  { client, deadline, logger }: Context,
): Promise<Snapshot> {
  const { description, retentionInDays, tag } = request
  const snapshot = await client.createSnapshot({ description, retentionInDays }, deadline.signal)
  if (hasTag(snapshot, tag)) return snapshot
  if (!isTruncated(snapshot, description)) throw new MismatchedResponseError(snapshot)
  logger.warning(
    `Atlas truncated the description of snapshot ${snapshot.id} before ${tag}. Without the tag, this step could not have found its snapshot after a lost response. Shorten the description input.`,
  )
  return snapshot
}
