import { AtlasError, ConflictError, TryLaterError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { type Standing, withAftermath } from './aftermath.js'
import { explanationOf, giveWay, type OnConflict } from './conflict.js'
import type { Context, Sighting } from './context.js'
import { withHeartbeat } from './heartbeat.js'
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
  const beat = (waitedMs: number) =>
    context.logger.info(`Still ${taking.standing.doing}, after ${formatDuration(waitedMs)}.`)
  try {
    return await withHeartbeat(context.clock, beat, () => taking.run())
  } catch (error) {
    throw withAftermath(error, { ...order, ...taking.standing })
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
  #doing = 'asking Atlas for a snapshot'

  constructor(order: Order, context: Context) {
    this.#order = order
    this.#context = context
  }

  /** How things stand, for the heartbeat and for whatever ends the taking. */
  get standing(): Pick<Standing, 'inDoubt' | 'doing' | 'trouble'> {
    return { inDoubt: this.#inDoubt, doing: this.#doing, trouble: this.#outage.last }
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
      this.#context.logger.info(
        `No snapshot of the cluster bears ${this.#order.tag}: asking Atlas for one again.`,
      )
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
    this.#doing = 'looking for the snapshot that is in the way'
    const isNew = this.#unexplainedSince === undefined
    this.#unexplainedSince ??= clock.now()
    if (isNew) logger.info(conflict.message)
    for (let looks = isNew ? 0 : 1; ; looks++) {
      if (looks > 0) await clock.sleep(schedule(clock.now() - this.#unexplainedSince), deadline.signal)
      const own = await this.#lookForOwn()
      if (own !== undefined) return own
      const other = this.#explanation()
      if (other !== undefined) return this.#giveWayTo(other, conflict)
      // It may be our own that is hidden, so that nothing but a sighting may lead to another POST.
      if (this.#inDoubt) continue
      if (this.#order.onConflict === 'fail') throw conflict
      if (looks > 0) return undefined
    }
  }

  async #giveWayTo(other: Snapshot, conflict: ConflictError): Promise<Sighting | undefined> {
    this.#unexplainedSince = undefined
    this.#doing = `waiting for snapshot ${other.id}, which it did not take`
    const reused = await giveWay(other, conflict, this.#order.onConflict, this.#context)
    this.#doing = 'asking Atlas for a snapshot'
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
}

function idsOf(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  return new Set(snapshots.map(({ id }) => id))
}
