import { AtlasError, ConflictError, TryLaterError } from '../atlas/errors.js'
import type { Snapshot } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep } from '../timer.js'
import { mayExist, type Standing, withAftermath } from './aftermath.js'
import { giveWay } from './conflict.js'
import type { Activity, Context, Sighting } from './context.js'
import { explained } from './explain.js'
import { withHeartbeat } from './heartbeat.js'
import { Lists } from './lists.js'
import { type Order, OtherAnswerError, post } from './order.js'
import { isPassing, Outage, pause, retryDelay } from './persist.js'
import { saidOfReuse } from './reuse.js'
import { LONGEST_PAUSE_MS } from './schedule.js'

/** The snapshot that a step goes on with. */
export interface Taken extends Sighting {
  /** Whether it is somebody else's, and a snapshot of this step may exist beside it. */
  readonly inDoubt: boolean
}

/** How long a POST of unknown fate may still be on its way to the lists. */
const SETTLING_MS = 5_000

/**
 * Takes one snapshot, or adopts one as `reuse-within-minutes` or `on-conflict: reuse` ask.
 *
 * The API has no idempotency key, so one rule stands before every POST but the first: read both lists until they
 * answer, and if a snapshot bears this step's tag, that is the one. After a POST that may have been executed, the lists
 * are read at once and again no sooner than 5 s later. A refusal as conflict may be with ourselves, since an earlier
 * POST may have been executed or this one delivered twice: there is no further POST until our own snapshot shows, or
 * another one that explains the refusal. After an answer about another snapshot there is none at all.
 *
 * @throws Failure that says whether a snapshot may exist
 */
export async function takeSnapshot(order: Order, context: Context): Promise<Taken> {
  const taking = new Taking(order, context)
  const beat = (waitedMs: number) =>
    context.logger.info(`Still ${taking.standing.doing}, after ${formatDuration(waitedMs)}.`)
  try {
    return await withHeartbeat(context.clock, beat, () => taking.run())
  } catch (error) {
    const { standing } = taking
    throw withAftermath(await explained(error, context), { ...order, ...standing })
  }
}

const ASKING = 'asking Atlas for a snapshot'
const LOOKING = 'looking for a snapshot to use'
const LOOKING_FOR_OTHER = 'looking for the snapshot that is in the way'

class Taking {
  readonly #order: Order
  readonly #context: Context
  /** What brings nothing usable now; Atlas's answer to a POST begins another one. */
  #outage = new Outage()
  /** What the last POST brought in place of a snapshot. */
  #refused: AtlasError | undefined
  /** Whether a POST may have been executed whose snapshot has not shown. */
  #isLost = false
  readonly #lists: Lists
  /** Whether the last POST was refused by what does not show, and so may be our own. */
  #isUnexplained = false
  #doing = ASKING

  constructor(order: Order, context: Context) {
    this.#order = order
    this.#context = context
    this.#lists = new Lists(order, context)
  }

  /** How things stand, for the heartbeat and for whatever ends the taking. */
  get standing(): Pick<Standing, 'inDoubt' | 'doing' | 'trouble'> {
    return {
      inDoubt: this.#isLost || this.#isUnexplained,
      doing: this.#doing,
      trouble: this.#outage.last ?? this.#refused,
    }
  }

  async run(): Promise<Taken> {
    const reused = await this.#lookBefore()
    if (reused !== undefined) return reused
    for (let attempt = 0; ; attempt++) {
      const result = await this.#post()
      if (!(result instanceof AtlasError)) return own(result)
      // Either way the lists are read last, so that the tag is looked for right before each further POST.
      const found =
        result instanceof ConflictError
          ? await this.#afterConflict(result)
          : await this.#afterError(result, attempt)
      if (found !== undefined) return found
    }
  }

  /** Before the first POST: whether a snapshot is young enough to be used in place of a new one. */
  async #lookBefore(): Promise<Taken | undefined> {
    if (this.#order.reuseWithinMs === undefined) return undefined
    this.#enter(LOOKING, { kind: 'looking' })
    await this.#lists.lookForReusable(this.#outage)
    return this.#reuse()
  }

  /** One POST; what it failed with is returned, since it decides what comes next. */
  async #post(): Promise<Snapshot | AtlasError> {
    this.#lists.aboutToPost()
    this.#enter(ASKING, { kind: 'asking' })
    try {
      return await post(this.#order, this.#context)
    } catch (error) {
      // Whatever went wrong after the request was built, a bug among it, leaves open what became of it.
      this.#isLost ||= !(error instanceof AtlasError) || error.mayHaveExecuted
      if (!(error instanceof AtlasError)) throw error
      this.#refused = error
      return error
    }
  }

