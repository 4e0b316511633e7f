import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '../runtime.js'
import { StopReason } from '../snapshot/deadline.js'

/** What requests say that they come from. */
export const USER_AGENT = 'atlas-snapshot-action'

/** The real clock, monotonic: a change of the runner's time of day moves no deadline. */
export const systemClock: Clock = {
  // Not `performance`, which Node loads when it is first used, and takes a millisecond for.
  now: () => process.uptime() * 1000,
  setTimeout: (ms, act) => {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
}

/** A clock that starts at the time of day and is counted on by the real one: milliseconds since 1970. */
export function systemTime(): () => number {
  const start = Date.now() - systemClock.now()
  return () => start + systemClock.now()
}

/** How runners cancel a step: SIGINT, SIGTERM 7.5 s later; on Windows SIGINT, then SIGBREAK. */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGTERM']

/** Aborts with a `StopReason` when the runner cancels the step. */
interface Cancellation {
  readonly signal: AbortSignal
  /** Leaves the signals to Node again. */
  release(): void
}

export function listenForCancellation(): Cancellation {
  const controller = new AbortController()
  const cancel = (signal: NodeJS.Signals) =>
    controller.abort(new StopReason('cancelled', `the step was cancelled (${signal})`))
  for (const signal of SIGNALS) process.on(signal, cancel)
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, cancel)
    },
  }
}
