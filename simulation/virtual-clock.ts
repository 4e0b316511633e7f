import { setImmediate as nextTurn } from 'node:timers'
import type { Clock } from '../src/runtime.js'
import { sleep } from '../src/timers.js'

interface Timer {
  readonly due: number
  readonly fire: () => void
}

/**
 * A clock whose time stands still while anything can still run, and then jumps to the earliest timer. Timers of the
 * same instant fire in the order in which they were set, one at a time, as Node's do. No real time passes, so that a
 * run depends on nothing but its code. What waits for real I/O is not seen: it must not be mixed in.
 */
export class VirtualClock implements Clock {
  #now: number
  /** Latest first, so that the next one is popped from the end. */
  readonly #timers: Timer[] = []

  constructor(start = 0) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  /** How many timers there are: after a run, what was left behind. */
  get pending(): number {
    return this.#timers.length
  }

  setTimeout(ms: number, act: () => void): () => void {
    const timer = this.#set(ms, act)
    return () => {
      const place = this.#timers.indexOf(timer)
      if (place !== -1) this.#timers.splice(place, 1)
    }
  }

  /** For work that does nothing but wait. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleep(this, ms, signal)
  }

  /**
   * Lets time pass until the work is settled, and gives its outcome; timers that are left then do not fire.
   *
   * @throws Error if the work waits for something that is no timer of this clock
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const settle = () => {
      settled = true
    }
    work.then(settle, settle)
    await quiescence()
    while (!settled) {
      if (!this.#fireNext(Number.POSITIVE_INFINITY))
        throw new Error('the work waits for nothing of this clock')
      await quiescence()
    }
    return work
  }

  /** Lets `ms` milliseconds pass, with everything that is due in them, that instant itself included. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await quiescence()
    while (this.#fireNext(end)) await quiescence()
    this.#now = end
  }

  /** Lets everything run that can run without time passing. */
  async settle(): Promise<void> {
    await quiescence()
  }

  #set(ms: number, fire: () => void): Timer {
    // Node takes a negative number for the shortest delay.
    const timer = { due: this.#now + Math.max(ms, 0), fire }
    let place = this.#timers.length
    for (let next = this.#timers[place - 1]; next !== undefined && next.due <= timer.due; ) {
      place -= 1
      next = this.#timers[place - 1]
    }
    this.#timers.splice(place, 0, timer)
    return timer
  }

  #fireNext(end: number): boolean {
    const timer = this.#timers.at(-1)
    if (timer === undefined || timer.due > end) return false
    this.#timers.pop()
    this.#now = timer.due
    timer.fire()
    return true
  }
}

/**
 * Resolves when no promise and no `process.nextTick` has anything left to do: the event loop's next turn begins only
 * after both of their queues ran empty. Below a microsecond.
 */
function quiescence(): Promise<void> {
  return new Promise((resolve) => {
    nextTurn(resolve)
  })
}
