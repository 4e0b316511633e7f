import { AtlasError, ConflictError, couldNot, NonAtlasResponseError } from '../atlas/errors.js'
import { formatSnapshot, isSharded, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import { TITLES } from '../titles.js'
import type { AcquiredSnapshot, Activity, Context } from './context.js'
import { delayBeforeRead } from './deadline.js'
import {
  afterListing,
  afterPost,
  afterWait,
  decide,
  type Evidence,
  mayExist,
  type SnapshotRequest,
  type Step,
  startEvidence,
} from './decision.js'
import { withClusterDiagnosis } from './diagnose.js'
import { SnapshotLists } from './lists.js'
import { pollInterval } from './polling.js'
import { describeConflict, toCreationFailure } from './reports.js'
import { announceRetry, isRetryable, isRetryableRead, Retries, UNTIL_DEADLINE } from './retry.js'
import { describeReuse } from './reuse.js'
import { type Tag, withTag } from './tag.js'
import { waitForOther } from './wait.js'

const CREATING = 'creating the snapshot'

/**
 * Creates one snapshot, or reuses one if `reuse-within-minutes` or `on-conflict: reuse` allows it. `decide` contains the
 * rules that prevent a second snapshot.
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(tag: Tag, context: Context): Promise<AcquiredSnapshot> {
  const { options } = context
  const request = { ...options, description: withTag(options.description, tag), tag }
  const creation = new SnapshotCreation(request, context)
  const onBeat = (waitedMs: number) =>
    context.logger.info(`Still ${creation.state.phase}, ${formatDuration(waitedMs)} after the start.`)
  try {
    return await withHeartbeat(context, onBeat, () => creation.run())
  } catch (error) {
    const { cluster } = options
    throw toCreationFailure(await withClusterDiagnosis(error, context), { ...creation.state, cluster, tag })
  }
}

/** Does what `decide` says, and records what comes of it. */
class SnapshotCreation {
  readonly #request: SnapshotRequest
  readonly #context: Context
  readonly #lists: SnapshotLists
  readonly #posts: Retries
  #reads: Retries
  #evidence: Evidence
  #phase = CREATING
  #isSearchAnnounced = false

  constructor(request: SnapshotRequest, context: Context) {
    this.#request = request
    this.#context = context
    this.#lists = new SnapshotLists(context, request.tag)
    this.#posts = new Retries(context, { isPost: true })
    this.#reads = new Retries(context)
    this.#evidence = startEvidence(request, context.clock.now())
  }

  /** For the heartbeat and the final error. */
  get state() {
    return {
      mayExist: mayExist(this.#evidence),
      phase: this.#phase,
      lastError: this.#reads.lastError ?? this.#evidence.post?.error,
    }
  }

  async run(): Promise<AcquiredSnapshot> {
    for (;;) {
      const acquired = await this.#perform(decide(this.#evidence))
      if (acquired !== undefined) return acquired
    }
  }

  async #perform(step: Step): Promise<AcquiredSnapshot | undefined> {
    switch (step.kind) {
      case 'use':
        return this.#use(step)
      case 'list':
        return this.#list(step)
      case 'wait':
        return this.#waitFor(step.other)
      case 'post':
        return this.#post(step)
      case 'fail':
        throw step.error
    }
  }

  #use({ snapshot, listing, as }: Step & { kind: 'use' }): AcquiredSnapshot {
    const { logger } = this.#context
    const mayBePart = listing.mayContainParts && !isSharded(snapshot)
    const acquired = { snapshot, seenAt: listing.endedAt, mayBePart }
    if (as === 'own') {
      logger.info(`Found snapshot ${snapshot.id} with tag ${this.#request.tag}. This step created it.`)
      return { ...acquired, created: true }
    }
    if (as === 'reused') logger.warning(describeReuse(snapshot))
    else {
      const expires = snapshot.expiresAt === undefined ? '' : ` Expires: ${snapshot.expiresAt}.`
      logger.warning(
        `Using another snapshot (on-conflict: reuse): ${formatSnapshot(snapshot)}. Its data might be older than this step.${expires}`,
      )
    }
    return { ...acquired, created: false }
  }

  async #list({ at, why }: Step & { kind: 'list' }): Promise<undefined> {
    const { clock, deadline, logger } = this.#context
    const { post } = this.#evidence
    if (why === 'reuse') this.#setPhase('searching for a reusable snapshot')
    if (why === 'perhapsOwn' && !this.#isSearchAnnounced) {
      logger.info('Atlas reports a conflicting snapshot but lists none yet. Waiting for it to appear.')
      this.#isSearchAnnounced = true
    }
    const delayMs = delayBeforeRead(at - clock.now(), this.#context)
    if (delayMs > 0) await sleep(clock, delayMs, deadline.signal)
    try {
      // If a response before the first POST is not from Atlas, the base-url is probably wrong.
      const listing = await this.#lists.read(this.#reads, post === undefined ? isRetryable : isRetryableRead)
      // The lists are polled like a snapshot of another client.
      const { endedAt } = listing
      const nextListAt = endedAt + pollInterval(this.#context, endedAt - (post?.at ?? endedAt), false)
      this.#evidence = afterListing(this.#evidence, listing, nextListAt)
    } finally {
      this.#evidence = { ...this.#evidence, showsTag: this.#lists.showsTag }
    }
  }

  async #waitFor(other: Snapshot): Promise<undefined> {
    const { clock, logger } = this.#context
    this.#setPhase(`waiting for another snapshot (${other.id})`, { kind: 'conflict' })
    logger.info(`${describeConflict(other)} Waiting for it to finish.`)
    this.#reads = new Retries(this.#context, UNTIL_DEADLINE)
    const finished = await waitForOther(other, this.#context, this.#reads)
    this.#reads = new Retries(this.#context)
    this.#setPhase(CREATING)
    this.#evidence = afterWait(this.#evidence, finished, clock.now())
  }

  /** Sends one POST. */
  async #post({ why }: Step & { kind: 'post' }): Promise<AcquiredSnapshot | undefined> {
    const { client, clock, deadline, logger } = this.#context
    const { description, retentionInDays, tag } = this.#request
    if (why === 'unseen') logger.info('No other snapshot is in progress. Requesting a new one.')
    else if (this.#evidence.post?.error.mayHaveExecuted === true)
      logger.info(`Found no snapshot with tag ${tag}. Requesting a new one.`)
    this.#setPhase(CREATING)
    try {
      const snapshot = await client.createSnapshot({ description, retentionInDays }, deadline.signal)
      if (snapshot.description?.includes(tag) !== true) throw mismatchedResponse(snapshot)
      return { snapshot, created: true, seenAt: clock.now() }
    } catch (error) {
      if (error instanceof AtlasError) return this.#afterFailedPost(error)
      // After any other error, even a bug, the request might have been executed.
      this.#evidence = { ...this.#evidence, isInDoubt: true }
      throw error
    }
  }

  #afterFailedPost(error: AtlasError): undefined {
    const { clock, deadline, logger } = this.#context
    const at = clock.now()
    const delay = error.isRetryable ? this.#posts.fail(error) : error
    const next = typeof delay === 'number' ? at + delay : delay
    this.#evidence = afterPost(this.#evidence, { error, at, next })
    this.#isSearchAnnounced = false
    // The final error repeats what happened.
    if (decide(this.#evidence).kind === 'fail') return
    deadline.signal.throwIfAborted()
    if (error.mayHaveExecuted) {
      const { tag } = this.#request
      logger.info(`${error.message} The snapshot might have been created anyway. Searching for ${tag}.`)
      this.#setPhase(`searching for a snapshot with tag ${tag}`)
      return
    }
    const isConflict = error instanceof ConflictError
    if (isConflict) this.#setPhase('searching for the conflicting snapshot')
    if (isConflict && delay === 0) logger.info(error.message)
    else if (typeof delay === 'number') announceRetry(error, delay, this.#context)
  }

  #setPhase(phase: string, activity: Activity = { kind: 'request' }): void {
    this.#phase = phase
    this.#context.onActivity(activity)
  }
}

/** The response to the POST is about a snapshot without the tag, so Atlas did not send it. */
function mismatchedResponse({ id }: Snapshot): NonAtlasResponseError {
  const report = {
    title: TITLES.mismatchedResponse,
    message: couldNot('create a snapshot of the cluster', `the response is about another snapshot, ${id}`),
    remedy: `Check in Atlas where snapshot ${id} comes from. Make sure that no proxy between the runner and Atlas mixes up responses.`,
  }
  return new NonAtlasResponseError(report, true)
}
