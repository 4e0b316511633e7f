import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { createNodeRuntime, VERSION } from '../../src/action/node-runtime.js'
import { mentioning } from '../support/played.js'

it('the version is the one in package.json', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({ version: VERSION })
})

it('the clocks and the random source are real, and a canceled timer no longer keeps the process alive', () => {
  const { clock, random, wallClock, sender, cancellation } = createNodeRuntime()
  expect(Math.abs(wallClock() - Date.now())).toBeLessThan(60_000)
  expect(Math.abs(clock.now() - performance.now())).toBeLessThan(60_000)
  expect(random.fraction()).toBeLessThan(1)
  expect(random.fraction()).not.toBe(random.fraction())
  expect(random.hex(4)).toMatch(/^[0-9a-f]{8}$/)
  expect(random.hex(4)).not.toBe(random.hex(4))
  const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = countTimers()
  const cancel = clock.setTimeout(600_000, () => undefined)
  expect(countTimers()).toBe(before + 1)
  cancel()
  expect(countTimers()).toBe(before)
  sender.close()
  cancellation.release()
})

describe('a step is canceled', () => {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') ?? {}
  afterEach(() => void Object.defineProperty(process, 'platform', own))

  it.each<[NodeJS.Platform, NodeJS.Signals[], NodeJS.Signals]>([
    ['linux', ['SIGINT', 'SIGTERM'], 'SIGBREAK'],
    ['win32', ['SIGINT', 'SIGBREAK'], 'SIGTERM'],
  ])('on %s by %j, which end the process again after it', async (platform, signals, other) => {
    Object.defineProperty(process, 'platform', { ...own, value: platform })
    // It reads the platform when it is loaded.
    jest.resetModules()
    const { listenForCancellation } = await import('../../src/action/node-runtime.js')
    const count = () => [...signals, other].map((name) => process.listenerCount(name))
    const before = count()
    for (const name of signals) {
      const { signal, release } = listenForCancellation()
      expect(count()).toStrictEqual(before.map((many, index) => many + (index < 2 ? 1 : 0)))
      expect(signal.aborted).toBe(false)
      process.emit(name, name)
      // The second signal changes nothing.
      for (const second of signals) process.emit(second, second)
      expect(signal.reason).toMatchObject({ stoppedBy: 'cancellation', message: mentioning(name) })
      release()
      expect(count()).toStrictEqual(before)
    }
  })
})
