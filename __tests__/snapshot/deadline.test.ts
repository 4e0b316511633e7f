import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'
import { type Deadline, StopReason, withDeadline } from '../../src/snapshot/deadline.js'

const cancelled = () => new StopReason('cancelled', 'the step was cancelled')

/** Work that goes on until its deadline's signal aborts, and tells when and why. */
function untilStopped(clock: VirtualClock) {
  return ({ signal, at }: Deadline) =>
    new Promise<{ stoppedAt: number; at: number; reason: unknown }>((resolve) => {
      const stop = () => resolve({ stoppedAt: clock.now(), at, reason: signal.reason })
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
}

describe('the deadline', () => {
  it('passes at its very millisecond, with a reason that says how long it was', async () => {
    const clock = new VirtualClock(500)
    const { signal } = new AbortController()
    const end = await clock.run(withDeadline(90_000, clock, signal, untilStopped(clock)))
    expect(end).toMatchObject({ stoppedAt: 90_500, at: 90_500 })
    expect(end.reason).toMatchObject({
      name: 'StopReason',
      kind: 'deadline',
      message: 'the deadline of 1 min 30 s has passed',
    })
  })

  it('has not passed a millisecond before', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    const work = async (deadline: Deadline) => {
      await clock.sleep(999)
      return deadline.signal.aborted
    }
    await expect(clock.run(withDeadline(1_000, clock, signal, work))).resolves.toBe(false)
  })

  it('gives way to a cancellation before it', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    const reason = cancelled()
    clock.setTimeout(400, () => cancel.abort(reason))
    const end = await clock.run(withDeadline(1_000, clock, cancel.signal, untilStopped(clock)))
    expect(end).toEqual({ stoppedAt: 400, at: 1_000, reason })
  })

  it('stops work that starts after the cancellation', async () => {
    const clock = new VirtualClock()
    const reason = cancelled()
    const end = await clock.run(withDeadline(1_000, clock, AbortSignal.abort(reason), untilStopped(clock)))
    expect(end).toEqual({ stoppedAt: 0, at: 1_000, reason })
  })

  it.each([
    ['done', () => Promise.resolve('done')],
    ['failed', () => Promise.reject(new Error('no'))],
  ])('leaves no timer behind once the work is %s', async (_, outcome) => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    await clock.run(withDeadline(1_000, clock, signal, outcome)).catch(() => undefined)
    expect(clock.pending).toBe(0)
  })

  it('hands on what the work gives or throws', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    await expect(clock.run(withDeadline(1, clock, signal, async () => 7))).resolves.toBe(7)
    await expect(
      clock.run(withDeadline(1, clock, signal, () => Promise.reject(new RangeError('no')))),
    ).rejects.toThrow(RangeError)
  })
})
