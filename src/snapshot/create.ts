import { AtlasError } from '../atlas/errors.js'
import { isBlocking, isSurelyBlocking, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context, ObservedSnapshot } from './context.js'
import { StopReason } from './deadline.js'
import { withClusterDiagnosis } from './diagnose.js'
import { readList } from './list.js'
import { pollInterval } from './polling.js'
import * as reports from './reports.js'
import {
  POST,
  READ_AFTER_FINAL_POST,
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
/** How long after a conflict the list can hide the step's own snapshot. All 311 recorded ones were completed within 527 s. */
const MAX_HIDDEN_MS = 600_000
const CREATING = 'creating the snapshot'

/**
 * Creates one snapshot and never two, or uses one that `reuse-within-minutes` allows. The API has no idempotency key, but Atlas
 * rejects a second on-demand snapshot while one is in progress, and a tag in the description marks the step's own snapshot.
 *
 * 1. With `reuse-within-minutes`, the step reads the list first, and uses a snapshot that fits.
 * 2. The step sends the POST. If the response shows a snapshot without the tag, the POST might have been executed.
 * 3. After a failed POST, the step sleeps once, then reads the list. If no other POST can follow, it reads the list only if a
 *    POST might have been executed and the responder can be trusted. Without a snapshot in it, this failure is the report.
 * 4. The list decides. The step uses its own snapshot, or one that fits, and fails if there are two of its own. Otherwise, it
 *    fails if no other POST can follow, and else sends it directly. After a conflict, it reads the list again as long as:
 *    - Another one is in progress. With `fail`, it fails instead.
 *    - The list might hide the step's own snapshot, for at most ten minutes from the conflict: a POST might have been executed,
 *      and no list after it has shown another one as `queued` or `inProgress`. With `fail`, it fails after that.
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
  /** Whether the list might hide the snapshot of such a POST. */
  let mightBeHidden = false
  /** Why no other POST can follow. */
  let failure: AtlasError | undefined

  /** Begins a phase, which has a label in the chart of the job summary. Logs the message if the phase is a new one. */
  const enter = (newPhase: string, message = '', label = 'requesting a snapshot') => {
    if (message !== '' && newPhase !== phase) logger.info(message)
    phase = newPhase
    context.onPhase(label)
  }

  const list = async (policy: RetryPolicy) => {
    const snapshots = await listRetries.read((signal) => readList(context, signal), policy)
    // Atlas has at most one in progress, and lists show all that have finished.
    if (snapshots.some(isSurelyBlocking)) mightBeHidden = false
    return snapshots
  }

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
    enter(CREATING)
    const request = { ...options.request, description: withTag(options.request.description, tag) }
    try {
      // The client sends it again only after a 401 that shows that Atlas has not executed it.
      const snapshot = await client.createSnapshot(request, deadline.signal)
      if (!isOwn(snapshot, tag)) throw reports.mismatchedResponse(snapshot, options.cluster.clusterName)
      return { snapshot: withoutCompletion(snapshot), created: true }
    } catch (error) {
      // After a bug, the request might have been executed.
      if (!(error instanceof AtlasError) || error.mayHaveExecuted) mightExist = mightBeHidden = true
      if (error instanceof AtlasError) return error
      throw error
    }
  }

  /** Rule 3. Sleeps before the list, or throws if the step must not read it. */
  const handleFailedPost = async (error: AtlasError) => {
    const notRetried = postRetries.fail(error, POST)
    deadline.signal.throwIfAborted()
    failure = notRetried ?? reports.retryAfterTooLong(error, deadline)
    // Whoever can't be trusted must not get the credentials again.
    if (failure !== undefined && (error.meaning === 'untrusted' || !mightExist)) throw failure
    const listDelayMs = failure !== undefined || error.mayHaveExecuted ? LIST_DELAY_MS : 0
    const delayMs = Math.max(listDelayMs, failure === undefined ? postRetries.delayAfter(error) : 0)
    const isListNext = mightExist || error.meaning === 'conflict' || deadline.cutDelay(delayMs) < delayMs
    await postRetries.sleepAfter(error, delayMs, isListNext ? 'Reading the list of snapshots' : 'Retrying')
  }

  /** Rule 4, after a conflict. The snapshot that ends the creation, or `undefined` if none prevents another POST anymore. */
  const resolveConflict = async (conflict: AtlasError, start: number) => {
    const searchUntil = start + MAX_HIDDEN_MS
    const intervalMs = () => pollInterval(context, clock.now() - start, false)
    let hasShown = false
    for (;;) {
      const snapshots = await list(hasShown ? READ_WHILE_WAITING : READ_AFTER_POST)
      const usable = findUsable(snapshots)
      if (usable !== undefined) return usable
      const other = snapshots.find(isBlocking)
      if (other !== undefined) {
        if (options.onConflict === 'fail') throw conflict.with({ more: reports.describeConflict(other) })
        hasShown = true
        const message = `${reports.describeConflict(other)} Waiting for it to finish.`
        enter(`waiting for another snapshot (${other.id})`, message, 'waiting for another snapshot')
        await deadline.sleep(intervalMs())
        continue
      }
      // The other one has finished, so it is no reason for a timeout anymore.
      if (hasShown) postRetries.forgetLastError()
      if (!mightBeHidden || clock.now() >= searchUntil) break
      const message = `The list shows no on-demand snapshot in progress. Reading it again, because it might hide one with tag ${tag}.`
      enter(`searching for a snapshot with tag ${tag}`, message)
      await deadline.sleep(Math.min(intervalMs(), searchUntil - clock.now()))
    }
    mightBeHidden = false
    if (options.onConflict === 'fail') throw conflict
    enter(CREATING)
    return undefined
  }

  const create = async (): Promise<ObservedSnapshot> => {
    // Rule 1.
    if (options.reuseWithinMs !== undefined) {
      enter('searching for a reusable snapshot')
      const recent = findUsable(await list(READ_BEFORE_POST))
      if (recent !== undefined) return recent
      await deadline.waitForEndIfTooLate()
    }
    for (;;) {
      const result = await post()
      if (!(result instanceof AtlasError)) return result
      const failedAt = clock.now()
      await handleFailedPost(result)
      // Rule 4.
      const isConflict = failure === undefined && result.meaning === 'conflict'
      const policy = failure === undefined ? READ_AFTER_POST : READ_AFTER_FINAL_POST
      const usable = isConflict ? await resolveConflict(result, failedAt) : findUsable(await list(policy))
      if (usable !== undefined) return usable
      if (failure !== undefined) throw failure
      await deadline.waitForEndIfTooLate()
      logger.info('Requesting a snapshot again.')
    }
  }

  const onBeat = (ms: number) => logger.info(`Still ${phase}, ${formatDuration(ms)} after the start.`)
  try {
    return await withHeartbeat(clock, onBeat, create)
  } catch (thrown) {
    // Rule 3. A list that can't be read, or not before the deadline, does not replace the failure of the last POST.
    const isTimeout = thrown instanceof StopReason && thrown.kind === 'deadline'
    const ending = failure !== undefined && (thrown instanceof AtlasError || isTimeout) ? failure : thrown
    if (thrown instanceof AtlasError && thrown !== ending) logger.info(thrown.message)
    const error = await withClusterDiagnosis(ending, context)
    const state = mightExist ? reports.describeDoubt(tag) : reports.NOTHING_CREATED
    const lastError = failure ?? listRetries.lastError ?? postRetries.lastError
    throw reports.toFailure(error, { phase, lastError, state })
  }
}
