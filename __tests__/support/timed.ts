import { getEventListeners } from 'node:events'
import { expect } from '@jest/globals'
import { VirtualClock } from '../../simulation/virtual-clock.js'

/** Not 0, so an absolute time is not mistaken for a duration. */
const START = 7

/**
 * Runs work with a signal that aborts after `abortAfterMs`, and returns its value, the message of its error, or `aborted`,
 * and when it ends. Expects that no timer and no listener remains.
 */
export async function runTimed(
  work: (clock: VirtualClock, signal: AbortSignal) => Promise<unknown>,
  abortAfterMs = Number.MAX_SAFE_INTEGER,
) {
  const clock = new VirtualClock(START)
  const controller = new AbortController()
  const abort = () => controller.abort('aborted')
  if (abortAfterMs === 0) abort()
  const cancel = clock.setTimeout(abortAfterMs, abort)
  const end = await clock.run(
    work(clock, controller.signal).catch((error: unknown) =>
      error instanceof Error ? error.message : error,
    ),
  )
  cancel()
  const listeners = getEventListeners(controller.signal, 'abort').length
  expect({ pending: clock.pending, listeners }).toStrictEqual({ pending: 0, listeners: 0 })
  return { end, at: clock.now() - START }
}
