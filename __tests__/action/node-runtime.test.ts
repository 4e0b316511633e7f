import { describe, expect, it } from '@jest/globals'
import {
  createWallClock,
  listenForCancellation,
  systemClock,
  systemRandom,
} from '../../src/action/node-runtime.js'
import { StopReason } from '../../src/snapshot/deadline.js'

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
  const now = createWallClock()
  expect(Math.abs(now() - Date.now())).toBeLessThan(60_000)
})

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (name) => {
  it('cancels the step', () => {
    const cancellation = listenForCancellation()
    try {
      expect(cancellation.signal.aborted).toBe(false)
      process.emit(name, name)
      expect(cancellation.signal.reason).toBeInstanceOf(StopReason)
      expect(cancellation.signal.reason).toMatchObject({
        kind: 'cancelled',
        message: `the step was cancelled (${name})`,
      })
    } finally {
      cancellation.release()
    }
  })

  it("is Node's own again after the step", () => {
    const before = process.listenerCount(name)
    const cancellation = listenForCancellation()
    expect(process.listenerCount(name)).toBe(before + 1)
    cancellation.release()
    expect(process.listenerCount(name)).toBe(before)
    expect(cancellation.signal.aborted).toBe(false)
  })
})

describe('a second signal', () => {
  it('does not change the reason', () => {
    const cancellation = listenForCancellation()
    process.emit('SIGINT', 'SIGINT')
    process.emit('SIGTERM', 'SIGTERM')
    cancellation.release()
    expect(String(cancellation.signal.reason)).toContain('SIGINT')
  })
})
