import { formatDuration } from '../format.js'
import type { Clock } from '../ports.js'
import { rejectOnAbort, sleep } from '../timers.js'

/** How long before the deadline the last read begins, early enough for its response. */
const LAST_READ_LEAD_MS = 2_000

/** Why a step must stop early. Its message continues with `while …`: `timed out after 30 min`. */
export class StopReason extends Error {
  override readonly name = 'StopReason'
  readonly kind: 'canceled' | 'deadline'

  constructor(kind: 'canceled' | 'deadline', message: string) {
    super(message)
    this.kind = kind
  }
}

export function isCancellation(reason: unknown): boolean {
  return reason instanceof StopReason && reason.kind === 'canceled'
}

/** The one deadline of a step, and every sleep before it. The last read, 2 s before the deadline, cuts each sleep. */
export class Deadline {
  /** Aborts with a `StopReason` at the deadline, or earlier if the step is canceled. */
  readonly signal: AbortSignal
  /** Ends the timer. */
  readonly release: () => void
  readonly #clock: Clock
  /** Milliseconds on the clock. */
  readonly #at: number

  /** @param cancel aborts with a `StopReason` when the step is canceled */
  constructor(clock: Clock, timeoutMs: number, cancel: AbortSignal) {
    const timeout = new AbortController()
    const reason = new StopReason('deadline', `timed out after ${formatDuration(timeoutMs)}`)
    this.release = clock.setTimeout(timeoutMs, () => timeout.abort(reason))
    this.signal = AbortSignal.any([cancel, timeout.signal])
    this.#clock = clock
    this.#at = clock.now() + timeoutMs
  }

  /** Whether the step times out before the delay ends. */
  endsWithin(delayMs: number): boolean {
    return this.#clock.now() + delayMs >= this.#at
  }

  /** Whether it is too late for another read or POST, because the last read has begun or should have. */
  get isTooLate(): boolean {
    return this.endsWithin(LAST_READ_LEAD_MS)
  }

  /** The delay, but not past the last read. Never negative, because a real clock can just have passed it. */
  cutDelay(delayMs: number): number {
    return Math.max(0, Math.min(delayMs, this.#at - LAST_READ_LEAD_MS - this.#clock.now()))
  }

  /** Sleeps before a read, at most until the last one. Throws why the step stops, also if it is too late for a read. */
  async sleep(delayMs: number): Promise<void> {
    await this.waitForEndIfTooLate()
    await sleep(this.#clock, this.cutDelay(delayMs), this.signal)
  }

  /** If the last read has begun, waits until the step stops, and throws why. */
  async waitForEndIfTooLate(): Promise<void> {
    if (this.isTooLate) await rejectOnAbort(new Promise(() => {}), this.signal)
  }
}
