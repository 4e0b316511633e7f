import { StopReason } from '../snapshot/deadline.js'

/** How runners cancel a step: SIGINT, SIGTERM 7.5 s later; on Windows SIGINT, then SIGBREAK. */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGTERM']

/** How long a step may take to release what it proved itself with. */
const RELEASE_MS = 3_000
/** Likewise when it is cancelled, and has 2 s for everything. */
const RELEASE_AFTER_CANCELLATION_MS = 500

/** Aborts with a `StopReason` when the runner cancels the step. */
export interface Cancellation {
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

/** Milliseconds that are left at the end for releasing what the step proved itself with. */
export function releaseLimitMs(signal: AbortSignal): number {
  return signal.aborted ? RELEASE_AFTER_CANCELLATION_MS : RELEASE_MS
}
