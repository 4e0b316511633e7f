import { AtlasError } from '../atlas/errors.js'
import { isBlocking, type Snapshot, withoutCompletion } from '../atlas/snapshot.js'
import { formatDuration } from '../format.js'
import { withHeartbeat } from '../timers.js'
import type { Context, ObservedSnapshot } from './context.js'
import { withClusterDiagnosis } from './diagnose.js'
import { readList } from './list.js'
import { pollInterval } from './polling.js'
import { describeConflict, describeDoubt, mismatchedResponse, NOTHING_CREATED, toFailure } from './reports.js'
import { CREATING, Retries, SEARCHING, WAITING } from './retry.js'
import { describeReuse, findReusable } from './reuse.js'
import { isOwn, type Tag, withTag } from './tag.js'

/** What the step is doing, in words that continue `Still …`, and how long it retries lists that fail meanwhile. */
const PHASES = {
  reusing: { name: 'searching for a snapshot to reuse', lists: CREATING },
  creating: { name: 'creating the snapshot', lists: SEARCHING },
}

/**
 * Creates one snapshot and never two, or uses one that `reuse-within-minutes` allows. The API has no idempotency key, but Atlas
 * rejects a second on-demand snapshot while one is in progress, and a tag in the description marks the step's own snapshot.
 *
 * 1. With `reuse-within-minutes`, the step starts with the list of rule 3.
 * 2. The step sends the POST. A response without the tag is not from Atlas.
 * 3. If the POST fails and can be retried, the step pauses. If any POST might have been executed, after a conflict, and with
 *    `reuse-within-minutes`, it then reads the list. It uses its own snapshot, or else one that fits. With `on-conflict: wait`, it
 *    reads the list again while another one is in progress. Then the next POST follows directly.
 * 4. If the POST or a list can't be retried, its failure is the report, which says that a snapshot might exist if any POST might
 *    have been executed.
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
export async function createSnapshot(tag: Tag, context: Context): Promise<ObservedSnapshot> {
  const { client, clock, deadline, logger, options } = context
  const { onConflict, reuseWithinMs } = options
  const request = { ...options.request, description: withTag(options.request.description, tag) }
  const posts = new Retries(context)
  const lists = new Retries(context)
  let phase = PHASES.reusing
  /** Whether any POST so far might have been executed. */
  let mightExist = false

  const onBeat = (ms: number) => logger.info(`Still ${phase.name}, ${formatDuration(ms)} after the start.`)
  try {
    return await withHeartbeat(clock, onBeat, create)
  } catch (thrown) {
    const error = await withClusterDiagnosis(thrown, context)
    const state = mightExist ? describeDoubt(tag) : NOTHING_CREATED
    throw toFailure(error, { phase: phase.name, lastError: lists.lastError ?? posts.lastError, state })
  }

  async function create(): Promise<ObservedSnapshot> {
    let usable = reuseWithinMs === undefined ? undefined : await search()
    while (usable === undefined) usable = (await post()) ?? (await search())
    return usable
  }

  /** Rule 2. `undefined` if the POST failed and can be retried. */
  async function post(): Promise<ObservedSnapshot | undefined> {
    phase = PHASES.creating
    try {
      const snapshot = await client.createSnapshot(request, deadline.signal)
      if (!isOwn(snapshot, tag)) throw mismatchedResponse(snapshot, options.cluster.clusterName)
      return { snapshot: withoutCompletion(snapshot), created: true }
    } catch (error) {
      // After a bug, the request might have been executed.
      mightExist ||= !(error instanceof AtlasError) || error.mayHaveExecuted
      if (onConflict === 'fail' && error instanceof AtlasError && error.meaning === 'conflict') throw error
      await posts.pause(error, CREATING)
      return undefined
    }
  }

  /** Rules 1 and 3. `undefined` if the list shows no snapshot to use, and no other one to wait for. */
  async function search(): Promise<ObservedSnapshot | undefined> {
    const isNeeded = mightExist || reuseWithinMs !== undefined || posts.lastError?.meaning === 'conflict'
    if (!isNeeded) return undefined
    const start = clock.now()
    for (;;) {
      const snapshots = await lists.read(() => readList(context), phase.lists)
      const usable = findUsable(snapshots)
      const other = snapshots.find(isBlocking)
      if (usable !== undefined || other === undefined || onConflict === 'fail') return usable
      // Waiting is no outage, and a conflict that is over is no reason for a timeout.
      posts.reset()
      const name = `waiting for another snapshot (${other.id})`
      if (name !== phase.name) logger.info(`${describeConflict(other)} Waiting for it to finish.`)
      phase = { name, lists: WAITING }
      await deadline.sleep(pollInterval(context, clock.now() - start, false))
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
