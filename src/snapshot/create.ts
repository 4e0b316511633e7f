import { ActionError } from '../action-error.js'
import {
  AtlasError,
  isSnapshotNotFound,
  NonAtlasResponseError,
  UntrustedResponseError,
} from '../atlas/errors.js'
import { formatSnapshot, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import { describeConflict, waitForOther } from './conflict.js'
import type { AcquiredSnapshot, Activity, Context, SnapshotOptions } from './context.js'
import { delayBeforeRead, lastReadAt } from './deadline.js'
import { decide, type Facts, mayHaveOrphan, type Step } from './decision.js'
import { withClusterDiagnosis } from './diagnose.js'
import { FactCollector } from './facts.js'
import { SnapshotLists } from './lists.js'
import { readWithRetries } from './polling.js'
import { MismatchedResponseError, PostRetries, sendPost } from './post.js'
import { orphanWarning, toCreationFailure } from './reports.js'
import { announceRetry, isRetryable, isRetryableRead, OutageTracker, retry } from './retry.js'
import { describeReuse, findReusable } from './reuse.js'
import { isSharded } from './sharded.js'
import { hasOwnDescription, type TaggedDescription } from './tag.js'

/** The snapshot to create. */
export interface CreateRequest
  extends TaggedDescription,
    Pick<SnapshotOptions, 'retentionInDays' | 'onConflict' | 'reuseWithinMs'> {
  /** The cluster's backup page in the Atlas UI. */
  readonly backupPage: string
}

/** The snapshot that was created or reused. */
export interface CreatedSnapshot extends AcquiredSnapshot {
  /** Whether this step might also have created a snapshot that was not found. */
  readonly mayHaveOrphan: boolean
}

const CREATING = 'creating the snapshot'
const SEARCHING_REUSABLE = 'searching for a reusable snapshot'
const SEARCHING_CONFLICT = 'searching for the conflicting snapshot'

/**
 * Creates one snapshot, or reuses one if `reuse-within-minutes` or `on-conflict: reuse` allows it. `decide` contains the
 * rules that prevent a second snapshot.
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(request: CreateRequest, context: Context): Promise<CreatedSnapshot> {
  const creation = new SnapshotCreation(request, context)
  const onBeat = (waitedMs: number) =>
    context.logger.info(`Still ${creation.state.phase}, ${formatDuration(waitedMs)} after the start.`)
  try {
    return await withHeartbeat(context.clock, onBeat, () => creation.run())
  } catch (error) {
    const { state } = creation
    throw toCreationFailure(await withClusterDiagnosis(error, context), { ...request, ...state })
  }
}

/** Does what `decide` says, and collects the facts for its next decision. */
class SnapshotCreation {
  readonly #request: CreateRequest
  readonly #context: Context
  readonly #lists: SnapshotLists
  readonly #known: FactCollector
  readonly #retries: PostRetries
  /** For the requests between two POSTs. */
  #readOutage = new OutageTracker()
  #lastWhy: string | undefined
  #phase = CREATING

  constructor(request: CreateRequest, context: Context) {
    this.#request = request
    this.#context = context
    this.#lists = new SnapshotLists(context, request.tag)
    this.#retries = new PostRetries(context)
    this.#known = new FactCollector({
      request,
      now: context.clock.now(),
      lastReadAt: lastReadAt(context.deadline),
    })
  }

  /** For the heartbeat and the final error. */
  get state() {
    return {
      mayHaveOrphan: mayHaveOrphan(this.#facts),
      phase: this.#phase,
      lastError: this.#readOutage.lastError ?? this.#facts.lastPost?.error,
    }
  }

  async run(): Promise<CreatedSnapshot> {
    for (;;) {
      this.#known.learn({ now: this.#context.clock.now() })
      const acquired = await this.#perform(decide(this.#facts))
      if (acquired !== undefined) return acquired
    }
  }

  #perform(step: Step): Promise<CreatedSnapshot | undefined> {
    switch (step.kind) {
      case 'use':
        return this.#use(step)
      case 'list':
        return this.#list(step)
      case 'read-cluster':
        return this.#readClusterType()
      case 'wait':
        return this.#waitFor(step.other)
      case 'post':
        return this.#post(step)
      case 'fail':
        throw step.error
    }
  }

  async #use({ snapshot: listed, as }: Step & { kind: 'use' }): Promise<CreatedSnapshot | undefined> {
    const { clock, logger } = this.#context
    const { tag } = this.#request
    const listedAt = this.#facts.listings.at(-1)?.endedAt ?? clock.now()
    if (as === 'own') {
      logger.info(`Found snapshot ${listed.id} with tag ${tag}. This step created it.`)
      return { snapshot: listed, created: true, seenAt: listedAt, mayHaveOrphan: false }
    }
    const snapshot = await this.#readOther(listed, as)
    if (snapshot === undefined) return undefined
    if (as === 'reused') logger.warning(describeReuse(snapshot))
    else {
      const expires = snapshot.expiresAt === undefined ? '' : ` Expires: ${snapshot.expiresAt}.`
      logger.warning(
        `Using another snapshot (on-conflict: reuse): ${formatSnapshot(snapshot)}. Its data might be older than this step.${expires}`,
      )
    }
    const hasOrphan = mayHaveOrphan(this.#facts)
    if (hasOrphan) logger.warning(orphanWarning(this.#request))
    const seenAt = snapshot === listed ? listedAt : clock.now()
    return { snapshot, created: false, seenAt, mayHaveOrphan: hasOrphan }
  }

  /**
   * Reads a snapshot to reuse, because a list can be out of date. If it cannot be reused, the step decides again without it.
   * If it cannot be read, it is used as the list shows it.
   */
  async #readOther(listed: Snapshot, as: 'reused' | 'conflicting'): Promise<Snapshot | undefined> {
    const { clock, logger } = this.#context
    const isConflicting = as === 'conflicting'
    try {
      const known = { snapshot: listed, created: false }
      const { snapshot } = await readWithRetries(known, this.#context, this.#readOutage, this.#mayRetry)
      const isReusable = findReusable([snapshot], this.#request) !== undefined
      const isUsable = isConflicting ? snapshot.status !== 'failed' : isReusable
      if (isUsable) return snapshot
      this.#known.addRead({ listed, read: snapshot, isConflicting }, clock.now())
    } catch (error) {
      if (!isSnapshotNotFound(error)) {
        this.#assertUnreadable(error)
        return listed
      }
      logger.info(`Other snapshot ${listed.id} no longer exists.`)
      this.#known.addRead({ listed, read: undefined, isConflicting }, clock.now())
    }
    return undefined
  }

  /** Reads both lists at the given time. */
  async #list({ at, why }: Step & { kind: 'list' }): Promise<undefined> {
    const { logger } = this.#context
    if (why === 'reuse') this.#setPhase(SEARCHING_REUSABLE)
    if (why === 'hidden' && this.#lastWhy !== why)
      logger.info('Atlas reports a conflicting snapshot but lists none yet. Waiting for it to appear.')
    this.#lastWhy = why
    await this.#sleepUntil(at, 'read')
    const listing = await this.#lists.read(this.#readOutage, this.#mayRetry)
    // Even a list that could not be read completely can have shown it.
    const showsOwn =
      this.#lists.hasInvalidOwn ||
      [...this.#lists.shown.values()].some((snapshot) => hasOwnDescription(snapshot, this.#request))
    this.#known.addListing(listing, showsOwn, this.#context.pollInterval)
  }

  /** A cluster that cannot be read, even after retries, must not hide a snapshot that the lists show. */
  async #readClusterType(): Promise<undefined> {
    const { client } = this.#context
    const read = (signal: AbortSignal) => client.getCluster(signal)
    try {
      const { type } = await retry(read, this.#context, this.#readOutage, this.#mayRetry)
      this.#known.learn({ configuredType: type ?? 'unreadable' })
    } catch (error) {
      this.#assertUnreadable(error)
      this.#known.learn({ configuredType: 'unreadable' })
    }
  }

  /** Throws the error again, unless it only means that this resource cannot be read. */
  #assertUnreadable(error: unknown): void {
    const isExpected = error instanceof ActionError && !(error instanceof NonAtlasResponseError)
    if (!isExpected || error instanceof UntrustedResponseError) throw error
    this.#readOutage = new OutageTracker()
  }

  async #waitFor(other: Snapshot): Promise<undefined> {
    const { clock, logger } = this.#context
    this.#setPhase(`waiting for another snapshot (${other.id})`, { kind: 'conflict' })
    logger.info(`${describeConflict(other)} Waiting for it to finish.`)
    this.#readOutage = new OutageTracker(Number.POSITIVE_INFINITY)
    const snapshot = await waitForOther(other, this.#context, this.#readOutage)
    this.#readOutage = new OutageTracker()
    this.#setPhase(CREATING)
    this.#retries.reset()
    this.#known.addWaitedFor(snapshot, clock.now())
  }

  /** Sends one POST at the given time. An error becomes the fact that decides what comes next. */
  async #post(step: Step & { kind: 'post' }): Promise<CreatedSnapshot | undefined> {
    const { clock } = this.#context
    if (step.at > clock.now()) {
      await this.#sleepUntil(step.at, 'post')
      // The pause is longer if the process was suspended, and the lists might then be too old.
      return undefined
    }
    this.#explainPost(step)
    this.#known.addPost(step, clock.now())
    this.#setPhase(CREATING)
    try {
      const snapshot = await sendPost(this.#request, this.#context)
      return { snapshot, created: true, seenAt: clock.now(), mayHaveOrphan: false }
    } catch (error) {
      if (error instanceof AtlasError) {
        this.#afterFailedPost(error)
        return undefined
      }
      // After any other error, even a bug, the request might have been executed.
      this.#known.learn({ unconfirmedPostAt: clock.now() })
      throw error
    }
  }

  #explainPost({ why }: Step & { kind: 'post' }): void {
    const { logger } = this.#context
    const { outcome } = this.#facts.lastPost ?? {}
    if (why === 'hidden')
      logger.info('Atlas reports a conflicting snapshot but lists none. Requesting a new one.')
    else if (why === 'finished')
      logger.info('The other snapshot is no longer in progress. Requesting a new one.')
    else if (outcome === 'unknown')
      logger.info(`Found no snapshot with tag ${this.#request.tag}. Requesting a new one.`)
  }

  #afterFailedPost(error: AtlasError): void {
    const { deadline, logger } = this.#context
    const lastPost = this.#retries.toFacts(error)
    const { outcome, at, next } = lastPost
    this.#known.addFailedPost(lastPost)
    if (error instanceof MismatchedResponseError && isSharded(error.snapshot))
      this.#known.learn({ isKnownAsSharded: true })
    this.#lastWhy = undefined
    if (outcome === 'final') return
    deadline.signal.throwIfAborted()
    if (outcome === 'conflict') {
      logger.info(error.message)
      this.#setPhase(SEARCHING_CONFLICT)
    } else if (outcome === 'unknown') {
      logger.info(
        `${error.message} The snapshot might have been created anyway. Searching for ${this.#request.tag}.`,
      )
    } else if (typeof next === 'number') announceRetry(error, next - at, this.#context)
  }

  get #facts(): Facts {
    return this.#known.facts
  }

  /** If a response before the first POST is not from Atlas, the base-url is probably wrong. */
  get #mayRetry() {
    return this.#facts.lastPost === undefined ? isRetryable : isRetryableRead
  }

  async #sleepUntil(time: number, request: 'read' | 'post'): Promise<void> {
    const { clock, deadline } = this.#context
    const delayMs = time - clock.now()
    const ms = request === 'read' ? delayBeforeRead(delayMs, this.#context) : delayMs
    if (ms > 0) await sleep(clock, ms, deadline.signal)
  }

  #setPhase(phase: string, activity: Activity = { kind: 'request' }): void {
    this.#phase = phase
    this.#context.onActivity(activity)
  }
}
