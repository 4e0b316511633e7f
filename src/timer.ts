import { childOf } from './abort.js'
import type { Clock } from './ports.js'

/** Does something after `ms` milliseconds, unless what it returns is called before. */
export function after(clock: Clock, ms: number, act: () => void): () => void {
  const stop = new AbortController()
  clock.sleep(ms, stop.signal).then(act, () => undefined)
  // Without a reason, Node would make an exception with its stack, which nobody reads.
  return () => stop.abort('not needed any more')
}

/** Does the work under a signal that follows its parent, and aborts with what `late` gives after `ms` milliseconds. */
export async function limited<T>(
  { clock, parent, ms, late }: { clock: Clock; parent: AbortSignal; ms: number; late: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const child = childOf(parent)
  const cancel = after(clock, ms, () => child.abort(late()))
  try {
    return await work(child.signal)
  } finally {
    cancel()
    child.release()
  }
}
