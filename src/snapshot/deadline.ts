import { formatDuration } from '../format.js'
import type { Clock } from '../ports.js'
import { sleep } from '../timers.js'

/** Why a step must stop early. Its message continues with `while …`: `Timed out after 30 min`. */
export class StopReason extends Error {
  override readonly name = 'StopReason'
  readonly stoppedBy: 'cancellation' | 'deadline'

  constructor(stoppedBy: 'cancellation' | 'deadline', message: string) {
    super(message)
    this.stoppedBy = stoppedBy
  }
}

/** The one deadline of a step, and every sleep before it. */
export class Deadline {
  /** Aborts with a `StopReason` at the deadline, or earlier if the step is canceled. */
  readonly signal: AbortSignal
  /** Ends the timer. */
  readonly release: () => void
  readonly #clock: Clock

  /** @param cancel aborts with a `StopReason` when the step is canceled */
  constructor(clock: Clock, timeoutMs: number, cancel: AbortSignal) {
    const timeout = new AbortController()
    const reason = new StopReason('deadline', `Timed out after ${formatDuration(timeoutMs)}`)
    this.release = clock.setTimeout(timeoutMs, () => timeout.abort(reason))
    this.signal = AbortSignal.any([cancel, timeout.signal])
    this.#clock = clock
  }

  /** @throws StopReason if the step must stop before the delay has passed */
  sleep(delayMs: number): Promise<void> {
    return sleep(this.#clock, delayMs, this.signal)
  }
}
