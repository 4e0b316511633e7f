import { backupPage } from '../atlas/address.js'
import { type Snapshot, statusOf } from '../atlas/snapshot.js'
import { formatBytes, formatDays, formatDuration } from '../format.js'
import { withDoubt } from './aftermath.js'
import { announce } from './announce.js'
import { attachTo } from './attach.js'
import type { Context, Dependencies, Sighting } from './context.js'
import { isCancellation, StopReason, withDeadline } from './deadline.js'
import { assertNotFailed } from './failed.js'
import { memberIdsOf } from './members.js'
import { pollSchedule } from './schedule.js'
import { stoppedBeside } from './stopped.js'
import { drawTag, tagged } from './tag.js'
import { takeSnapshot } from './take.js'
import type { Task } from './task.js'
import { waitUntilCompleted } from './wait.js'

/** What a step has to hand on when it succeeds. */
export interface Outcome extends Sighting {
  /** The members' snapshots of a sharded cluster (empty if they could not be read), else the one id. */
  readonly snapshotIds: readonly string[]
  /** From knowing the id to the end, in milliseconds; 0 without `wait`. */
  readonly durationMs: number
}

/**
 * The gate: resolves only if Atlas accepted the snapshot and, with `wait`, reported that very one as completed.
 *
 * @param cancel aborts with a `StopReason` when the step is cancelled
 * @throws Failure that says what happened, what is left in Atlas and what to do; anything else is a bug
 */
export function obtainSnapshot(
  task: Task,
  dependencies: Dependencies,
  cancel: AbortSignal,
): Promise<Outcome> {
  const { clock, random } = dependencies
  return withDeadline(task.limitMs, clock, cancel, async (deadline) => {
    const context = { ...dependencies, deadline, schedule: pollSchedule(task.pollIntervalMs, random) }
    if (task.snapshotId !== undefined) {
      announce(task, context.logger)
      const attached = await attachTo(task.snapshotId, context)
      tellOf(attached, task, context)
      const outcome = await finish(attached, task, context, cancel)
      warnIfOlder(attached, outcome, context)
      return outcome
    }
    const tag = drawTag(random)
    const description = tagged(task.description, tag)
    const order = { ...task, description, tag, backupPage: backupPage(task.cluster) }
    // Said before the first POST, so that even a step that is killed in it leaves something to look for.
    announce(task, context.logger, tag)
    const taken = await takeSnapshot(order, context)
    tellOf(taken, task, context)
    try {
      return await finish(taken, task, context, cancel)
    } catch (error) {
      throw taken.inDoubt ? withDoubt(error, order) : error
    }
  })
}

/** Waits if asked, and gathers what is handed on. */
async function finish(taken: Sighting, task: Task, context: Context, cancel: AbortSignal): Promise<Outcome> {
  const { clock } = context
  const start = clock.now()
  const last = task.wait ? await waitUntilCompleted(taken, context) : accepted(taken, context)
  const durationMs = task.wait ? clock.now() - start : 0
  const snapshotIds = await memberIdsOf({ ...taken, snapshot: last }, context)
  if (isCancellation(cancel.reason)) throw stoppedBeside(last, 'handing it on', cancel.reason)
  tellOfEnd(task, last, durationMs, context)
  return { snapshot: last, created: taken.created, snapshotIds, durationMs }
}

function tellOf(
  { snapshot, created }: Sighting,
  { retentionInDays }: Task,
  { logger, sighted }: Context,
): void {
  const { id, description } = snapshot
  const name = description === undefined ? '' : `: ${description}`
  logger.info(
    `Snapshot ${id} is ${statusOf(snapshot)}${created ? `${name}, to be kept for ${formatDays(retentionInDays)}` : ''}.`,
  )
  sighted({ snapshot, created })
}

/** What a step attaches to holds no more than it held at that instant, which may be long ago. */
function warnIfOlder(attached: Sighting, { snapshot }: Outcome, { logger }: Context): void {
  const { id, createdAt } = snapshot
  if (createdAt === undefined) return
  const wasCompleted = attached.snapshot.status === 'completed'
  const { asOf = Number.NaN } = attached.snapshot
  if (!wasCompleted && !(Date.parse(createdAt) < asOf)) return
  logger.warning(
    `The data of snapshot ${id} is as of ${createdAt}, which is before this step (snapshot-id): what was written since is not in it.`,
  )
}

/** Without `wait`, a snapshot that Atlas accepted is enough, unless it failed already. */
function accepted(taken: Sighting, { deadline, logger }: Context): Snapshot {
  const { snapshot } = taken
  assertNotFailed(taken)
  if (deadline.signal.reason instanceof StopReason)
    throw stoppedBeside(snapshot, 'asking Atlas for a snapshot', deadline.signal.reason)
  if (snapshot.status !== 'completed') {
    logger.notice(
      `Snapshot ${snapshot.id} is ${statusOf(snapshot)}, not completed: the instant whose data it will hold may still lie ahead, and writes before that instant will be in it. Set wait to true before a deployment that changes data.`,
    )
  }
  return snapshot
}

function tellOfEnd({ cluster }: Task, snapshot: Snapshot, durationMs: number, { logger }: Context): void {
  const { id, status, createdAt, expiresAt, storageSizeBytes } = snapshot
  const facts = [
    durationMs >= 50 ? `after ${formatDuration(durationMs)}` : undefined,
    createdAt === undefined ? undefined : `restore point ${createdAt}`,
    storageSizeBytes === undefined || storageSizeBytes === 0 ? undefined : formatBytes(storageSizeBytes),
    expiresAt === undefined ? undefined : `kept until ${expiresAt}`,
  ].filter((fact) => fact !== undefined)
  const said = [`Snapshot ${id} is ${statusOf(snapshot)}`, ...facts].join(', ')
  if (status === 'completed') logger.notice(said)
  else logger.info(said)
  logger.info(`See it in Atlas: ${backupPage(cluster)}`)
}
