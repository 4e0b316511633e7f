import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'

describe('the virtual clock', () => {
  it('jumps to the due times of timers in order', async () => {
    const clock = new VirtualClock(1000)
    const seen: string[] = []
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms)
      seen.push(`${name} at ${clock.now()}`)
    }
    await clock.run(Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b', 10), sleeper('zero', 0)]))
    expect(seen).toStrictEqual(['zero at 1000', 'a at 1010', 'b at 1010', 'c at 1030'])
    expect(clock.pending).toBe(0)
  })

  it('runs everything that follows a timer before the next one fires', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.setTimeout(5, () => seen.push('second'))
    const work = clock.sleep(5).then(async () => {
      for (let turns = 0; turns < 100; turns++) await Promise.resolve()
      await new Promise<void>((resolve) => process.nextTick(resolve))
      seen.push('followed')
    })
    clock.setTimeout(5, () => seen.push('last'))
    await clock.run(work)
    await clock.advance(0)
    expect(seen).toStrictEqual(['second', 'followed', 'last'])
  })

  it('returns or throws the result of the work, and does not fire later timers', async () => {
    const clock = new VirtualClock()
    clock.setTimeout(60, () => {
      throw new Error('too early')
    })
    expect(await clock.run(clock.sleep(50).then(() => 'done'))).toBe('done')
    await expect(clock.run(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(clock.now()).toBe(50)
    expect(clock.pending).toBe(1)
  })

  it('does not fire a canceled timer, and ignores the cancellation of a fired one', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    const cancelFirst = clock.setTimeout(10, () => seen.push('first'))
    const cancelSecond = clock.setTimeout(20, () => seen.push('second'))
    clock.setTimeout(30, () => seen.push('third'))
    cancelSecond()
    expect(clock.pending).toBe(2)
    await clock.advance(10)
    cancelFirst()
    cancelSecond()
    await clock.advance(20)
    expect(seen).toStrictEqual(['first', 'third'])
  })

  it('throws if the work waits for something else', async () => {
    const clock = new VirtualClock()
    await expect(clock.run(new Promise<void>(() => undefined))).rejects.toThrow('waits')
  })

  it('fires all timers that are due until the given time', async () => {
    const clock = new VirtualClock()
    const seen: number[] = []
    const tick = () => {
      seen.push(clock.now())
      clock.setTimeout(10, tick)
    }
    clock.setTimeout(10, tick)
    await clock.advance(30)
    expect(seen).toStrictEqual([10, 20, 30])
    await clock.advance(5)
    expect(clock.now()).toBe(35)
  })
})
