import type { Clock } from './ports.js'

/** Does something after `ms` milliseconds, unless what it returns is called before. */
export function after(clock: Clock, ms: number, act: () => void): () => void {
  const stop = new AbortController()
  clock.sleep(ms, stop.signal).then(act, () => undefined)
  return () => stop.abort()
}
