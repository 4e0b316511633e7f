import { StopReason } from '../snapshot/deadline.js'

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
