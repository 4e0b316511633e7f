import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { createNodeRuntime, listenForCancellation, VERSION } from '../../src/action/node-runtime.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { mentioning } from '../support/played.js'

const { clock, random, wallClock, sender, cancellation } = createNodeRuntime()
afterAll(() => {
  sender.close()
  cancellation.release()
})

/** The number of timers that keep the process alive. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

it('the version is the one in package.json', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({ version: VERSION })
})

describe('the system clock', () => {
  it('counts milliseconds', async () => {
    const start = clock.now()
    await new Promise<void>((resolve) => clock.setTimeout(20, resolve))
    // A timer of Node can be early by less than a millisecond.
    expect(clock.now() - start).toBeGreaterThan(18)
  })

  it('removes a canceled timer', () => {
    const before = timers()
    const cancel = clock.setTimeout(600_000, () => undefined)
    expect(timers()).toBe(before + 1)
    cancel()
    cancel()
    expect(timers()).toBe(before)
  })
})

describe('the random source', () => {
  it('returns fractions, and a different hex string of the given length each time', () => {
    const fraction = random.fraction()
    expect(fraction).toBeGreaterThanOrEqual(0)
    expect(fraction).toBeLessThan(1)
    expect(random.hex(4)).toMatch(/^[0-9a-f]{8}$/)
    expect(random.hex(16)).not.toBe(random.hex(16))
  })
})

it('the wall clock shows the system time', () => {
  expect(Math.abs(wallClock() - Date.now())).toBeLessThan(60_000)
})

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s cancels the step, and ends the process again after it',
  (name) => {
    const before = process.listenerCount(name)
    const { signal, release } = listenForCancellation()
    expect([process.listenerCount(name), signal.aborted]).toStrictEqual([before + 1, false])
    process.emit(name, name)
    process.emit('SIGTERM', 'SIGTERM')
    release()
    expect(process.listenerCount(name)).toBe(before)
    expect(signal.reason).toBeInstanceOf(StopReason)
    // The second signal changes nothing.
    expect(signal.reason).toMatchObject({ kind: 'canceled', message: mentioning(name) })
  },
)
