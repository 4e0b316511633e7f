import { randomBytes } from 'node:crypto'
import { createHttpSender, type HttpSender } from '../atlas/node-http.js'
import type { Clock, Random } from '../ports.js'
import { StopReason } from '../snapshot/deadline.js'

/** The version in package.json. `npm run release` sets both. */
export const VERSION = '0.1.0'
/** The `User-Agent` of all requests. */
export const USER_AGENT = `atlas-snapshot-action/${VERSION}`

/** How runners cancel a step: SIGINT, then SIGTERM 7.5 s later. On Windows SIGINT, then SIGBREAK. */
const CANCEL_SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGTERM']

/** What a step needs from its process. */
export interface ActionRuntime {
  readonly clock: Clock
  readonly random: Random
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly sender: HttpSender
  readonly cancellation: ReturnType<typeof listenForCancellation>
}

/** Starts to listen for cancellation. Changes to the runner's system time don't affect the clocks. */
export function createNodeRuntime(): ActionRuntime {
  return {
    clock: {
      now: () => performance.now(),
      setTimeout: (ms, callback) => {
        const timer = setTimeout(callback, ms)
        return () => clearTimeout(timer)
      },
    },
    random: { fraction: () => Math.random(), hex: (bytes) => randomBytes(bytes).toString('hex') },
    wallClock: () => performance.timeOrigin + performance.now(),
    sender: createHttpSender(USER_AGENT),
    cancellation: listenForCancellation(),
  }
}

/** Aborts `signal` with a `StopReason` when the runner cancels the step, until `release`. Then signals end the process again. */
export function listenForCancellation() {
  const controller = new AbortController()
  const cancel = (signal: NodeJS.Signals) =>
    controller.abort(new StopReason('cancellation', `Canceled (${signal})`))
  for (const signal of CANCEL_SIGNALS) process.on(signal, cancel)
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of CANCEL_SIGNALS) process.off(signal, cancel)
    },
  }
}
