import { formatDuration } from './format.js'
import type { Clock } from './runtime.js'

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
/** A signal that follows its parent and can be aborted by itself. */
interface ChildSignal {
  readonly signal: AbortSignal
  abort(reason: unknown): void
  /** Lets go of the parent; to be called when the work is over, since a parent may outlive many children. */
  release(): void
}

export function childOf(parent: AbortSignal): ChildSignal {
  const controller = new AbortController()
  const follow = () => controller.abort(parent.reason)
  if (parent.aborted) follow()
  else parent.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => parent.removeEventListener('abort', follow),
  }
}

/** The work's outcome, or the signal's reason as a rejection if that comes first. */
export function rejectOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

const HEARTBEAT_MS = 60_000

/** Calls `beat` with the milliseconds so far once a minute while the work is under way, whatever it is busy with. */
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

/** How long something at the end of a step may take. */
interface TimeLimit {
  /** Milliseconds. */
  readonly limitMs: number
  /** Milliseconds from the moment that the step is cancelled, since it has 2 s for everything then. */
  readonly cancelledMs: number
  /** What is said of it when its time is over, which comes as `0.5 s`. */
  readonly timeoutMessage: (limit: string) => string
}

/** For releasing what the step proved itself with. */
export const REVOKE_LIMIT: TimeLimit = {
  limitMs: 3_000,
  cancelledMs: 500,
  timeoutMessage: (limit) => `no whole answer within ${limit}`,
}

/**
 * Does something that a step has left to do at its end, whenever the step is cancelled: before, meanwhile, or not at all.
 *
 * @param work is given a signal that aborts when its time is over
 */
export async function withTimeLimit<T>(
  { limitMs, cancelledMs, timeoutMessage }: TimeLimit,
  clock: Clock,
  cancel: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const endAfter = (ms: number) =>
    clock.setTimeout(ms, () => limit.abort(new Error(timeoutMessage(formatDuration(ms)))))
  const stops = [endAfter(limitMs)]
  const hurry = () => void stops.push(endAfter(cancelledMs))
  if (cancel.aborted) hurry()
  else cancel.addEventListener('abort', hurry, { once: true })
  try {
    return await work(limit.signal)
  } finally {
    cancel.removeEventListener('abort', hurry)
    for (const stop of stops) stop()
  }
}
