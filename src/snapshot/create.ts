import { RequestError } from '../atlas/errors.js'
import { isBlocking, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context, ObservedSnapshot } from './context.js'
import { readList } from './list.js'
import { pollInterval } from './polling.js'
import * as reports from './reports.js'
import { AFTER_POST, BEFORE_POST, POST_POLICIES, Retries, type RetryPolicy, WHILE_WAITING } from './retry.js'
import { describeReuse, findReusable } from './reuse.js'
import { isOwn, type Tag, withTag } from './tag.js'

/** The snapshot to use, or the request that comes next. */
type Next = ObservedSnapshot | 'post' | 'list'

/**
 * Creates one snapshot and never two, or uses one that `reuse-within-minutes` allows. The API has no idempotency key, but Atlas
 * rejects a second on-demand snapshot while one is in progress, and a tag in the description marks the step's own snapshot.
 *
 * 1. With `reuse-within-minutes`, the step starts with the search of rule 3. Otherwise, it starts with the POST.
 * 2. It sends the POST. If the POST fails and can be retried, the step pauses. Any other failure ends it.
 * 3. Before the next POST, it searches the list for its own snapshot, or else for one to reuse, if any of these is true: a POST
 *    might have been executed, the last POST met a conflict, or `reuse-within-minutes` is set. With `on-conflict: wait`, it reads
 *    the list again while that shows another snapshot in progress. The next POST follows the last list directly.
 * 4. A step that fails reports that its snapshot might exist if any POST might have been executed.
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(tag: Tag, context: Context): Promise<ObservedSnapshot> {
  const { client, clock, deadline, logger, options } = context
  const { onConflict, reuseWithinMs } = options
  const request = { ...options.request, description: withTag(options.request.description, tag) }
  const postRetries = new Retries(context)
  const listRetries = new Retries(context)
  /** Continues `Still …`. */
  let phase = 'searching for a snapshot to reuse'
  /** Whether any POST so far might have been executed. */
  let mightExist = false

  const onBeat = (ms: number) => logger.info(`Still ${phase}, ${formatDuration(ms)} after the start.`)
  try {
    return await withHeartbeat(clock, onBeat, create)
  } catch (thrown) {
    const error = await reports.withClusterDiagnosis(thrown, context)
    const state = mightExist ? reports.describeDoubt(tag) : reports.NOTHING_CREATED
    // No POST follows a list that fails, so the failure of a list is the last one.
    const lastError = listRetries.lastError ?? postRetries.lastError
    throw reports.toStepError(error, { phase, lastError, state })
  }

  async function create(): Promise<ObservedSnapshot> {
    let next: Next = reuseWithinMs === undefined ? 'post' : await search(BEFORE_POST)
    while (typeof next === 'string') next = next === 'post' ? await post() : await search(AFTER_POST)
    return next
  }

  /** Rules 2 and 3. */
  async function post(): Promise<Next> {
    phase = 'creating the snapshot'
    try {
      const snapshot = await client.createSnapshot(request, (found) => isOwn(found, tag), deadline.signal)
      return { snapshot: withoutCompletion(snapshot), created: true }
    } catch (error) {
      // An aborted request is a `RequestError`, too. After any other error, a bug, it might have been executed.
      mightExist ||= !(error instanceof RequestError) || error.mayHaveExecuted
      const { meaning } = await postRetries.pauseOrThrow(error, POST_POLICIES[onConflict])
      const needsList = mightExist || meaning === 'conflict' || reuseWithinMs !== undefined
      return needsList ? 'list' : 'post'
    }
  }

  /** Rules 1 and 3. Reads the list until it shows a snapshot to use, or no other one to wait for. */
  async function search(firstPolicy: RetryPolicy): Promise<Next> {
    const start = clock.now()
    let waitsFor: Snapshot | undefined
    // Once a list has shown another snapshot in progress, the step waits for it.
    for (let policy = firstPolicy; ; policy = WHILE_WAITING) {
      const snapshots = await listRetries.read(() => readList(context), policy)
      const usable = findUsable(snapshots)
      if (usable !== undefined) return usable
      const other = snapshots.find(isBlocking)
      // With `fail`, the POST shows whether Atlas rejects it because of the other one.
      if (other === undefined || onConflict === 'fail') return 'post'
      // The wait is no outage of the POSTs, so their time starts anew. No report must name a conflict that is over.
      postRetries.reset()
      if (other.id !== waitsFor?.id)
        logger.info(`${reports.describeConflict(other)} Waiting for it to finish.`)
      waitsFor = other
      phase = `waiting for another snapshot (${other.id})`
      await deadline.sleep(pollInterval(context, clock.now() - start, { created: false }))
    }
  }

  function findUsable(snapshots: readonly Snapshot[]): ObservedSnapshot | undefined {
    const own = snapshots.find((snapshot) => isOwn(snapshot, tag))
    if (own !== undefined) {
      logger.info(`Found snapshot ${own.id} with tag ${tag}. This step created it.`)
      return { snapshot: own, created: true }
    }
    const reusable = findReusable(snapshots, options)
    if (reusable !== undefined) logger.warning(describeReuse(reusable))
    return reusable && { snapshot: reusable, created: false }
  }
}
