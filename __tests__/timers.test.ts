import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../simulation/virtual-clock.js'
import { rejectOnAbort, sleep, withHeartbeat, withTimeLimit, withTimeout } from '../src/timers.js'
import { thrownBy } from './support/answers.js'

describe('sleep', () => {
  it('lasts its milliseconds', async () => {
    const clock = new VirtualClock(7)
    await clock.run(sleep(clock, 100))
    expect(clock.now()).toBe(107)
  })

  it('ends with the reason of the signal, and leaves no timer behind', async () => {
    const clock = new VirtualClock()
    const controller = new AbortController()
    clock.setTimeout(20, () => controller.abort(new Error('stop')))
    expect(await clock.run(thrownBy(() => sleep(clock, 100, controller.signal)))).toBe(
      controller.signal.reason,
    )
    expect(clock.now()).toBe(20)
    expect(clock.pending).toBe(0)
  })

  it('does not start under a signal that has aborted', async () => {
    const clock = new VirtualClock()
    expect(await thrownBy(() => sleep(clock, 100, AbortSignal.abort('stopped')))).toBe('stopped')
    expect(clock.pending).toBe(0)
  })

  it('leaves nothing behind on the signal once it is over', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    await clock.run(sleep(clock, 1, signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('withTimeout', () => {
  /** Work that takes so long under a limit of 100 ms, and how it ends. */
  async function runToEnd(takesMs: number, parent: AbortSignal, clock = new VirtualClock()) {
    const timeoutError = () => new Error('late')
    const work = withTimeout({ clock, signal: parent, ms: 100, timeoutError }, async (signal) => {
      await sleep(clock, takesMs, signal)
      return 'done'
    })
    const ending = await clock.run(work.catch((error: unknown) => error))
    return { ending, at: clock.now(), pending: clock.pending }
  }

  it('ends as it ends if it is in time, and leaves no timer behind', async () => {
    const { signal } = new AbortController()
    expect(await runToEnd(99, signal)).toEqual({ ending: 'done', at: 99, pending: 0 })
  })

  it('has its signal aborted when its time is over', async () => {
    const { signal } = new AbortController()
    expect(await runToEnd(101, signal)).toEqual({ ending: new Error('late'), at: 100, pending: 0 })
  })

  it('has its signal aborted with the parent', async () => {
    const clock = new VirtualClock()
    const parent = new AbortController()
    clock.setTimeout(50, () => parent.abort('cancelled'))
    expect(await runToEnd(101, parent.signal, clock)).toEqual({ ending: 'cancelled', at: 50, pending: 0 })
  })
})

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

describe('rejectOnAbort', () => {
  const never = new Promise<never>(() => undefined)

  it('gives the outcome of the work, and lets go of the signal', async () => {
    const { signal } = new AbortController()
    await expect(rejectOnAbort(Promise.resolve(7), signal)).resolves.toBe(7)
    await expect(rejectOnAbort(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
    expect(listeners(signal)).toBe(0)
  })

  it('rejects with the reason when the signal aborts before the work is done', async () => {
    const controller = new AbortController()
    const outcome = rejectOnAbort(never, controller.signal)
    controller.abort('enough')
    await expect(outcome).rejects.toBe('enough')
  })

  it('rejects at once under a signal that has aborted, though the work would have failed otherwise', async () => {
    await expect(rejectOnAbort(never, AbortSignal.abort('before'))).rejects.toBe('before')
    await expect(rejectOnAbort(Promise.reject(new Error('no')), AbortSignal.abort('before'))).rejects.toBe(
      'before',
    )
  })
})

/** Runs work of a length under a heartbeat, from another instant than 0. */
async function collectBeats(work: (clock: VirtualClock) => Promise<unknown>) {
  const clock = new VirtualClock(7)
  const beats: number[] = []
  const outcome = await clock
    .run(
      withHeartbeat(
        clock,
        (waitedMs) => beats.push(waitedMs),
        () => work(clock),
      ),
    )
    .catch((error: unknown) => error)
  return { beats, outcome, pending: clock.pending }
}

describe('withHeartbeat', () => {
  it('beats once a minute while the work is under way, and no longer', async () => {
    const work = (clock: VirtualClock) => clock.sleep(200_000).then(() => 'done')
    expect(await collectBeats(work)).toEqual({
      beats: [60_000, 120_000, 180_000],
      outcome: 'done',
      pending: 0,
    })
  })

  it('does not beat in work that takes less than a minute', async () => {
    const work = (clock: VirtualClock) => clock.sleep(59_999)
    expect(await collectBeats(work)).toEqual({ beats: [], outcome: undefined, pending: 0 })
  })

  it('ends with work that fails', async () => {
    const error = new Error('no')
    const work = (clock: VirtualClock) => clock.sleep(70_000).then(() => Promise.reject(error))
    expect(await collectBeats(work)).toEqual({ beats: [60_000], outcome: error, pending: 0 })
  })
})

const limit = {
  limitMs: 3_000,
  cancelledMs: 500,
  timeoutMessage: (limit: string) => `nothing within ${limit}`,
}

/** Has work that never ends by itself end; when it does and why, if the step is cancelled after so long. */
async function hanging(cancelledAt?: number): Promise<string> {
  const clock = new VirtualClock()
  const cancellation = new AbortController()
  const cancel = () => cancellation.abort(new Error('cancelled'))
  if (cancelledAt === 0) cancel()
  else if (cancelledAt !== undefined) clock.setTimeout(cancelledAt, cancel)
  const work = (signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const error = await clock.run(thrownBy(() => withTimeLimit(limit, clock, cancellation.signal, work)))
  return `${error instanceof Error ? error.message : ''} at ${clock.now()} ms`
}

describe('withTimeLimit', () => {
  it.each([
    ['its whole time if nothing happens', undefined, 'nothing within 3 s at 3000 ms'],
    ['half a second if the step was cancelled before', 0, 'nothing within 0.5 s at 500 ms'],
    ['half a second from when the step is cancelled', 1_000, 'nothing within 0.5 s at 1500 ms'],
    ['no more than its time if the step is cancelled late', 2_900, 'nothing within 3 s at 3000 ms'],
  ])('gives a task %s', async (_, cancelledAt, says) => {
    expect(await hanging(cancelledAt)).toBe(says)
  })

  it('ends with its task, and leaves no timer behind', async () => {
    const clock = new VirtualClock()
    const cancellation = new AbortController()
    expect(await clock.run(withTimeLimit(limit, clock, cancellation.signal, async () => 'done'))).toBe('done')
    cancellation.abort()
    expect(clock.pending).toBe(0)
  })
})
