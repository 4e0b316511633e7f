import {
  AtlasError,
  ConflictError,
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

/** What is to be created. */
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
  /** Whether it is not this step's own, though this step might have created one as well. */
  readonly mayHaveOrphan: boolean
}

/**
 * The response to a POST is about a snapshot without the tag: another one, or this step's own with a changed description.
 * No list could tell it apart then, and each further POST would create one more.
 */
class MismatchedResponseError extends OutcomeUnknownError {
  constructor({ id }: Snapshot) {
    super({
      title: TITLES.mismatchedResponse,
      message: `The answer to the request for a snapshot is about another one, ${id}.`,
      remedy: `See in Atlas whose snapshot ${id} is, and check that no proxy between the runner and Atlas mixes up answers.`,
    })
  }
}

/** How long a POST whose outcome is unknown can take to show in the lists. */
const LIST_CONSISTENCY_DELAY_MS = 5_000

const CREATING = 'asking Atlas for a snapshot'
const SEARCHING_REUSABLE = 'looking for a snapshot to use'
const SEARCHING_CONFLICT = 'looking for the snapshot that is in the way'

/**
 * Creates one snapshot, or reuses one as `reuse-within-minutes` or `on-conflict: reuse` allow.
 *
 * The API has no idempotency key, so:
 *
 * 1. Before every POST but the first, both lists are read until they respond. A snapshot with this step's tag is its own.
 * 2. After a POST that might have been executed, the lists are read at once, and again no sooner than 5 s later.
 * 3. A conflict can be with the step's own snapshot, because an earlier POST might have been executed or this one
 *    delivered twice. There is no further POST until the own snapshot shows, or another one that explains the conflict.
 * 4. After a response about another snapshot, or one that is not Atlas's own, there is no further POST at all.
 *
 * @throws ActionError that says whether a snapshot might exist
 */
export async function createSnapshot(request: CreateRequest, context: Context): Promise<AcquiredSnapshot> {
  const creation = new SnapshotCreation(request, context)
  const onBeat = (waitedMs: number) =>
    context.logger.info(`Still ${creation.state.phase}, after ${formatDuration(waitedMs)}.`)
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
  /** Of the POSTs. Lists that respond in between do not end it. */
  #postOutage = new OutageTracker()
  /** Of the requests between two POSTs. */
  #readOutage = new OutageTracker()
  /** How many POSTs have failed, and how many conflicts there were, since a conflict was last waited for. */
  #failures = 0
  #conflicts = 0
  #lastPostError: AtlasError | undefined
  /** Whether a POST might have been executed whose snapshot has not been found. */
  #hasUnconfirmedPost = false
  /** Whether the last POST had a conflict with a snapshot that does not show, and so might be the own one. */
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
      // Both end by reading the lists, so that the tag is searched for right before each further POST.
      const found =
        result instanceof ConflictError
          ? await this.#resolveConflict(result)
          : await this.#recoverFromError(result)
      if (found !== undefined) return found
    }
  }

  /** Before the first POST: a snapshot that `reuse-within-minutes` allows. */
  async #findReusable(): Promise<AcquiredSnapshot | undefined> {
    if (this.#request.reuseWithinMs === undefined) return undefined
    this.#setPhase(SEARCHING_REUSABLE)
    await this.#lists.readForReuse(this.#readOutage)
    return this.#reuse()
  }

  /** One POST. Its error is returned, because it decides what comes next. */
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

  /** Waits until the POST can be repeated. Returns the own snapshot if it shows before. */
  async #recoverFromError(error: AtlasError): Promise<AcquiredSnapshot | undefined> {
    const { clock, deadline, logger } = this.#context
    const { tag } = this.#request
    const failedAt = clock.now()
    // Searched for, but not repeated.
    const isFinal = error instanceof NonAtlasResponseError || error instanceof MismatchedResponseError
    if (!(isRetryable(error) || (isFinal && error.mayHaveExecuted))) throw error
    deadline.signal.throwIfAborted()
    if (error.mayHaveExecuted) {
      logger.info(`${error.message} Atlas may have taken the snapshot all the same: looking for ${tag}.`)
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
    logger.info(`No snapshot of the cluster bears ${tag}: asking Atlas for one again.`)
    return undefined
  }

  /** Finds the other snapshot and does what `on-conflict` says. Returns a snapshot if no further POST is needed. */
  async #resolveConflict(conflict: ConflictError): Promise<AcquiredSnapshot | undefined> {
    const { clock, deadline, logger, pollInterval, random } = this.#context
    this.#conflictUnexplained = true
    this.#postOutage = new OutageTracker()
    this.#setPhase(SEARCHING_CONFLICT)
    logger.info(conflict.message)
    // Without it, conflicts with snapshots that are over at once would make for a storm of POSTs.
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
        // The other snapshot might have finished before this list, and no earlier one can tell. The next conflict can be
        // compared with this list, and a snapshot of our own cannot have finished so soon.
        logger.info('Atlas does not show what is in the way: asking once more.')
        return undefined
      }
      logger.info('Atlas does not show what is in the way: looking until it does.')
    }
  }

  async #applyConflictPolicy(
    other: Snapshot,
    conflict: ConflictError,
  ): Promise<AcquiredSnapshot | undefined> {
    const { logger } = this.#context
    const { onConflict } = this.#request
    this.#conflictUnexplained = false
    this.#setPhase(`waiting for snapshot ${other.id}, which this step did not take`, { kind: 'conflict' })
    this.#readOutage = new OutageTracker(Number.POSITIVE_INFINITY)
    const end = await applyConflictPolicy(other, conflict, onConflict, this.#context, this.#readOutage)
    if (end === 'reused') return this.#adopt(other)
    this.#setPhase(CREATING)
    if (end === 'waited') this.#conflicts = this.#failures = 0
    // The list that showed it finished is fresh enough.
    const found = (isFinished(other) ? undefined : await this.#findOwn()) ?? this.#reuse()
    if (found === undefined) logger.info('It is out of the way: asking Atlas for a snapshot again.')
    return found
  }

  #reuse(): AcquiredSnapshot | undefined {
    const found = this.#lists.reusable
    if (found === undefined) return undefined
    this.#context.logger.warning(describeReuse(found))
    return this.#adopt(found)
  }

  /** Continues with a snapshot that this step did not create. */
  #adopt(snapshot: Snapshot): AcquiredSnapshot {
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
 * One POST.
 *
 * @returns the snapshot, with the tag unless Atlas cut its description
 * @throws AtlasError, a MismatchedResponseError if the response is about another snapshot
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
    `Atlas cut the description of snapshot ${snapshot.id} short, and ${tag} with it: had the answer been lost, this step would not have known its own snapshot again. Shorten the input description.`,
  )
  return snapshot
}
