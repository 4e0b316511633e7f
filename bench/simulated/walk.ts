import { backupPage } from '../../src/atlas/client.js'
import type { Random } from '../../src/runtime.js'
import type { PollInterval } from '../../src/snapshot/context.js'
import { type CreateRequest, createSnapshot } from '../../src/snapshot/create.js'
import { withDeadline } from '../../src/snapshot/deadline.js'
import { createTag, withTag } from '../../src/snapshot/tag.js'
import { waitUntilCompleted } from '../../src/snapshot/wait.js'
import { sleep } from '../../src/timers.js'
import type { Work } from './fleet.js'

/** The real taking and waiting on another pollInterval, with so many milliseconds in between. */
export function walk(scheduleOf: (random: Random) => PollInterval, betweenMs = 0): Work {
  return (task, dependencies, cancel) => {
    const { clock, random } = dependencies
    return withDeadline(task.timeoutMs, clock, cancel, async (deadline) => {
      const context = { ...dependencies, deadline, pollInterval: scheduleOf(random) }
      const { description, retentionInDays, onConflict, cluster } = task
      const tag = createTag(random)
      const order: CreateRequest = {
        description: withTag(description, tag),
        tag,
        retentionInDays,
        onConflict,
        backupPage: backupPage(cluster),
      }
      const taken = await createSnapshot(order, context)
      await sleep(clock, betweenMs, deadline.signal)
      return waitUntilCompleted(taken, context)
    })
  }
}
