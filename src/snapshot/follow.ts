import type { AtlasError } from '../atlas/errors.js'
import { isFinished, type Snapshot } from '../atlas/snapshot.js'
import { sleep } from '../timer.js'
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

/** How long before the deadline there is one look at the latest: time enough for an answer. */
const LAST_LOOK_MS = 2_000

/**
 * Reads a snapshot on the schedule, and once more shortly before the deadline, until it is completed or failed; an
 * unknown status is waited on.
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
    const delayMs = schedule(clock.now() - start, current.limitLeft)
    await sleep(clock, untilLook(delayMs, context), deadline.signal)
    const read = (signal: AbortSignal) => client.read(current.id, signal)
    const next = await persist(read, context, outage, { alsoPassing })
    looked(next, next.status !== current.status, clock.now() - start)
    current = next
  }
  return current
}

/** The milliseconds of the schedule, fewer where they would pass the last look. */
function untilLook(delayMs: number, { clock, deadline }: Context): number {
  const untilLastMs = deadline.at - LAST_LOOK_MS - clock.now()
  return untilLastMs > 0 ? Math.min(delayMs, untilLastMs) : delayMs
}
