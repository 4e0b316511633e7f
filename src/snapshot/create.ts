import { AtlasError, ConflictError, OutcomeUnknownError, ThrottledError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import { applyConflictPolicy, findConflictingSnapshot } from './conflict.js'
import type { Activity, Context, ObservedSnapshot } from './context.js'
import { withClusterDiagnosis } from './diagnose.js'
import { type CreationState, orphanWarning, toCreationFailure } from './failures.js'
import { listSnapshots } from './list-snapshots.js'
import type { SnapshotOptions } from './options.js'
import { MAX_RATE_LIMIT_DELAY_MS } from './polling.js'
import { isRetryable, OutageTracker, retryDelay, waitBeforeRetry } from './retry.js'
import { describeReuse, findReusable } from './reuse.js'
import { assertNoneTruncated, hasTag, isTruncated, type Tag } from './tag.js'

/** The snapshot that a step goes on with. */
export interface AcquiredSnapshot extends ObservedSnapshot {
  /** Whether it is somebody else's, and a snapshot of this step may exist beside it. */
  readonly mayHaveOrphan: boolean
}

/** How long a POST of unknown fate may still be on its way to the lists. */
const LIST_CONSISTENCY_DELAY_MS = 5_000

/**
 * Takes one snapshot, or adopts one as `reuse-within-minutes` or `on-conflict: reuse` ask.
 *
 * The API has no idempotency key, so one rule stands before every POST but the first: read both lists until they
 * answer, and if a snapshot bears this step's tag, that is the one. After a POST that may have been executed, the lists
 * are read at once and again no sooner than 5 s later. A refusal as conflict may be with ourselves, since an earlier
 * POST may have been executed or this one delivered twice: there is no further POST until our own snapshot shows, or
 * another one that explains the refusal. After an answer about another snapshot there is none at all.
 *
 * @throws ActionError that says whether a snapshot may exist
 */
export async function createSnapshot(order: CreateRequest, context: Context): Promise<AcquiredSnapshot> {
  const taking = new SnapshotCreation(order, context)
  const beat = (waitedMs: number) =>
    context.logger.info(`Still ${taking.state.phase}, after ${formatDuration(waitedMs)}.`)
  try {
    return await withHeartbeat(context.clock, beat, () => taking.run())
  } catch (error) {
    const { state } = taking
    throw toCreationFailure(await withClusterDiagnosis(error, context), { ...order, ...state })
  }
}

const ASKING = 'asking Atlas for a snapshot'
const LOOKING = 'looking for a snapshot to use'
const LOOKING_FOR_OTHER = 'looking for the snapshot that is in the way'

class SnapshotCreation {
  readonly #request: CreateRequest
  readonly #context: Context
  /** What brings nothing usable now; Atlas's answer to a POST begins another one. */
  #outage = new OutageTracker()
  /** What the last POST brought in place of a snapshot. */
  #lastPostError: AtlasError | undefined
  /** Whether a POST may have been executed whose snapshot has not shown. */
  #hasUnconfirmedPost = false
  readonly #lists: SnapshotLists
  /** Whether the last POST was refused by what does not show, and so may be our own. */
  #conflictUnexplained = false
  #phase = ASKING

  constructor(order: CreateRequest, context: Context) {
    this.#request = order
    this.#context = context
    this.#lists = new SnapshotLists(order, context)
  }

  /** How things stand, for the heartbeat and for whatever ends the taking. */
  get state(): Pick<CreationState, 'mayHaveOrphan' | 'phase' | 'lastError'> {
    return {
      mayHaveOrphan: this.#hasUnconfirmedPost || this.#conflictUnexplained,
      phase: this.#phase,
      lastError: this.#outage.lastError ?? this.#lastPostError,
    }
  }

  async run(): Promise<AcquiredSnapshot> {
    const reused = await this.#findReusable()
    if (reused !== undefined) return reused
    for (let attempt = 0; ; attempt++) {
      const result = await this.#post()
      if (!(result instanceof AtlasError)) return asOwn(result)
      // Either way the lists are read last, so that the tag is looked for right before each further POST.
      const found =
        result instanceof ConflictError
          ? await this.#resolveConflict(result)
          : await this.#recoverFromError(result, attempt)
      if (found !== undefined) return found
    }
  }

  /** Before the first POST: whether a snapshot is young enough to be used in place of a new one. */
  async #findReusable(): Promise<AcquiredSnapshot | undefined> {
    if (this.#request.reuseWithinMs === undefined) return undefined
    this.#setPhase(LOOKING, { kind: 'looking' })
    await this.#lists.findReusable(this.#outage)
    return this.#reuse()
  }

  /** One POST; what it failed with is returned, since it decides what comes next. */
  async #post(): Promise<Snapshot | AtlasError> {
    this.#lists.beforePost()
    this.#setPhase(ASKING, { kind: 'asking' })
    try {
      return await postSnapshot(this.#request, this.#context)
    } catch (error) {
      // Whatever went wrong after the request was built, a bug among it, leaves open what became of it.
      this.#hasUnconfirmedPost ||= !(error instanceof AtlasError) || error.mayHaveExecuted
      if (!(error instanceof AtlasError)) throw error
      this.#lastPostError = error
      return error
    }
  }

  /** Waits until the POST may be repeated; our own snapshot if it shows before. */
  async #recoverFromError(error: AtlasError, attempt: number): Promise<AcquiredSnapshot | undefined> {
    const { clock, deadline, logger } = this.#context
    const { tag } = this.#request
    const failedAt = clock.now()
    if (!isRetryable(error)) throw error
    deadline.signal.throwIfAborted()
    // A list that answers in between ends no outage.
    if (error instanceof ThrottledError) this.#outage = new OutageTracker()
    else this.#outage.recordFailure(error, failedAt)
    const delayMs = retryDelay(error, attempt, this.#context, MAX_RATE_LIMIT_DELAY_MS)
    if (!error.mayHaveExecuted) {
      await waitBeforeRetry(error, delayMs, this.#context)
      return this.#findOwn()
    }
    logger.info(`${error.message} Atlas may have taken the snapshot all the same: looking for ${tag}.`)
    this.#setPhase(ASKING, { kind: 'looking' })
    const found = await this.#findOwn()
    if (found !== undefined) return found
    const settledAt = failedAt + Math.max(LIST_CONSISTENCY_DELAY_MS, delayMs)
    await sleep(clock, Math.max(0, settledAt - clock.now()), deadline.signal)
    const settled = await this.#findOwn()
    if (settled !== undefined) return settled
    if (error instanceof MismatchedResponseError) throw error
    logger.info(`No snapshot of the cluster bears ${tag}: asking Atlas for one again.`)
    return undefined
  }

  /** Finds out what refused the POST and does what `on-conflict` says; a snapshot if there is no need to POST again. */
  async #resolveConflict(conflict: ConflictError): Promise<AcquiredSnapshot | undefined> {
    const { clock, deadline, logger, pollInterval } = this.#context
    this.#conflictUnexplained = true
    this.#setPhase(LOOKING_FOR_OTHER, { kind: 'looking' })
    logger.info(conflict.message)
    const start = clock.now()
    for (let looks = 0; ; looks++) {
      if (looks > 0) await sleep(clock, pollInterval(clock.now() - start), deadline.signal)
      this.#outage = new OutageTracker()
      const found = await this.#findOwn()
      if (found !== undefined) return found
      const other = this.#lists.conflicting
      if (other !== undefined) return this.#applyConflictPolicy(other, conflict)
      if (looks > 0) continue
      if (this.#request.onConflict === 'fail' && !this.#hasUnconfirmedPost) throw conflict
      if (!this.#lists.hasBaseline) {
        // What was in the way may have ended before this look, and no earlier list can tell. A second refusal can be
        // told apart by this one; and a snapshot of our own cannot have ended so soon.
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
    this.#conflictUnexplained = false
    const waiting = `waiting for snapshot ${other.id}, which this step did not take`
    this.#setPhase(waiting, { kind: 'conflict' })
    this.#outage = new OutageTracker(Number.POSITIVE_INFINITY)
    const reused = await applyConflictPolicy(
      other,
      conflict,
      this.#request.onConflict,
      this.#context,
      this.#outage,
    )
    if (reused !== undefined) return this.#adopt(reused)
    this.#setPhase(ASKING, { kind: 'looking' })
    this.#outage = new OutageTracker()
    const found = (await this.#findOwn()) ?? this.#reuse()
    if (found === undefined) logger.info('It is out of the way: asking Atlas for a snapshot again.')
    return found
  }

  #reuse(): AcquiredSnapshot | undefined {
    const found = this.#lists.reusable
    if (found === undefined) return undefined
    this.#context.logger.warning(describeReuse(found))
    return this.#adopt(found)
  }

  /** Goes on with a snapshot that somebody else took. */
  #adopt(snapshot: Snapshot): AcquiredSnapshot {
    if (this.#hasUnconfirmedPost) this.#context.logger.warning(orphanWarning(this.#request))
    return { snapshot, created: false, mayHaveOrphan: this.#hasUnconfirmedPost }
  }

  #setPhase(phase: string, activity: Activity): void {
    this.#phase = phase
    this.#context.onActivity(activity)
  }

  async #findOwn(): Promise<AcquiredSnapshot | undefined> {
    const found = await this.#lists.findOwn(this.#outage)
    return found && asOwn(found)
  }
}

function asOwn(snapshot: Snapshot): AcquiredSnapshot {
  return { snapshot, created: true, mayHaveOrphan: false }
}

/** What is to be taken. */
export interface CreateRequest
  extends Pick<SnapshotOptions, 'retentionInDays' | 'onConflict' | 'reuseWithinMs'> {
  /** Ends in the tag. */
  readonly description: string
  readonly tag: Tag
  /** Where a reader finds the cluster's snapshots. */
  readonly backupPage: string
}

/**
 * A POST that Atlas accepted, answered with a snapshot that does not bear the tag: somebody else's, or this step's own,
 * should Atlas ever change descriptions. Then no list could tell it apart, and each further POST would take one more.
 */
export class MismatchedResponseError extends OutcomeUnknownError {
  constructor({ id }: Snapshot) {
    super({
      title: 'Atlas answered about another snapshot',
      message: `The answer to the request for a snapshot is about another one, ${id}.`,
      remedy: `See in Atlas whose snapshot ${id} is, and check that no proxy between the runner and Atlas mixes up answers.`,
    })
  }
}

/**
 * One POST.
 *
 * @returns the snapshot, which bears the tag unless Atlas cut its description
 * @throws AtlasError; an OtherAnswerError where the answer is about another snapshot
 */
export async function postSnapshot(
  order: CreateRequest,
  { client, deadline, logger }: Context,
): Promise<Snapshot> {
  const { description, retentionInDays, tag } = order
  const snapshot = await client.createSnapshot({ description, retentionInDays }, deadline.signal)
  if (hasTag(snapshot, tag)) return snapshot
  if (!isTruncated(snapshot, description)) throw new MismatchedResponseError(snapshot)
  logger.warning(
    `Atlas cut the description of snapshot ${snapshot.id} short, and ${tag} with it: had the answer been lost, this step would not have known its own snapshot again. Shorten the input description.`,
  )
  return snapshot
}

/** The cluster's lists as a step looks at them, and what they have shown so far. */
export class SnapshotLists {
  readonly #order: CreateRequest
  readonly #context: Context
  #latest: readonly Snapshot[] | undefined
  /** Ids of what had ended by the lists before the last POST, `undefined` where none was read before. */
  #finishedBeforePost: ReadonlySet<string> | undefined

  constructor(order: CreateRequest, context: Context) {
    this.#order = order
    this.#context = context
  }

  /** The snapshot among those shown last that `reuse-within-minutes` lets stand for a new one. */
  get reusable(): Snapshot | undefined {
    return findReusable(this.#latest ?? [], this.#order)
  }

  /** Whether lists from before the last POST can tell what has ended since. */
  get hasBaseline(): boolean {
    return this.#finishedBeforePost !== undefined
  }

  /** The snapshot of somebody else that explains why the last POST was refused. */
  get conflicting(): Snapshot | undefined {
    return findConflictingSnapshot(this.#latest ?? [], this.#finishedBeforePost)
  }

  /** Reads the lists as far as it takes to find a reusable snapshot. */
  async findReusable(outage: OutageTracker): Promise<void> {
    const isEnough = (plain: readonly Snapshot[]) => findReusable(plain, this.#order) !== undefined
    this.#latest = await listSnapshots(this.#context, outage, isEnough)
  }

  /** Reads both lists until they answer; a snapshot that bears the tag is the one that was to be taken. */
  async findOwn(outage: OutageTracker): Promise<Snapshot | undefined> {
    const { tag } = this.#order
    this.#latest = await listSnapshots(this.#context, outage)
    const found = this.#latest.find((snapshot) => hasTag(snapshot, tag))
    if (found === undefined) assertNoneTruncated(this.#latest, this.#order)
    else this.#context.logger.info(`Snapshot ${found.id} bears ${tag}: Atlas did take it for this step.`)
    return found
  }

  /** To be called before each POST: what has ended by now cannot be what refuses it. */
  beforePost(): void {
    if (this.#latest === undefined) return
    const ended = this.#latest.filter(isFinished).map(({ id }) => id)
    this.#finishedBeforePost = new Set([...(this.#finishedBeforePost ?? []), ...ended])
  }
}
