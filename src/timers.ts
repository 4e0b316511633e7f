import { formatDuration } from './format.js'
import type { Clock } from './ports.js'

const HEARTBEAT_MS = 60_000

/** Resolves after `ms` milliseconds. Rejects with the signal's reason when the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  let cancel = () => {}
  const time = new Promise<void>((resolve) => {
    cancel = clock.setTimeout(ms, resolve)
  })
  return signal === undefined ? time : rejectOnAbort(time, signal).finally(cancel)
}

/** Settles like the work, or rejects with the signal's reason if the signal aborts first. */
export function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** Runs the work under a signal that aborts after `ms` milliseconds, or with its parent. */
export async function withTimeout<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const timeout = new AbortController()
  const reason = new Error(`no complete response within ${formatDuration(ms)}`)
  const cancel = clock.setTimeout(ms, () => timeout.abort(reason))
  try {
    return await work(parent === undefined ? timeout.signal : AbortSignal.any([parent, timeout.signal]))
  } finally {
    cancel()
  }
}

/** Calls `onBeat` once a minute with the milliseconds since the start, until the work is done. */
export async function withHeartbeat<T>(
  clock: Clock,
  onBeat: (waitedMs: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  const start = clock.now()
  const next = () =>
    clock.setTimeout(HEARTBEAT_MS, () => {
      cancel = next()
      onBeat(clock.now() - start)
    })
  let cancel = next()
  try {
    return await work()
  } finally {
    cancel()
  }
}
