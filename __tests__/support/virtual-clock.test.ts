import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from './virtual-clock.js'

describe('the virtual clock', () => {
  it('jumps to the instants that are slept for, in their order', async () => {
    const clock = new VirtualClock(1000)
    const seen: string[] = []
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms)
      seen.push(`${name} at ${clock.now()}`)
    }
    await clock.run(Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b', 10), sleeper('zero', 0)]))
    expect(seen).toEqual(['zero at 1000', 'a at 1010', 'b at 1010', 'c at 1030'])
    expect(clock.pending).toBe(0)
  })

  it('lets everything run that follows a timer before the next one fires', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.after(5, () => seen.push('second'))
    const work = clock.sleep(5).then(async () => {
      for (let turns = 0; turns < 100; turns++) await Promise.resolve()
      await new Promise<void>((resolve) => process.nextTick(resolve))
      seen.push('followed')
    })
    clock.after(5, () => seen.push('last'))
    await clock.run(work)
    await clock.advance(0)
    expect(seen).toEqual(['second', 'followed', 'last'])
  })

  it('passes on what the work gives or throws, and leaves later timers alone', async () => {
    const clock = new VirtualClock()
    clock.after(60, () => {
      throw new Error('too early')
    })
    expect(await clock.run(clock.sleep(50).then(() => 'done'))).toBe('done')
    await expect(clock.run(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(clock.now()).toBe(50)
    expect(clock.pending).toBe(1)
  })

  it('rejects with the reason of a signal, and forgets the timer', async () => {
    const clock = new VirtualClock()
    const controller = new AbortController()
    clock.after(20, () => controller.abort(new Error('stop')))
    await expect(clock.run(clock.sleep(100, controller.signal))).rejects.toThrow('stop')
    expect(clock.now()).toBe(20)
    expect(clock.pending).toBe(0)
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('stop')
  })

  it('leaves nothing behind on a signal once it was slept under', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    await clock.run(clock.sleep(1, signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('says so when the work waits for something else', async () => {
    const clock = new VirtualClock()
    await expect(clock.run(new Promise<void>(() => undefined))).rejects.toThrow('waits for nothing')
  })

  it('advances to an instant with all that is due until then', async () => {
    const clock = new VirtualClock()
    const seen: number[] = []
    const tick = () => {
      seen.push(clock.now())
      clock.after(10, tick)
    }
    clock.after(10, tick)
    await clock.advance(30)
    expect(seen).toEqual([10, 20, 30])
    await clock.advance(5)
    expect(clock.now()).toBe(35)
  })
})
