import { describe, expect, it } from '@jest/globals'
import { after } from '../src/timer.js'
import { VirtualClock } from './support/virtual-clock.js'

/** A timer of 100 ms, and the instants at which it acted. */
function timer() {
  const clock = new VirtualClock(7)
  const acted: number[] = []
  const cancel = after(clock, 100, () => acted.push(clock.now()))
  return { clock, acted, cancel }
}

describe('a timer', () => {
  it('acts once, after its milliseconds and not before', async () => {
    const { clock, acted } = timer()
    await clock.advance(99)
    expect(acted).toEqual([])
    await clock.advance(1_000)
    expect(acted).toEqual([107])
    expect(clock.pending).toBe(0)
  })

  it('never acts once it is cancelled, and leaves nothing behind', async () => {
    const { clock, acted, cancel } = timer()
    await clock.advance(99)
    cancel()
    await clock.settle()
    expect(clock.pending).toBe(0)
    await clock.advance(1_000)
    expect(acted).toEqual([])
  })

  it('may be cancelled after it has acted, and twice', async () => {
    const { clock, acted, cancel } = timer()
    await clock.advance(100)
    cancel()
    cancel()
    await clock.advance(1_000)
    expect(acted).toEqual([107])
  })
})
