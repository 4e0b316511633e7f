import { getEventListeners } from 'node:events'
import { expect, it } from '@jest/globals'
import { VirtualClock } from '../simulation/virtual-clock.js'
import { rejectOnAbort, sleep, withHeartbeat, withTimeout } from '../src/timers.js'

/** Not 0, so an absolute time is not mistaken for a duration. */
const START = 7

/**
 * Runs work with a signal that aborts after `abortAfterMs`, and returns its value, the message of its error, or `aborted`,
 * and when it ends. Expects that no timer and no listener remains.
 */
async function runTimed(
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

it.each([
  ['the given time', undefined, { end: undefined, at: 100 }],
  ['until its signal aborts', 20, { end: 'aborted', at: 20 }],
  ['no time if its signal has already aborted', 0, { end: 'aborted', at: 0 }],
])('sleep lasts %s', async (_, abortAfterMs, expected) => {
  expect(await runTimed((clock, signal) => sleep(clock, 100, signal), abortAfterMs)).toStrictEqual(expected)
})

it.each([
  [99, undefined, { end: 'done', at: 99 }],
  [101, undefined, { end: 'no complete response within 0.1 s', at: 100 }],
  [101, 50, { end: 'aborted', at: 50 }],
])(
  'withTimeout limits work of %d ms to 100 ms, with an abort after %p ms: %j',
  async (ms, abortAfterMs, expected) => {
    const work = (clock: VirtualClock, parent: AbortSignal) =>
      withTimeout(clock, 100, (signal) => sleep(clock, ms, signal).then(() => 'done'), parent)
    expect(await runTimed(work, abortAfterMs)).toStrictEqual(expected)
  },
)

const never = new Promise<never>(() => undefined)
const fail = () => Promise.reject(new Error('no'))

it.each([
  ['the value of the work', () => Promise.resolve(7), undefined, 7],
  ['the error of the work', fail, undefined, 'no'],
  ['the reason of an abort that comes first', () => never, 50, 'aborted'],
  ['the reason of an earlier abort', () => never, 0, 'aborted'],
  ['the reason of an earlier abort instead of an error', fail, 0, 'aborted'],
])('rejectOnAbort ends with %s', async (_, start, abortAfterMs, end) => {
  expect(await runTimed((__, signal) => rejectOnAbort(start(), signal), abortAfterMs)).toMatchObject({ end })
})

it.each([
  [200_000, [60_000, 120_000, 180_000]],
  [59_999, []],
])('withHeartbeat calls back at an interval during %d ms, even if the work fails', async (ms, expected) => {
  for (const fails of [false, true]) {
    const beats: number[] = []
    const work = async (clock: VirtualClock) => {
      await clock.sleep(ms)
      if (fails) throw new Error('no')
      return 'done'
    }
    const onBeat = (waitedMs: number) => beats.push(waitedMs)
    const beating = (clock: VirtualClock) => withHeartbeat(clock, onBeat, () => work(clock))
    expect(await runTimed(beating)).toStrictEqual({ end: fails ? 'no' : 'done', at: ms })
    expect(beats).toStrictEqual(expected)
  }
})
