import { AtlasError, ConflictError, TryLaterError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { type Standing, withAftermath } from './aftermath.js'
import { explanationOf, giveWay, type OnConflict } from './conflict.js'
import type { Context, Sighting } from './context.js'
import { withHeartbeat } from './heartbeat.js'
import { isPassing, Outage, retryDelay, tryingAgain } from './persist.js'
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
 * are read at once and again no sooner than 5 s later. A refusal as conflict may be with ourselves, since an earlier
 * POST may have been executed or this one delivered twice: there is no further POST until our own snapshot shows, or
 * another one that explains the refusal.
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
  /** What the last POST brought in place of a snapshot. */
  #refused: AtlasError | undefined
  /** Whether a POST may have been executed whose snapshot has not shown. */
  #isLost = false
  /** Whether the last POST was refused by a snapshot that has not shown, and may be our own. */
  #isUnexplained = false
  /** What the lists showed last. */
  #seen: readonly Snapshot[] | undefined
  /** Ids that the lists showed before the last POST, `undefined` where none was read before. */
  #known: ReadonlySet<string> | undefined
  /** Reads that bring nothing while somebody else's snapshot is waited for. */
  #waiting: { readonly snapshotId: string; readonly outage: Outage } | undefined

  constructor(order: Order, context: Context) {
    this.#order = order
    this.#context = context
  }

  /** How things stand, for the heartbeat and for whatever ends the taking. */
  get standing(): Pick<Standing, 'inDoubt' | 'doing' | 'trouble'> {
    return {
      inDoubt: this.#isLost || this.#isUnexplained,
      doing:
        this.#waiting !== undefined
          ? `waiting for snapshot ${this.#waiting.snapshotId}, which this step did not take`
          : this.#isUnexplained
            ? 'looking for the snapshot that is in the way'
            : 'asking Atlas for a snapshot',
      trouble: this.#waiting?.outage.last ?? this.#outage.last ?? this.#refused,
    }
  }

  async run(): Promise<Sighting> {
    for (let attempt = 0; ; attempt++) {
      const result = await this.#post()
      if (!(result instanceof AtlasError)) return this.#taken(result)
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
      this.#refused = error
      this.#isLost ||= error.mayHaveExecuted
      return error
    }
  }

  #taken(snapshot: Snapshot): Sighting {
    const { tag } = this.#order
    if (!bearsTag(snapshot, tag)) {
      this.#context.logger.warning(
        `Atlas cut the description short, so that snapshot ${snapshot.id} has lost ${tag}: with a lost answer, this step would not have known it again. Shorten the input description.`,
      )
    }
    return { snapshot, created: true }
  }

  /** Waits until the POST may be repeated; a sighting if our own snapshot shows before. */
  async #afterError(error: AtlasError, attempt: number): Promise<Sighting | undefined> {
    const { clock, deadline, logger, random } = this.#context
    const { tag } = this.#order
    const failedAt = clock.now()
    if (!isPassing(error)) throw error
    deadline.signal.throwIfAborted()
    // Only Atlas's answer to a POST ends an outage; a list that answers in between does not.
    if (error instanceof TryLaterError) this.#outage.end()
    else this.#outage.note(error, failedAt)
    const delayMs = retryDelay(error, attempt, failedAt, deadline, random)
    if (!error.mayHaveExecuted) {
      logger.info(`${error.message} ${tryingAgain(delayMs)}`)
      await clock.sleep(delayMs, deadline.signal)
      return this.#lookForOwn()
    }
    logger.info(`${error.message} Atlas may have taken the snapshot all the same: looking for ${tag}.`)
    const found = await this.#lookForOwn()
    if (found !== undefined) return found
    const settledAt = failedAt + Math.max(SETTLING_MS, delayMs)
    await clock.sleep(Math.max(0, settledAt - clock.now()), deadline.signal)
    const settled = await this.#lookForOwn()
    if (settled === undefined)
      logger.info(`No snapshot of the cluster bears ${tag}: asking Atlas for one again.`)
    return settled
  }

  /** Finds out what refused the POST and does what `on-conflict` says; a sighting if there is no need to POST again. */
  async #afterConflict(conflict: ConflictError): Promise<Sighting | undefined> {
    const { clock, deadline, logger, schedule } = this.#context
    this.#outage.end()
    this.#isUnexplained = true
    logger.info(conflict.message)
    const start = clock.now()
    for (let looks = 0; ; looks++) {
      if (looks > 0) await clock.sleep(schedule(clock.now() - start), deadline.signal)
      const own = await this.#lookForOwn()
      if (own !== undefined) return own
      const other = explanationOf(this.#seen ?? [], this.#known)
      if (other !== undefined) return this.#giveWayTo(other, conflict)
      if (looks > 0) continue
      if (this.#order.onConflict === 'fail' && !this.#isLost) throw conflict
      if (this.#known === undefined) {
        // What was in the way may have ended before this look, and no earlier list can tell. A second refusal can be
        // told apart by this one; and a snapshot of our own cannot have ended so soon.
        logger.info('Atlas does not show what is in the way: asking once more.')
        return undefined
      }
      logger.info('Atlas does not show what is in the way: looking until it does.')
    }
  }

  async #giveWayTo(other: Snapshot, conflict: ConflictError): Promise<Sighting | undefined> {
    const outage = new Outage(Number.POSITIVE_INFINITY)
    this.#isUnexplained = false
    this.#waiting = { snapshotId: other.id, outage }
    const reused = await giveWay(other, conflict, this.#order.onConflict, this.#context, outage)
    this.#waiting = undefined
    if (reused !== undefined) return reused
    const own = await this.#lookForOwn()
    if (own === undefined)
      this.#context.logger.info('It is out of the way: asking Atlas for a snapshot again.')
    return own
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
}

function idsOf(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  return new Set(snapshots.map(({ id }) => id))
}
