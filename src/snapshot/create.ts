import { AtlasError, means } from '../atlas/errors.js'
import { isBlocking, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { sleep, withHeartbeat } from '../timers.js'
import type { Context } from './context.js'
import { withClusterDiagnosis } from './diagnose.js'
import { readList } from './list.js'
import { pollInterval, waitForOther } from './polling.js'
import * as reports from './reports.js'
import {
  announceRetry,
  delayBeforePost,
  delayBeforeRead,
  FIRST_READ,
  LIST_AFTER_POST,
  LIST_DELAY_MS,
  listTimesAfterPost,
  Retries,
  retry,
} from './retry.js'
import { describeReuse, describeReuseOnConflict, findReusable } from './reuse.js'
import { isOwn, type Tag, withTag } from './tag.js'
import { TrackedSnapshot } from './tracked-snapshot.js'

/**
 * Creates one snapshot and never two, or uses one that `reuse-within-minutes` or `on-conflict: reuse` allows. The API has no
 * idempotency key, but Atlas rejects a second on-demand snapshot while one is in progress, and a tag in the description marks
 * the step's own snapshot.
 *
 * 1. With `reuse-within-minutes`, the step reads the list first, and uses a recent snapshot.
 * 2. The step sends the POST. A snapshot without the tag in the response is not from Atlas.
 * 3. If the POST failed but might have been executed, the step is in doubt from then on. It reads the list at once and after
 *    5 s, unless the responder can't be trusted. If no further POST is allowed, the step fails after that.
 * 4. If the POST was not executed, the step sends another one after a delay, or fails.
 * 5. Before every further POST, the step reads the list. It uses its own snapshot, and fails if there are two. Unless in doubt,
 *    it uses a recent one (`reuse-within-minutes`).
 * 6. After a conflict, this list decides.
 *    - In doubt, none is in progress, and no list has ever shown one: the list might hide the step's own, so with any
 *      `on-conflict`, the step reads the list until it shows its own, or one in progress.
 *    - Otherwise, none is in progress: `fail` fails, and `wait` and `reuse` send another POST.
 *    - Another one is in progress: `fail` fails, and `reuse` uses it, unless in doubt. Otherwise, the step waits until it has
 *      finished, and continues with 5.
 * 7. A failed step names its own two snapshots. Otherwise, it reports that one might exist if in doubt, or that none was created.
 *
 * ```
 *  0 s  POST: connection reset                in doubt
 *  0 s  list: nothing with the tag, nor after 5 s
 *  5 s  POST: conflict
 *  6 s  list: another one is in progress      wait for it, even with `reuse`
 * 90 s  GET of the other one: completed, list: nothing is in progress
 * 90 s  POST: created
 * ```
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(tag: Tag, context: Context): Promise<TrackedSnapshot> {
  const { client, clock, deadline, logger, options } = context
  const posts = new Retries(context)
  const reads = new Retries(context)
  let phase = ''
  let isInDoubt = false
  let hasListedBlocking = false

  const enter = (newPhase: string, label = 'requesting a snapshot') => {
    phase = newPhase
    context.onPhase(label)
  }

  const list = async (policy = LIST_AFTER_POST) => {
    const snapshots = await retry((signal) => readList(context, signal), context, reads, policy)
    hasListedBlocking ||= snapshots.some(isBlocking)
    return snapshots
  }

  const findUsable = (snapshots: readonly Snapshot[]) => {
    const [own, second] = snapshots.filter((one) => isOwn(one, tag))
    if (own !== undefined && second !== undefined) throw reports.duplicateTagError(own, second, tag)
    if (own !== undefined) {
      logger.info(`Found snapshot ${own.id} with tag ${tag}. This step created it.`)
      return new TrackedSnapshot(own, 'created', context)
    }
    const recent = isInDoubt ? undefined : findReusable(snapshots, options)
    if (recent === undefined) return undefined
    logger.warning(describeReuse(recent))
    return new TrackedSnapshot(recent, 'found', context)
  }

  /** The created snapshot, or why there is none. */
  const post = async () => {
    enter('creating the snapshot')
    const request = { ...options.request, description: withTag(options.request.description, tag) }
    try {
      // The client sends it again only after a 401 that shows that Atlas has not executed it.
      const snapshot = await client.createSnapshot(request, deadline.signal)
      if (!isOwn(snapshot, tag)) throw reports.mismatchedResponse(snapshot)
      return new TrackedSnapshot(withoutCompletion(snapshot), 'created', context)
    } catch (error) {
      // After a bug, the request might have been executed.
      isInDoubt ||= !(error instanceof AtlasError) || error.mayHaveExecuted
      if (error instanceof AtlasError) return error
      throw error
    }
  }

  /** Applies `on-conflict`. `undefined` if the step can send another POST. */
  const resolveConflict = async (conflict: AtlasError, listed: readonly Snapshot[]) => {
    const since = clock.now()
    for (let snapshots = listed; ; snapshots = await list()) {
      const usable = findUsable(snapshots)
      if (usable !== undefined) return usable
      const other = snapshots.find(isBlocking)
      if (other === undefined && isInDoubt && !hasListedBlocking) {
        enter(`searching for a snapshot with tag ${tag}`)
        if (snapshots === listed)
          logger.info('Atlas lists no snapshot in progress yet. Reading the list until one appears.')
        const intervalMs = pollInterval(context, clock.now() - since, false)
        await sleep(clock, delayBeforeRead(intervalMs, context), deadline.signal)
      } else if (options.onConflict === 'fail') {
        throw other === undefined ? conflict : conflict.with(reports.describeConflict(other))
      } else if (other === undefined) {
        return undefined
      } else if (options.onConflict === 'reuse' && !isInDoubt) {
        logger.warning(describeReuseOnConflict(other))
        return new TrackedSnapshot(other, 'found', context)
      } else {
        enter(`waiting for another snapshot (${other.id})`, 'waiting for another snapshot')
        await waitForOther(new TrackedSnapshot(other, 'found', context, reads), context)
        enter('creating the snapshot')
      }
    }
  }

  const create = async () => {
    if (options.reuseWithinMs !== undefined) {
      enter('searching for a reusable snapshot')
      const recent = findUsable(await list(FIRST_READ))
      if (recent !== undefined) return recent
    }
    for (;;) {
      const result = await post()
      if (result instanceof TrackedSnapshot) return result
      const next = delayBeforePost(result, posts, context)
      const times = listTimesAfterPost(result, next, context)
      // No list can change this failure, so it is also the result of a stopped step.
      if (typeof next !== 'number' && times.length === 0) throw next
      deadline.signal.throwIfAborted()
      if (result.mayHaveExecuted) {
        enter(`searching for a snapshot with tag ${tag}`)
        logger.info(`${result.message} The snapshot might have been created anyway. Searching for ${tag}.`)
      } else if (typeof next === 'number') announceRetry(result, next, context)
      for (const at of times) {
        const delayMs = Math.max(0, at - clock.now())
        // A longer delay than that of the search is for another POST.
        if (result.mayHaveExecuted && delayMs > LIST_DELAY_MS) {
          enter('creating the snapshot')
          announceRetry(result, delayMs, context)
        }
        await sleep(clock, delayMs, deadline.signal)
        const snapshots = await list()
        const usable = means(result, 'conflict')
          ? await resolveConflict(result, snapshots)
          : findUsable(snapshots)
        if (usable !== undefined) return usable
      }
      if (typeof next !== 'number') throw next
      logger.info('Requesting a snapshot again.')
    }
  }

  const onBeat = (ms: number) => logger.info(`Still ${phase}, ${formatDuration(ms)} after the start.`)
  try {
    return await withHeartbeat(context, onBeat, create)
  } catch (error) {
    // If the cluster's configuration explains a rejection, this adds the reason.
    const thrown = await withClusterDiagnosis(error, context)
    const state = reports.stateWithoutSnapshot(tag, isInDoubt)
    throw reports.toFailure(thrown, { phase, lastError: reads.lastError ?? posts.lastError, state })
  }
}
