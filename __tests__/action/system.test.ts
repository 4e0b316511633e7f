import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom, systemTime } from '../../src/action/system.js'
import { thrownBy } from '../support/answers.js'

/** How many timers keep the process alive. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('the system clock', () => {
  it('counts milliseconds, and never back', async () => {
    const start = systemClock.now()
    await systemClock.sleep(20)
    // A timer of Node's may be early by less than a millisecond.
    expect(systemClock.now() - start).toBeGreaterThan(18)
  })

  it('ends a sleep with the reason of the signal, and leaves no timer behind', async () => {
    const controller = new AbortController()
    const before = timers()
    const asleep = thrownBy(() => systemClock.sleep(600_000, controller.signal))
    expect(timers()).toBe(before + 1)
    controller.abort(new Error('stop'))
    expect(await asleep).toBe(controller.signal.reason)
    expect(timers()).toBe(before)
  })

  it('does not start a sleep under a signal that has aborted', async () => {
    const before = timers()
    const signal = AbortSignal.abort('stopped')
    expect(await thrownBy(() => systemClock.sleep(600_000, signal))).toBe('stopped')
    expect(timers()).toBe(before)
  })

  it('leaves nothing behind on the signal once it has slept', async () => {
    const { signal } = new AbortController()
    await systemClock.sleep(1, signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('the randomness of the system', () => {
  it('draws fractions and as many digits as asked for, other ones each time', () => {
    const fraction = systemRandom.fraction()
    expect(fraction).toBeGreaterThanOrEqual(0)
    expect(fraction).toBeLessThan(1)
    expect(systemRandom.hex(4)).toMatch(/^[0-9a-f]{8}$/)
    expect(systemRandom.hex(16)).not.toBe(systemRandom.hex(16))
  })
})

it('the time of day is that of the machine', () => {
  const now = systemTime()
  expect(Math.abs(now() - Date.now())).toBeLessThan(60_000)
})
