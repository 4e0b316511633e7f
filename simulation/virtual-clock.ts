import { setImmediate as nextTurn } from 'node:timers'
import type { Clock } from '../src/ports.js'
import { sleep } from '../src/timers.js'

interface Timer {
  readonly due: number
  readonly fire: () => void
}

/**
 * A clock that jumps to the earliest timer as soon as nothing else can run. As in Node, timers with the same due time
 * fire one by one, in the order in which they were set. No real time passes, so runs are deterministic. The clock can't
 * detect real I/O, so code that runs on it must not use any.
 */
export class VirtualClock implements Clock {
  #now: number
  /** Latest first, so the next timer is the last element. */
  readonly #timers: Timer[] = []

  constructor(start = 0) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  /** Number of timers that have not fired yet. */
  get pending(): number {
    return this.#timers.length
  }

  setTimeout(ms: number, fire: () => void): () => void {
    // Node 24 prints a warning.
    if (ms < 0) throw new RangeError(`a negative delay: ${ms} ms`)
    const timer = { due: this.#now + ms, fire }
    this.#timers.splice(this.#timers.findLastIndex(({ due }) => due > timer.due) + 1, 0, timer)
    return () => {
      const place = this.#timers.indexOf(timer)
      if (place !== -1) this.#timers.splice(place, 1)
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleep(this, ms, signal)
  }

  /**
   * Advances the time until the work is settled and returns its result. Later timers don't fire.
   *
   * @throws Error if the work waits for something other than a timer of this clock
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
        throw new Error('the work waits for something other than this clock')
      await quiescence()
    }
    return work
  }

  /** Advances the time by `ms` milliseconds and fires all timers that are due, including those at the end. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await quiescence()
    while (this.#fireNext(end)) await quiescence()
    this.#now = end
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
 * Resolves when the queues of promises and `process.nextTick` are empty, because the next turn of the event loop begins
 * only then. Takes less than a microsecond.
 */
function quiescence(): Promise<void> {
  return new Promise((resolve) => {
    nextTurn(resolve)
  })
}
