import { backupPage } from '../../src/atlas/address.js'
import type { Random } from '../../src/ports.js'
import { withDeadline } from '../../src/snapshot/deadline.js'
import type { Order } from '../../src/snapshot/order.js'
import type { Schedule } from '../../src/snapshot/schedule.js'
import { drawTag, tagged } from '../../src/snapshot/tag.js'
import { takeSnapshot } from '../../src/snapshot/take.js'
import { waitUntilCompleted } from '../../src/snapshot/wait.js'
import { sleep } from '../../src/timer.js'
import type { Work } from './fleet.js'

/** The real taking and waiting on another schedule, with so many milliseconds in between. */
export function walk(scheduleOf: (random: Random) => Schedule, betweenMs = 0): Work {
  return (task, dependencies, cancel) => {
    const { clock, random } = dependencies
    return withDeadline(task.limitMs, clock, cancel, async (deadline) => {
      const context = { ...dependencies, deadline, schedule: scheduleOf(random) }
      const { description, retentionInDays, onConflict, cluster } = task
      const tag = drawTag(random)
      const order: Order = {
        description: tagged(description, tag),
        tag,
        retentionInDays,
        onConflict,
        backupPage: backupPage(cluster),
      }
      const taken = await takeSnapshot(order, context)
      await sleep(clock, betweenMs, deadline.signal)
      return waitUntilCompleted(taken, context)
    })
  }
}
