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
  announcePost,
  LIST_POLICY,
  planAfterPost,
  READ_POLICY,
  Retries,
  type RetryPolicy,
  retry,
  sleepUntilRead,
  stopAfterLastRead,
  WAIT_POLICY,
} from './retry.js'
import { describeReuse, findReusable } from './reuse.js'
import { isOwn, type Tag, withTag } from './tag.js'
import { TrackedSnapshot } from './tracked-snapshot.js'

/** How long the list can hide a snapshot that is in progress. None of 311 recorded snapshots took longer than 527 s. */
const MAX_HIDDEN_MS = 600_000

/**
 * Creates one snapshot and never two, or uses one that `reuse-within-minutes` allows. The API has no idempotency key, but Atlas
 * rejects a second on-demand snapshot while one is in progress, and a tag in the description marks the step's own snapshot.
 *
 * 1. With `reuse-within-minutes`, the step reads the list first, and uses a snapshot that fits.
 * 2. The step sends the POST. A snapshot without the tag in the response is not from Atlas.
 * 3. After a failed POST, the step sleeps once, then reads the list. It fails at once if it can't trust the responder, or if no
 *    other POST can follow and this one was not executed.
 * 4. The list decides. The step uses its own snapshot, and fails if there are two, or it uses one that fits. If no other POST
 *    can follow, it fails. After a conflict, it reads the list until no on-demand snapshot is in progress, or fails with
 *    `fail`. If none is, but a POST might have been executed, the list might hide the step's own, so the step reads it for ten
 *    minutes, even with `fail`. Otherwise, the next POST follows directly.
 * 5. The last read, 2 s before the deadline, cuts every sleep. No other read of the list or POST starts after it.
 * 6. A failed step reports that a snapshot might exist if any POST might have been executed.
 *
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
  /** Whether a POST might have been executed. */
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

  /** Rule 4. The snapshot that ends the creation, or `undefined` if nothing prevents another POST. */
  const search = async (failure: AtlasError) => {
    const start = clock.now()
    let other: Snapshot | undefined
    for (;;) {
      // A snapshot that the list has shown was the reason for the conflict, so nothing is hidden.
      const hasListed = other !== undefined
      const snapshots = await list(hasListed ? WAIT_POLICY : LIST_POLICY)
      const usable = findUsable(snapshots)
      if (usable !== undefined || !means(failure, 'conflict')) return usable
      other = snapshots.find(isBlocking)
      const mightHide = mightExist && !hasListed && clock.now() - start < MAX_HIDDEN_MS
      if (options.onConflict === 'fail' && (other !== undefined || !mightHide))
        throw failure.with(other === undefined ? '' : reports.describeConflict(other))
      if (other === undefined && !mightHide) return undefined
      const search = reports.describeSearch(other, tag)
      if (search.phase !== phase) logger.info(search.message)
      enter(search.phase, other && 'waiting for another snapshot')
      await sleepUntilRead(pollInterval(context, clock.now() - start, false), context)
    }
  }

  const create = async () => {
    // Rule 1.
    if (options.reuseWithinMs !== undefined) {
      enter('searching for a reusable snapshot')
      const recent = findUsable(await list(READ_POLICY))
      if (recent !== undefined) return recent
      await stopAfterLastRead(context)
    }
    for (;;) {
      const result = await post()
      if (result instanceof TrackedSnapshot) return result
      const { delayMs, final } = planAfterPost(result, postRetries, context)
      // Rule 3. The list of a responder that can't be trusted would get the credentials, too.
      if (final !== undefined && (!result.mayHaveExecuted || means(result, 'untrusted'))) throw final
      deadline.signal.throwIfAborted()
      announcePost(result, delayMs, context)
      await sleepUntilRead(delayMs, context)
      const usable = await search(result)
      if (usable !== undefined) return usable
      if (final !== undefined) throw final
      await stopAfterLastRead(context)
      logger.info('Requesting a snapshot again.')
    }
  }

  const onBeat = (ms: number) => logger.info(`Still ${phase}, ${formatDuration(ms)} after the start.`)
  try {
    return await withHeartbeat(context, onBeat, create)
  } catch (error) {
    const thrown = await withClusterDiagnosis(error, context)
    const state = mightExist ? reports.describeDoubt(tag) : reports.NOTHING_CREATED
    const lastError = listRetries.lastError ?? postRetries.lastError
    throw reports.toFailure(thrown, { phase, lastError, state })
  }
}
