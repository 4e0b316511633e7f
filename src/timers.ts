import { formatDuration } from './format.js'
import type { Clock } from './runtime.js'

const HEARTBEAT_MS = 60_000

/** Resolves after `ms` milliseconds. Rejects with the signal's reason when the signal aborts. */
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

/** Settles like the work, or rejects with the signal's reason if the signal aborts first. */
export function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** Runs the work under a signal that aborts with its parent, or with `timeoutError()` after `ms` milliseconds. */
export async function withTimeout<T>(
  options: { clock: Clock; signal: AbortSignal; ms: number; timeoutError: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, signal, ms, timeoutError } = options
  const timeout = new AbortController()
  const cancel = clock.setTimeout(ms, () => timeout.abort(timeoutError()))
  try {
    return await work(AbortSignal.any([signal, timeout.signal]))
  } finally {
    cancel()
  }
}

/** Runs the work under a signal that aborts `ms` milliseconds after its parent, by default with the same reason. */
export async function withDelayedAbort<T>(
  { clock, signal, ms, reason }: { clock: Clock; signal: AbortSignal; ms: number; reason?: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const delayed = new AbortController()
  let cancel = () => {}
  const onAbort = () => {
    cancel = clock.setTimeout(ms, () => delayed.abort(reason?.() ?? signal.reason))
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await work(delayed.signal)
  } finally {
    cancel()
    signal.removeEventListener('abort', onAbort)
  }
}

/** The time limit of a task at the end of a step. */
export interface TimeLimit {
  /** Milliseconds. */
  readonly limitMs: number
  /** Milliseconds after the step was canceled or timed out, because the step must then end within 2 s. */
  readonly stoppedMs: number
  /** Returns the error message for a limit such as `3 s`. */
  readonly timeoutMessage: (limit: string) => string
}

/**
 * Runs a task at the end of a step within its time limit.
 *
 * @param stop aborts when the step is canceled or times out, possibly before the task starts
 */
export function withTimeLimit<T>(
  { limitMs, stoppedMs, timeoutMessage }: TimeLimit,
  clock: Clock,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeoutAfter = (ms: number) => () => new Error(timeoutMessage(formatDuration(ms)))
  return withDelayedAbort({ clock, signal: stop, ms: stoppedMs, reason: timeoutAfter(stoppedMs) }, (signal) =>
    withTimeout({ clock, signal, ms: limitMs, timeoutError: timeoutAfter(limitMs) }, work),
  )
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
