import { AtlasError, couldNot, means } from '../atlas/errors.js'
import { formatSnapshot, isSharded, type Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import { TITLES } from '../titles.js'
import type { Activity, Context } from './context.js'
import {
  afterListing,
  afterPost,
  afterWait,
  type Decision,
  decide,
  type Evidence,
  type FailedPost,
  mayExist,
  raiseOwn,
  startEvidence,
} from './decision.js'
import { withClusterDiagnosis } from './diagnose.js'
import { SnapshotLists } from './lists.js'
import { pollInterval, waitForOther } from './polling.js'
import { describeConflict, leftWithoutSnapshot, toFailure } from './reports.js'
import { announceRetry, delayBeforeRead, FIRST_READ, POST, READ, Retries } from './retry.js'
import { describeReuse } from './reuse.js'
import { Sighting } from './sighting.js'
import { type Tag, withTag } from './tag.js'

const CREATING = 'creating the snapshot'

/**
 * Creates one snapshot, or reuses one if `reuse-within-minutes` or `on-conflict: reuse` allows it. `decide` contains the
 * rules that prevent a second snapshot.
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(tag: Tag, context: Context): Promise<Sighting> {
  const creation = new SnapshotCreation(tag, context)
  const onBeat = (waitedMs: number) =>
    context.logger.info(`Still ${creation.phase}, ${formatDuration(waitedMs)} after the start.`)
  try {
    return await withHeartbeat(context, onBeat, () => creation.run())
  } catch (error) {
    // This adds the reason to a rejection without a clear one, and changes no other error.
    throw creation.failure(await withClusterDiagnosis(error, context))
  }
}

/** Does what `decide` says, and records what comes of it. */
class SnapshotCreation {
  readonly #tag: Tag
  readonly #context: Context
  readonly #lists: SnapshotLists
  readonly #posts: Retries
  readonly #reads: Retries
  #evidence: Evidence
  #phase = CREATING
  /** The failed POST that the log already explains. */
  #announced: FailedPost | undefined
  #isSearchAnnounced = false

  constructor(tag: Tag, context: Context) {
    this.#tag = tag
    this.#context = context
    this.#posts = new Retries(context)
    this.#reads = new Retries(context)
    this.#evidence = startEvidence(context.options, tag, context.clock.now())
    const onTag = () => {
      this.#evidence = raiseOwn(this.#evidence, 'exists')
    }
    this.#lists = new SnapshotLists(context, { tag, onTag })
  }

  /** Continues `Timed out after 30 min while …`. */
  get phase(): string {
    return this.#phase
  }

  failure(thrown: unknown): Error {
    const lastError = this.#reads.lastError ?? this.#evidence.post?.error
    const left = leftWithoutSnapshot(this.#tag, mayExist(this.#evidence))
    return toFailure(thrown, { phase: this.#phase, lastError, left })
  }

  async run(): Promise<Sighting> {
    for (;;) {
      const decision = decide(this.#evidence)
      switch (decision.kind) {
        case 'use':
          return this.#use(decision)
        case 'list':
          await this.#list(decision)
          break
        case 'wait':
          await this.#waitFor(decision.other)
          break
        case 'post': {
          const created = await this.#post()
          if (created !== undefined) return created
          break
        }
        case 'fail':
          throw decision.error
      }
    }
  }

  #use({ snapshot, listing, as }: Decision & { kind: 'use' }): Sighting {
    const { logger } = this.#context
    const shardedList = listing.mayContainParts && !isSharded(snapshot) ? this.#lists.sharded : undefined
    const origin = { created: as === 'own', seenAt: listing.endedAt, shardedList }
    if (as === 'own')
      logger.info(`Found snapshot ${snapshot.id} with tag ${this.#tag}. This step created it.`)
    else if (as === 'reused') logger.warning(describeReuse(snapshot))
    else {
      const expires = snapshot.expiresAt === undefined ? '' : ` Expires: ${snapshot.expiresAt}.`
      logger.warning(
        `Using another snapshot (on-conflict: reuse): ${formatSnapshot(snapshot)}. Its data might be older than this step.${expires}`,
      )
    }
    return new Sighting(snapshot, origin, this.#context)
  }

  async #list({ at, why }: Decision & { kind: 'list' }): Promise<void> {
    const { clock, deadline, logger } = this.#context
    const { post } = this.#evidence
    // A POST in flight got another second (`withGracePeriod`), so a step that must stop stops here.
    deadline.signal.throwIfAborted()
    if (post !== undefined && post !== this.#announced) this.#announce(post)
    if (why === 'reuse') this.#setPhase('searching for a reusable snapshot')
    if (why === 'perhapsOwn' && !this.#isSearchAnnounced) {
      logger.info('Atlas reports a conflicting snapshot but lists none yet. Waiting for it to appear.')
      this.#isSearchAnnounced = true
    }
    const delayMs = delayBeforeRead(at - clock.now(), this.#context)
    if (delayMs > 0) await sleep(clock, delayMs, deadline.signal)
    const listing = await this.#lists.read(this.#reads, post === undefined ? FIRST_READ : READ)
    // The lists are polled like a snapshot of another client.
    const { endedAt } = listing
    const nextListAt = endedAt + pollInterval(this.#context, endedAt - (post?.at ?? endedAt), false)
    this.#evidence = afterListing(this.#evidence, listing, nextListAt)
  }

  /** Logs why the lists are read after a failed POST. */
  #announce(post: FailedPost): void {
    const { clock, logger } = this.#context
    const { error, next } = post
    this.#announced = post
    this.#isSearchAnnounced = false
    if (error.mayHaveExecuted) {
      logger.info(`${error.message} The snapshot might have been created anyway. Searching for ${this.#tag}.`)
      this.#setPhase(`searching for a snapshot with tag ${this.#tag}`)
      return
    }
    if (means(error, 'conflict')) this.#setPhase('searching for the conflicting snapshot')
    if (typeof next === 'number') announceRetry(error, next - clock.now(), this.#context)
  }

  async #waitFor(snapshot: Snapshot): Promise<void> {
    const { clock, logger } = this.#context
    this.#setPhase(`waiting for another snapshot (${snapshot.id})`, { kind: 'conflict' })
    logger.info(`${describeConflict(snapshot)} Waiting for it to finish.`)
    const other = new Sighting(snapshot, { created: false }, this.#context, this.#reads)
    await waitForOther(other, this.#context)
    this.#reads.reset()
    this.#posts.reset()
    this.#setPhase(CREATING)
    this.#evidence = afterWait(this.#evidence, other.snapshot, clock.now())
  }

  /** The created snapshot, `undefined` if the POST failed. */
  async #post(): Promise<Sighting | undefined> {
    const { client, clock, deadline, logger, options } = this.#context
    const { error } = this.#evidence.post ?? {}
    if (means(error, 'conflict')) logger.info('No other snapshot is in progress. Requesting a new one.')
    else if (error?.mayHaveExecuted)
      logger.info(`Found no snapshot with tag ${this.#tag}. Requesting a new one.`)
    this.#setPhase(CREATING)
    const request = { ...options.request, description: withTag(options.request.description, this.#tag) }
    try {
      // The client sends it again only if Atlas has not executed it.
      const snapshot = await client.createSnapshot(request, deadline.signal)
      if (snapshot.description?.includes(this.#tag) !== true) throw mismatchedResponse(snapshot)
      return new Sighting(snapshot, { created: true }, this.#context)
    } catch (error) {
      if (!(error instanceof AtlasError)) {
        // After any other error, even a bug, the request might have been executed.
        this.#evidence = raiseOwn(this.#evidence, 'inDoubt')
        throw error
      }
      const at = clock.now()
      const delay = this.#posts.next(error, POST)
      const next = typeof delay === 'number' ? at + delay : delay
      this.#evidence = afterPost(this.#evidence, { error, at, next })
      return undefined
    }
  }

  #setPhase(phase: string, activity: Activity = { kind: 'request' }): void {
    this.#phase = phase
    this.#context.onActivity(activity)
  }
}

/** The response to the POST is about a snapshot without the tag, so Atlas did not send it. */
function mismatchedResponse({ id }: Snapshot): AtlasError {
  const report = {
    title: TITLES.mismatchedResponse,
    message: couldNot('create a snapshot of the cluster', `the response is about another snapshot, ${id}`),
    remedy: `Check in Atlas where snapshot ${id} comes from. Make sure that no proxy between the runner and Atlas mixes up responses.`,
  }
  return new AtlasError('notAtlas', report, true)
}