  /** Waits until the POST may be repeated; our own snapshot if it shows before. */
  async #afterError(error: AtlasError, attempt: number): Promise<Taken | undefined> {
    const { clock, deadline, logger } = this.#context
    const { tag } = this.#order
    const failedAt = clock.now()
    if (!isPassing(error)) throw error
    deadline.signal.throwIfAborted()
    // A list that answers in between ends no outage.
    if (error instanceof TryLaterError) this.#outage = new Outage()
    else this.#outage.note(error, failedAt)
    const delayMs = retryDelay(error, attempt, this.#context, LONGEST_PAUSE_MS)
    if (!error.mayHaveExecuted) {
      await pause(error, delayMs, this.#context)
      return this.#lookForOwn()
    }
    logger.info(`${error.message} Atlas may have taken the snapshot all the same: looking for ${tag}.`)
    this.#enter(ASKING, { kind: 'looking' })
    const found = await this.#lookForOwn()
    if (found !== undefined) return found
    const settledAt = failedAt + Math.max(SETTLING_MS, delayMs)
    await sleep(clock, Math.max(0, settledAt - clock.now()), deadline.signal)
    const settled = await this.#lookForOwn()
    if (settled !== undefined) return settled
    if (error instanceof OtherAnswerError) throw error
    logger.info(`No snapshot of the cluster bears ${tag}: asking Atlas for one again.`)
    return undefined
  }

  /** Finds out what refused the POST and does what `on-conflict` says; a snapshot if there is no need to POST again. */
  async #afterConflict(conflict: ConflictError): Promise<Taken | undefined> {
    const { clock, deadline, logger, schedule } = this.#context
    this.#isUnexplained = true
    this.#enter(LOOKING_FOR_OTHER, { kind: 'looking' })
    logger.info(conflict.message)
    const start = clock.now()
    for (let looks = 0; ; looks++) {
      if (looks > 0) await sleep(clock, schedule(clock.now() - start), deadline.signal)
      this.#outage = new Outage()
      const found = await this.#lookForOwn()
      if (found !== undefined) return found
      const other = this.#lists.inTheWay
      if (other !== undefined) return this.#giveWayTo(other, conflict)
      if (looks > 0) continue
      if (this.#order.onConflict === 'fail' && !this.#isLost) throw conflict
      if (!this.#lists.canCompare) {
        // What was in the way may have ended before this look, and no earlier list can tell. A second refusal can be
        // told apart by this one; and a snapshot of our own cannot have ended so soon.
        logger.info('Atlas does not show what is in the way: asking once more.')
        return undefined
      }
      logger.info('Atlas does not show what is in the way: looking until it does.')
    }
  }

  async #giveWayTo(other: Snapshot, conflict: ConflictError): Promise<Taken | undefined> {
    const { logger } = this.#context
    this.#isUnexplained = false
    const waiting = `waiting for snapshot ${other.id}, which this step did not take`
    this.#enter(waiting, { kind: 'conflict' })
    this.#outage = new Outage(Number.POSITIVE_INFINITY)
    const reused = await giveWay(other, conflict, this.#order.onConflict, this.#context, this.#outage)
    if (reused !== undefined) return this.#adopt(reused)
    this.#enter(ASKING, { kind: 'looking' })
    this.#outage = new Outage()
    const found = (await this.#lookForOwn()) ?? this.#reuse()
    if (found === undefined) logger.info('It is out of the way: asking Atlas for a snapshot again.')
    return found
  }

  #reuse(): Taken | undefined {
    const found = this.#lists.reusable
    if (found === undefined) return undefined
    this.#context.logger.warning(saidOfReuse(found))
    return this.#adopt(found)
  }

  /** Goes on with a snapshot that somebody else took. */
  #adopt(snapshot: Snapshot): Taken {
    if (this.#isLost) this.#context.logger.warning(mayExist(this.#order))
    return { snapshot, created: false, inDoubt: this.#isLost }
  }

  #enter(doing: string, activity: Activity): void {
    this.#doing = doing
    this.#context.busy(activity)
  }

  async #lookForOwn(): Promise<Taken | undefined> {
    const found = await this.#lists.lookForOwn(this.#outage)
    return found && own(found)
  }
}

function own(snapshot: Snapshot): Taken {
  return { snapshot, created: true, inDoubt: false }
}
