import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '../ports.js'

/** The real clock, monotonic: a change of the runner's time of day moves no deadline. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
}

/** The time of day at the start of the process, counted on by the real clock: milliseconds since 1970. */
export function systemTime(): number {
  return performance.timeOrigin + performance.now()
}
