import { AtlasError } from '../atlas/errors.js'
import { isBlocking, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context, ObservedSnapshot } from './context.js'
import { withClusterDiagnosis } from './diagnose.js'
import { readList } from './list.js'
import { pollInterval } from './polling.js'
import * as reports from './reports.js'
import {
  POST,
  READ_AFTER_POST,
  READ_BEFORE_POST,
  READ_WHILE_WAITING,
  Retries,
  type RetryPolicy,
} from './retry.js'
import { describeReuse, findReusable } from './reuse.js'
import { isOwn, type Tag, withTag } from './tag.js'

/** How late the list can show a new snapshot. Atlas does not document it, and no list was recorded so early. */
const LIST_DELAY_MS = 5_000
/** How long the list can hide the step's own snapshot after a conflict. None of 311 recorded ones took longer than 527 s. */
const MAX_HIDDEN_MS = 600_000
/** A phase in the chart of the job summary. */
const REQUESTING = 'requesting a snapshot'

/**
 * Creates one snapshot and never two, or uses one that `reuse-within-minutes` allows. The API has no idempotency key, but Atlas
 * rejects a second on-demand snapshot while one is in progress, and a tag in the description marks the step's own snapshot.
 *
 * 1. With `reuse-within-minutes`, the step reads the list first, and uses a snapshot that fits.
 * 2. The step sends the POST. If the response shows a snapshot without the tag, the POST might have been executed.
 * 3. After a failed POST, the step sleeps once, then reads the list. It fails at once if the responder can't be trusted, or if
 *    no other POST can follow and this one was not executed.
 * 4. The list decides. The step uses its own snapshot, or one that fits, and fails if there are two of its own. Otherwise, it
 *    fails if no other POST can follow, and else sends it directly. After a conflict, it first reads the list again:
 *    - While another one is in progress. With `fail`, it fails instead.
 *    - For ten minutes if the list has shown none since the conflict, but a POST might have been executed, because the list
 *      might hide the step's own snapshot. With `fail`, it fails after that, and without such a POST at once.
 * 5. The last read, 2 s before the deadline, cuts every sleep. No other read of the list or POST starts after it.
 * 6. A failed step reports that a snapshot might exist if any POST might have been executed.
 * ```
 *  0 s  POST: connection reset                     it might have been executed
 *  5 s  list: nothing with the tag, POST: conflict
 *  6 s  list: another one is in progress           read the list until it has finished
 * 90 s  list: nothing is in progress, POST: created
 * ```
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(tag: Tag, context: Context): Promise<ObservedSnapshot> {
  const { client, clock, deadline, logger, options } = context
  const postRetries = new Retries(context)
  const listRetries = new Retries(context)
  let phase = ''
  /** Whether any POST so far might have been executed. */
  let mightExist = false

  /** Logs the message if the phase is a new one. */
  const enter = (newPhase: string, label: string, message = '') => {
    if (message !== '' && newPhase !== phase) logger.info(message)
    phase = newPhase
    context.onPhase(label)
  }

  const list = (policy: RetryPolicy) => listRetries.read((signal) => readList(context, signal), policy)

  const findUsable = (snapshots: readonly Snapshot[]): ObservedSnapshot | undefined => {
    const [own, second] = snapshots.filter((one) => isOwn(one, tag))
    if (own !== undefined && second !== undefined) throw reports.duplicateTagError(own, second, tag)
    if (own !== undefined) {
      logger.info(`Found snapshot ${own.id} with tag ${tag}. This step created it.`)
      return { snapshot: own, created: true }
    }
    const recent = findReusable(snapshots, options)
    if (recent === undefined) return undefined
    logger.warning(`${describeReuse(recent)}${mightExist ? ` ${reports.describeDoubt(tag)}` : ''}`)
    return { snapshot: recent, created: false }
  }

  /** Rule 2. The created snapshot, or why there is none. */
  const post = async (): Promise<ObservedSnapshot | AtlasError> => {
    enter('creating the snapshot', REQUESTING)
    const request = { ...options.request, description: withTag(options.request.description, tag) }
    try {
      // The client sends it again only after a 401 that shows that Atlas has not executed it.
      const snapshot = await client.createSnapshot(request, deadline.signal)
      if (!isOwn(snapshot, tag)) throw reports.mismatchedResponse(snapshot)
      return { snapshot: withoutCompletion(snapshot), created: true }
    } catch (error) {
      // After a bug, the request might have been executed.
      mightExist ||= !(error instanceof AtlasError) || error.mayHaveExecuted
      if (error instanceof AtlasError) return error
      throw error
    }
  }

  /** Rule 3. Sleeps before the list. If no other POST can follow, returns the error that ends the step. */
  const sleepAfterPost = async (error: AtlasError): Promise<AtlasError | undefined> => {
    const { meaning, mayHaveExecuted, retryAfterMs = 0 } = error
    const notRetried = postRetries.fail(error, POST)
    deadline.signal.throwIfAborted()
    const isAskedTooMuch = deadline.endsWithin(retryAfterMs)
    const failure =
      notRetried ?? (isAskedTooMuch ? reports.retryAfterTooLong(error, retryAfterMs) : undefined)
    // Whoever can't be trusted must not get the credentials again.
    if (failure !== undefined && (meaning === 'untrusted' || !mayHaveExecuted)) throw failure
    const delayMs = failure === undefined ? postRetries.delayAfter(error) : LIST_DELAY_MS
    const sleepMs = mayHaveExecuted ? Math.max(delayMs, LIST_DELAY_MS) : delayMs
    const isListNext = mayHaveExecuted || meaning === 'conflict' || deadline.cutDelay(sleepMs) < sleepMs
    await postRetries.sleepAfter(error, sleepMs, isListNext ? 'Reading the list of snapshots' : 'Retrying')
    return failure
  }

  /** Rule 4, after a conflict. The snapshot that ends the creation, or `undefined` if none prevents another POST anymore. */
  const resolveConflict = async (conflict: AtlasError): Promise<ObservedSnapshot | undefined> => {
    const start = clock.now()
    const intervalMs = () => pollInterval(context, clock.now() - start, false)
    let searchUntil = mightExist ? start + MAX_HIDDEN_MS : start
    let policy = READ_AFTER_POST
    for (;;) {
      const snapshots = await list(policy)
      const usable = findUsable(snapshots)
      if (usable !== undefined) return usable
      const other = snapshots.find(isBlocking)
      if (options.onConflict === 'fail' && other !== undefined)
        throw conflict.with({ more: reports.describeConflict(other) })
      if (other !== undefined) {
        const message = `${reports.describeConflict(other)} Waiting for it to finish.`
        enter(`waiting for another snapshot (${other.id})`, 'waiting for another snapshot', message)
        // This one was the reason for the conflict, so nothing is hidden.
        searchUntil = start
        policy = READ_WHILE_WAITING
        await deadline.sleep(intervalMs())
      } else if (clock.now() < searchUntil) {
        const message = `The list shows no snapshot in progress. Reading it again, because it might hide one with tag ${tag}.`
        enter(`searching for a snapshot with tag ${tag}`, REQUESTING, message)
        await deadline.sleep(Math.min(intervalMs(), searchUntil - clock.now()))
      } else if (options.onConflict === 'fail') throw conflict
      else return undefined
    }
  }

  const create = async (): Promise<ObservedSnapshot> => {
    // Rule 1.
    if (options.reuseWithinMs !== undefined) {
      enter('searching for a reusable snapshot', REQUESTING)
      const recent = findUsable(await list(READ_BEFORE_POST))
      if (recent !== undefined) return recent
      await deadline.waitForEndIfTooLate()
    }
    for (;;) {
      const result = await post()
      if (!(result instanceof AtlasError)) return result
      const failure = await sleepAfterPost(result)
      // Rule 4.
      const isConflict = result.meaning === 'conflict'
      const usable = isConflict ? await resolveConflict(result) : findUsable(await list(READ_AFTER_POST))
      if (usable !== undefined) return usable
      if (failure !== undefined) throw failure
      await deadline.waitForEndIfTooLate()
      logger.info('Requesting a snapshot again.')
    }
  }

  const onBeat = (ms: number) => logger.info(`Still ${phase}, ${formatDuration(ms)} after the start.`)
  try {
    return await withHeartbeat(clock, onBeat, create)
  } catch (error) {
    const state = mightExist ? reports.describeDoubt(tag) : reports.NOTHING_CREATED
    const lastError = listRetries.lastError ?? postRetries.lastError
    throw reports.toFailure(await withClusterDiagnosis(error, context), { phase, lastError, state })
  }
}
