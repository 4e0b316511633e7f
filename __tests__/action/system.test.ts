import { describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom, systemTime } from '../../src/action/system.js'

/** How many timers keep the process alive. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('the system clock', () => {
  it('counts milliseconds, and never back', async () => {
    const start = systemClock.now()
    await new Promise<void>((resolve) => systemClock.setTimeout(20, resolve))
    // A timer of Node's may be early by less than a millisecond.
    expect(systemClock.now() - start).toBeGreaterThan(18)
  })

  it('never acts once it is told not to, and leaves no timer behind', () => {
    const before = timers()
    const cancel = systemClock.setTimeout(600_000, () => undefined)
    expect(timers()).toBe(before + 1)
    cancel()
    cancel()
    expect(timers()).toBe(before)
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
