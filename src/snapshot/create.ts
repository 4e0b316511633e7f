import { AtlasError, means } from '../atlas/errors.js'
import { isBlocking, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context } from './context.js'
import { withClusterDiagnosis } from './diagnose.js'
import { readList } from './list.js'
import { pollInterval } from './polling.js'
import * as reports from './reports.js'
import {
  planAfterPost,
  READ_AFTER_POST,
  READ_BEFORE_POST,
  READ_WHILE_WAITING,
  Retries,
  type RetryPolicy,
  retry,
  sleepAfterPost,
  sleepUntilRead,
  stopIfTooLate,
} from './retry.js'
import { describeReuse, findReusable } from './reuse.js'
import { isOwn, type Tag, withTag } from './tag.js'
import { TrackedSnapshot } from './tracked-snapshot.js'

/** How long the list can hide the step's own snapshot after a conflict. None of 311 recorded ones took longer than 527 s. */
const MAX_HIDDEN_MS = 600_000

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
export async function createSnapshot(tag: Tag, context: Context): Promise<TrackedSnapshot> {
  const { client, clock, deadline, logger, options } = context
  const postRetries = new Retries(context)
  const listRetries = new Retries(context)
  let phase = ''
  /** Whether any POST so far might have been executed. */
  let mightExist = false

  const list = (policy: RetryPolicy) =>
    retry((signal) => readList(context, signal), context, listRetries, policy)

  const findUsable = (snapshots: readonly Snapshot[]) => {
    const [own, second] = snapshots.filter((one) => isOwn(one, tag))
    if (own !== undefined && second !== undefined) throw reports.duplicateTagError(own, second, tag)
    if (own !== undefined) {
      logger.info(`Found snapshot ${own.id} with tag ${tag}. This step created it.`)
      return new TrackedSnapshot(own, true, context)
    }
    const recent = findReusable(snapshots, options)
    if (recent === undefined) return undefined
    logger.warning(`${describeReuse(recent)}${mightExist ? ` ${reports.describeDoubt(tag)}` : ''}`)
    return new TrackedSnapshot(recent, false, context)
  }

  const enter = (newPhase: string, label = 'requesting a snapshot') => {
    phase = newPhase
    context.onPhase(label)
  }

  /** Rule 2. The created snapshot, or why there is none. */
  const post = async () => {
    enter('creating the snapshot')
    const request = { ...options.request, description: withTag(options.request.description, tag) }
    try {
      // The client sends it again only after a 401 that shows that Atlas has not executed it.
      const snapshot = await client.createSnapshot(request, deadline.signal)
      if (!isOwn(snapshot, tag)) throw reports.mismatchedResponse(snapshot)
      return new TrackedSnapshot(withoutCompletion(snapshot), true, context)
    } catch (error) {
      // After a bug, the request might have been executed.
      mightExist ||= !(error instanceof AtlasError) || error.mayHaveExecuted
      if (error instanceof AtlasError) return error
      throw error
    }
  }

  /** Rule 4, after a conflict. The snapshot that ends the creation, or `undefined` if none prevents another POST anymore. */
  const resolveConflict = async (conflict: AtlasError) => {
    const start = clock.now()
    let other: Snapshot | undefined
    for (;;) {
      // A snapshot that the list has shown was the reason for the conflict, so nothing is hidden.
      const hasListed = other !== undefined
      const snapshots = await list(hasListed ? READ_WHILE_WAITING : READ_AFTER_POST)
      const usable = findUsable(snapshots)
      if (usable !== undefined) return usable
      other = snapshots.find(isBlocking)
      const hiddenMs = mightExist && !hasListed ? start + MAX_HIDDEN_MS - clock.now() : 0
      const waitMs = other === undefined ? hiddenMs : Number.POSITIVE_INFINITY
      if (options.onConflict === 'fail' && (other !== undefined || waitMs <= 0))
        throw other === undefined ? conflict : conflict.with(reports.describeConflict(other))
      if (waitMs <= 0) return undefined
      const waiting = reports.describeWaiting(other, tag)
      if (waiting.phase !== phase) logger.info(waiting.message)
      enter(waiting.phase, other && 'waiting for another snapshot')
      await sleepUntilRead(Math.min(pollInterval(context, clock.now() - start, false), waitMs), context)
    }
  }

  const create = async () => {
    // Rule 1.
    if (options.reuseWithinMs !== undefined) {
      enter('searching for a reusable snapshot')
      const recent = findUsable(await list(READ_BEFORE_POST))
      if (recent !== undefined) return recent
      await stopIfTooLate(context)
    }
    for (;;) {
      const result = await post()
      if (result instanceof TrackedSnapshot) return result
      // Rule 3. Whoever can't be trusted must not get the credentials again.
      const { delayMs, failure } = planAfterPost(result, postRetries, context)
      if (failure !== undefined && (!result.mayHaveExecuted || means(result, 'untrusted'))) throw failure
      await sleepAfterPost(result, delayMs, context)
      // Rule 4.
      const isConflict = means(result, 'conflict')
      const usable = isConflict ? await resolveConflict(result) : findUsable(await list(READ_AFTER_POST))
      if (usable !== undefined) return usable
      if (failure !== undefined) throw failure
      await stopIfTooLate(context)
      logger.info('Requesting a snapshot again.')
    }
  }

  const onBeat = (ms: number) => logger.info(`Still ${phase}, ${formatDuration(ms)} after the start.`)
  try {
    return await withHeartbeat(context, onBeat, create)
  } catch (error) {
    const state = mightExist ? reports.describeDoubt(tag) : reports.NOTHING_CREATED
    const lastError = listRetries.lastError ?? postRetries.lastError
    throw reports.toFailure(await withClusterDiagnosis(error, context), { phase, lastError, state })
  }
}
