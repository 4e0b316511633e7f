import type { AtlasError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import type { Context } from './context.js'
import { type Outage, persist } from './persist.js'

/** How a snapshot is followed. */
interface Following {
  readonly outage: Outage
  /** Told of each look, whether the status changed, and the milliseconds waited so far. */
  readonly looked: (snapshot: Snapshot, isChange: boolean, waitedMs: number) => void
  /** Further errors that are worth another try. */
  readonly alsoPassing?: (error: AtlasError) => boolean
}

/**
 * Reads a snapshot on the schedule until it is completed or failed; an unknown status is waited on.
 *
 * @returns the finished snapshot, at once if it is finished already
 * @throws as `persist` does
 */
export async function follow(snapshot: Snapshot, context: Context, following: Following): Promise<Snapshot> {
  const { client, clock, deadline, schedule } = context
  const { outage, looked, alsoPassing } = following
  const start = clock.now()
  let current = snapshot
  while (!isFinished(current)) {
    await clock.sleep(schedule(clock.now() - start, current.limitLeft), deadline.signal)
    const read = (signal: AbortSignal) => client.read(current.id, signal)
    const next = await persist(read, context, outage, { alsoPassing })
    looked(next, next.status !== current.status, clock.now() - start)
    current = next
  }
  return current
}
