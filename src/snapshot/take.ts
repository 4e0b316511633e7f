import { AtlasError, ConflictError, TryLaterError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import { Failure } from '../failure.js'
import { explanationOf, giveWay, type OnConflict } from './conflict.js'
import type { Context, Sighting } from './context.js'
import { StopReason, stopped } from './deadline.js'
import { formatDuration } from './format.js'
import { isPassing, Outage, retryDelay } from './persist.js'
import { survey } from './survey.js'
import { bearsTag, type Tag } from './tag.js'

/** What is to be taken. */
export interface Order {
  /** Ends in the tag. */
  readonly description: string
  readonly tag: Tag
  readonly retentionInDays: number
  readonly onConflict: OnConflict
  /** Where a reader finds the cluster's snapshots. */
  readonly backupPage: string
}

/** How long in a row network errors and 5xx are borne while taking. */
const LONGEST_OUTAGE_MS = 5 * 60_000
/** How long a POST of unknown fate may still be on its way to the lists. */
const SETTLING_MS = 5_000

/**
 * Takes one snapshot, or adopts one as `on-conflict: reuse` asks.
 *
 * The API has no idempotency key, so one rule stands before every POST but the first: read both lists until they
 * answer, and if a snapshot bears this step's tag, that is the one. After a POST that may have been executed, the lists
 * are read at once and again no sooner than 5 s later. A refusal as conflict after such a POST may be with ourselves:
 * there is no further POST until our own snapshot shows, or another one that explains the refusal.
 *
 * @throws Failure that says whether a snapshot may exist
 */
export async function takeSnapshot(order: Order, context: Context): Promise<Sighting> {
  const taking = new Taking(order, context)
  try {
    return await taking.run()
  } catch (error) {
    throw taking.failureOf(error)
  }
}

class Taking {
  readonly #order: Order
  readonly #context: Context
  readonly #outage = new Outage(LONGEST_OUTAGE_MS)
  /** Whether a POST may have been executed whose snapshot has not shown. */
  #inDoubt = false
  /** What the lists showed last. */
  #seen: readonly Snapshot[] | undefined
  /** Ids that the lists showed before the last POST; after a first POST that was refused, at the first look. */
  #known: ReadonlySet<string> | undefined
  /** Since when POSTs are refused without the lists showing why, in the clock's milliseconds. */
  #unexplainedSince: number | undefined
  /** Somebody else's snapshot that is being waited for. */
  #waitingFor: Snapshot | undefined

  constructor(order: Order, context: Context) {
    this.#order = order
    this.#context = context
  }

  async run(): Promise<Sighting> {
    for (let attempt = 0; ; attempt++) {
      const result = await this.#post()
      if (!(result instanceof AtlasError)) return { snapshot: result, created: true }
      // Either way the lists are read last, so that the tag is looked for right before each further POST.
      const found =
        result instanceof ConflictError
          ? await this.#afterConflict(result)
          : await this.#afterError(result, attempt)
      if (found !== undefined) return found
    }
  }

  /** One POST; what it failed with is returned, since it decides what comes next. */
  async #post(): Promise<Snapshot | AtlasError> {
    const { client, deadline } = this.#context
    const { description, retentionInDays } = this.#order
    if (this.#seen !== undefined) this.#known = idsOf(this.#seen)
    try {
      return await client.take({ description, retentionInDays }, deadline.signal)
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error
      this.#inDoubt ||= error.mayHaveExecuted
      return error
    }
  }

  /** Waits until the POST may be repeated; a sighting if our own snapshot shows before. */
  async #afterError(error: AtlasError, attempt: number): Promise<Sighting | undefined> {
    const { clock, deadline, logger, random } = this.#context
    const failedAt = clock.now()
    if (!isPassing(error)) throw error
    deadline.signal.throwIfAborted()
    // Only Atlas's answer to a POST ends an outage; a list that answers in between does not.
    if (error instanceof TryLaterError) this.#outage.end()
    else this.#outage.note(error, failedAt)
    const delayMs = retryDelay(error, attempt, failedAt, deadline, random)
    if (!error.mayHaveExecuted) {
      logger.info(`${error.message} Trying again in ${formatDuration(delayMs)}.`)
      await clock.sleep(delayMs, deadline.signal)
      return this.#lookForOwn()
    }
    logger.info(
      `${error.message} Atlas may have taken the snapshot all the same: looking for ${this.#order.tag}.`,
    )
    const found = await this.#lookForOwn()
    if (found !== undefined) return found
    const settledAt = failedAt + Math.max(SETTLING_MS, delayMs)
    await clock.sleep(Math.max(0, settledAt - clock.now()), deadline.signal)
    return this.#lookForOwn()
  }

  /** Finds out what refused the POST and does what `on-conflict` says; a sighting if there is no need to POST again. */
  async #afterConflict(conflict: ConflictError): Promise<Sighting | undefined> {
    const { clock, deadline, logger, schedule } = this.#context
    this.#outage.end()
    let lookAtOnce = this.#unexplainedSince === undefined
    if (lookAtOnce) logger.info(conflict.message)
    this.#unexplainedSince ??= clock.now()
    for (;;) {
      const looksAtOnce = lookAtOnce
      lookAtOnce = false
      if (!looksAtOnce) await clock.sleep(schedule(clock.now() - this.#unexplainedSince), deadline.signal)
      const own = await this.#lookForOwn()
      if (own !== undefined) return own
      const other = this.#explanation()
      if (other !== undefined) return this.#giveWayTo(other, conflict)
      // It may be our own that is hidden, so nothing but a sighting may lead to another POST.
      if (this.#inDoubt) continue
      if (this.#order.onConflict === 'fail') throw conflict
      if (!looksAtOnce) return undefined
    }
  }

  async #giveWayTo(other: Snapshot, conflict: ConflictError): Promise<Sighting | undefined> {
    this.#unexplainedSince = undefined
    this.#waitingFor = other
    const reused = await giveWay(other, conflict, this.#order.onConflict, this.#context)
    this.#waitingFor = undefined
    return reused ?? this.#lookForOwn()
  }

  /** Reads both lists until they answer; a snapshot that bears the tag is the one that was to be taken. */
  async #lookForOwn(): Promise<Sighting | undefined> {
    const { tag } = this.#order
    this.#seen = await survey(this.#context, this.#outage)
    const own = this.#seen.find((snapshot) => bearsTag(snapshot, tag))
    if (own === undefined) return undefined
    this.#context.logger.info(`Snapshot ${own.id} bears ${tag}: Atlas did take it for this step.`)
    return { snapshot: own, created: true }
  }

  #explanation(): Snapshot | undefined {
    const seen = this.#seen ?? []
    this.#known ??= idsOf(seen)
    return explanationOf(seen, this.#known)
  }

  /** The same failure, with what it leaves behind. */
  failureOf(error: unknown): unknown {
    const { tag, backupPage } = this.#order
    const where = `in the backups of the cluster (${backupPage}) for a snapshot whose description ends in ${tag}`
    if (error instanceof StopReason) {
      const other = this.#waitingFor
      const waiting =
        other === undefined ? '' : `The step was waiting for snapshot ${other.id}, which it did not take. `
      const trouble =
        this.#outage.last === undefined ? '' : `The last request got no answer: ${this.#outage.last.message} `
      return this.#inDoubt
        ? stopped(error, {
            message: `${waiting}${trouble}Atlas may have taken a snapshot for this step, tagged ${tag}, without the answer having come.`,
            remedy: `Look ${where}, and give its id as snapshot-id to go on with it.`,
          })
        : stopped(error, {
            message: `${waiting}${trouble}No snapshot was taken.`,
            remedy: 'Run this again when the cluster is free and Atlas answers.',
          })
    }
    if (!this.#inDoubt || !(error instanceof Failure)) return error
    return new Failure({
      title: error.title,
      message: `${error.message} Atlas may have taken a snapshot for this step, tagged ${tag}, without the answer having come.`,
      remedy: `Look ${where}, and give its id as snapshot-id to go on with it. ${error.remedy}`,
      cause: error,
    })
  }
}

function idsOf(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  return new Set(snapshots.map(({ id }) => id))
}
