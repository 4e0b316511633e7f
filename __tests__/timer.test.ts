import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { sleep, withTimeout } from '../src/timer.js'
import { thrownBy } from './support/answers.js'
import { VirtualClock } from './support/virtual-clock.js'

describe('a sleep', () => {
  it('lasts its milliseconds', async () => {
    const clock = new VirtualClock(7)
    await clock.run(sleep(clock, 100))
    expect(clock.now()).toBe(107)
  })

  it('ends with the reason of the signal, and leaves no timer behind', async () => {
    const clock = new VirtualClock()
    const controller = new AbortController()
    clock.setTimeout(20, () => controller.abort(new Error('stop')))
    expect(await clock.run(thrownBy(() => sleep(clock, 100, controller.signal)))).toBe(
      controller.signal.reason,
    )
    expect(clock.now()).toBe(20)
    expect(clock.pending).toBe(0)
  })

  it('does not start under a signal that has aborted', async () => {
    const clock = new VirtualClock()
    expect(await thrownBy(() => sleep(clock, 100, AbortSignal.abort('stopped')))).toBe('stopped')
    expect(clock.pending).toBe(0)
  })

  it('leaves nothing behind on the signal once it is over', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    await clock.run(sleep(clock, 1, signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('limited work', () => {
  /** Work that takes so long under a limit of 100 ms, and how it ends. */
  async function endOf(takesMs: number, parent: AbortSignal, clock = new VirtualClock()) {
    const late = () => new Error('late')
    const work = withTimeout({ clock, parent, ms: 100, late }, async (signal) => {
      await sleep(clock, takesMs, signal)
      return 'done'
    })
    const ending = await clock.run(work.catch((error: unknown) => error))
    return { ending, at: clock.now(), pending: clock.pending }
  }

  it('ends as it ends where it is in time, and leaves nothing behind', async () => {
    const { signal } = new AbortController()
    expect(await endOf(99, signal)).toEqual({ ending: 'done', at: 99, pending: 0 })
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('has its signal aborted when its time is over', async () => {
    const { signal } = new AbortController()
    expect(await endOf(101, signal)).toEqual({ ending: new Error('late'), at: 100, pending: 0 })
  })

  it('has its signal aborted with the parent', async () => {
    const clock = new VirtualClock()
    const parent = new AbortController()
    clock.setTimeout(50, () => parent.abort('cancelled'))
    expect(await endOf(101, parent.signal, clock)).toEqual({ ending: 'cancelled', at: 50, pending: 0 })
  })
})
