import { childOf } from './abort.js'
import type { Clock } from './ports.js'

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as that aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.setTimeout(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Does the work under a signal that follows its parent, and aborts with what `late` gives after `ms` milliseconds. */
export async function withTimeout<T>(
  { clock, parent, ms, late }: { clock: Clock; parent: AbortSignal; ms: number; late: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const child = childOf(parent)
  const cancel = clock.setTimeout(ms, () => child.abort(late()))
  try {
    return await work(child.signal)
  } finally {
    cancel()
    child.release()
  }
}
