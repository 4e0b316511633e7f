import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { type Deadline, StopReason, withDeadline } from '../../src/snapshot/deadline.js'
import { mentioning } from '../support/played.js'

const reason = new StopReason('canceled', 'stopped')
const never = new AbortController().signal

/** Work that continues until its signal aborts, then returns when and why. */
function untilStopped(clock: VirtualClock) {
  return ({ signal, at }: Deadline) =>
    new Promise<{ stoppedAt: number; at: number; reason: unknown }>((resolve) => {
      const stop = () => resolve({ stoppedAt: clock.now(), at, reason: signal.reason })
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
}

describe('the deadline', () => {
  it('aborts exactly at its time, with a reason that includes the time limit', async () => {
    const clock = new VirtualClock(500)
    expect(await clock.run(withDeadline(90_000, clock, never, untilStopped(clock)))).toMatchObject({
      stoppedAt: 90_500,
      at: 90_500,
      reason: { name: 'StopReason', kind: 'deadline', message: mentioning('1 min 30 s') },
    })
  })

  it('has no effect after a cancellation', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    clock.setTimeout(400, () => cancel.abort(reason))
    const end = await clock.run(withDeadline(1_000, clock, cancel.signal, untilStopped(clock)))
    expect(end).toStrictEqual({ stoppedAt: 400, at: 1_000, reason })
  })
})
