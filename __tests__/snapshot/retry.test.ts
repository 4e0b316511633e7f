import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Random } from '../../src/runtime.js'
import { StopReason } from '../../src/snapshot/deadline.js'
import { backoff, isRetryable, OutageTracker, type RetryOptions, retry } from '../../src/snapshot/retry.js'
import { assertProperty } from '../support/assertions.js'
import { conflict, lost, notSent, refused, tryLater, untrusted } from '../support/scripted-client.js'
import { catchFailure, MINUTE, StepHarness } from '../support/step-harness.js'

/** Retries a read that fails with these errors one after the other, then succeeds. */
function retrying(
  errors: readonly Error[],
  {
    limitMs = 60 * MINUTE,
    outage = new OutageTracker(Number.POSITIVE_INFINITY),
    ...options
  }: RetryOptions & { limitMs?: number; outage?: OutageTracker } = {},
) {
  const harness = new StepHarness()
  const left = [...errors]
  const reads: number[] = []
  const read = async () => {
    reads.push(harness.clock.now())
    const error = left.shift()
    if (error !== undefined) throw error
    return 'answer'
  }
  const outcome = harness.within(limitMs, (context) => retry(read, context, outage, options))
  return { harness, reads, outcome, outage }
}

describe('a read that is retried', () => {
  it('answers without a word', async () => {
    const { harness, outcome, reads } = retrying([])
    await expect(outcome).resolves.toBe('answer')
    expect(reads).toEqual([0])
    expect(harness.lines).toEqual([])
  })

  it('is repeated with growing backoff after whatever may pass, and says so', async () => {
    const { harness, outcome, reads, outage } = retrying([lost(), notSent(), tryLater(), lost()])
    await expect(outcome).resolves.toBe('answer')
    expect(reads).toEqual([0, 500, 1_500, 3_500, 7_500])
    expect(harness.lines).toEqual([
      '0 info Lost. Trying again in 0.5 s.',
      '500 info Not sent. Trying again in 1 s.',
      '1500 info Later. Trying again in 2 s.',
      '3500 info Lost. Trying again in 4 s.',
    ])
    expect(outage.lastError).toBeUndefined()
  })

  it('is repeated exactly when Atlas asks for it', async () => {
    const { outcome, reads } = retrying([tryLater(7_000), tryLater(90_000)])
    await expect(outcome).resolves.toBe('answer')
    expect(reads).toEqual([0, 7_000, 97_000])
  })

  // A `Retry-After` of 0, or of a date that is past, must not make a loop that is bounded by the network alone.
  it('is not repeated in a rush where Atlas asks for no pause at all', async () => {
    const harness = new StepHarness({ faults: ['list:429:retry-after=0:times=always'], latencyMs: 10 })
    const read = (signal: AbortSignal) => harness.dependencies.client.listSnapshots('plain', 1, signal)
    const outcome = harness.within(10_000, (context) => retry(read, context, new OutageTracker(MINUTE)))
    await expect(outcome).rejects.toBeInstanceOf(StopReason)
    expect(harness.requests).toEqual([
      '0 list 1 401',
      ...[10, 520, 1_530, 3_540, 7_550].map((at) => `${at} list 1 429`),
    ])
  })

  it.each([
    [0, 500],
    [499, 500],
    [501, 501],
    [1_000, 1_000],
  ])('after %i ms that Atlas asks for is repeated after %i ms', async (asked, at) => {
    const { outcome, reads } = retrying([tryLater(asked)])
    await expect(outcome).resolves.toBe('answer')
    expect(reads).toEqual([0, at])
  })

  it('is repeated less and less often where Atlas asks for too short a pause again and again', async () => {
    const { outcome, reads } = retrying(Array.from({ length: 5 }, () => tryLater(1_000)))
    await expect(outcome).resolves.toBe('answer')
    expect(reads).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000])
  })

  it('may be put off longer and longer, but only where Atlas puts it off', async () => {
    const maxThrottleDelayMs = 4 * MINUTE
    const later = Array.from({ length: 11 }, () => tryLater(1_000))
    const { outcome, reads } = retrying(later, { maxThrottleDelayMs })
    await expect(outcome).resolves.toBe('answer')
    const pauses = (times: readonly number[]) => times.slice(1).map((at, index) => at - (times[index] ?? 0))
    const growing = [1, 1, 2, 4, 8, 16, 32, 64, 120, 120, 120].map((seconds) => seconds * 1_000)
    expect(pauses(reads)).toEqual(growing)
    const usual = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000, 15_000, 15_000]
    const broken = retrying(
      Array.from({ length: 11 }, () => lost()),
      { maxThrottleDelayMs },
    )
    await broken.outcome
    expect(pauses(broken.reads)).toEqual(usual)
  })

  it.each([
    ['a refusal', refused(403)],
    ['a conflict', conflict()],
    ['an answer that must not be trusted', untrusted(true)],
    ['a bug', new TypeError('no')],
  ])('fails at once with %s', async (_, error) => {
    const { outcome, reads } = retrying([error])
    await expect(outcome).rejects.toBe(error)
    expect(reads).toEqual([0])
  })

  it('is repeated after further errors if the caller says so, but never after a bug', async () => {
    const isAlsoRetryable = () => true
    const { outcome, harness } = retrying([refused(404)], { isAlsoRetryable })
    await expect(outcome).resolves.toBe('answer')
    expect(harness.lines).toEqual(['0 info Refused with 404. Trying again in 0.5 s.'])
    await expect(retrying([new TypeError('no')], { isAlsoRetryable }).outcome).rejects.toThrow(TypeError)
  })

  it('fails once there was no usable answer for five minutes in a row', async () => {
    const endless = Array.from({ length: 100 }, () => lost())
    const { outcome, reads } = retrying(endless, { outage: new OutageTracker(5 * MINUTE) })
    expect(await catchFailure(outcome)).toMatchObject({
      title: 'Title: Lost.',
      message: 'Lost. It has been like this for 5 min.',
      remedy: 'Do something.',
    })
    expect(reads.slice(0, 8)).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 30_500, 45_500])
    expect(reads.at(-1)).toBe(300_500)
  })

  it('fails at once if Atlas asks to wait beyond the deadline', async () => {
    const { outcome, harness } = retrying([tryLater(1_000), tryLater(60_000)], { limitMs: MINUTE })
    expect(await catchFailure(outcome)).toMatchObject({
      title: 'Title: Later.',
      message: "Later. Atlas asks to wait 1 min, which is beyond this step's deadline.",
      remedy: 'Do something.',
    })
    expect(harness.clock.now()).toBe(1_000)
  })

  it('waits as long as Atlas asks if that ends before the deadline, not with it', async () => {
    const { outcome, reads } = retrying([tryLater(59_999)], { limitMs: MINUTE })
    await expect(outcome).resolves.toBe('answer')
    expect(reads).toEqual([0, 59_999])
    const exact = retrying([tryLater(60_000)], { limitMs: MINUTE })
    expect((await catchFailure(exact.outcome)).message).toContain('Atlas asks to wait 1 min')
    expect(exact.reads).toEqual([0])
  })

  it('stops in the middle of a backoff when the deadline passes', async () => {
    const { outcome, harness } = retrying([lost(), lost(), lost(), lost()], { limitMs: 2_000 })
    await expect(outcome).rejects.toMatchObject({ name: 'StopReason', kind: 'deadline' })
    expect(harness.clock.now()).toBe(2_000)
  })

  it('stops when it is cancelled during the read, whatever the read then throws', async () => {
    const harness = new StepHarness()
    harness.cancelAt(300)
    const outage = new OutageTracker(Number.POSITIVE_INFINITY)
    const read = async (signal: AbortSignal) => {
      await harness.clock.sleep(1e9, signal).catch(() => undefined)
      throw lost()
    }
    const outcome = harness.within(MINUTE, (context) => retry(read, context, outage))
    await expect(outcome).rejects.toBeInstanceOf(StopReason)
    expect(harness.clock.now()).toBe(300)
    expect(harness.lines).toEqual([])
  })
})

describe('an outage', () => {
  it('is borne until its limit, to the millisecond', () => {
    const outage = new OutageTracker(5 * MINUTE)
    const last = notSent()
    outage.recordFailure(lost(), 1_000)
    outage.recordFailure(last, 300_999)
    expect(outage.lastError).toBe(last)
    expect(() => outage.recordFailure(lost(), 301_000)).toThrow('Lost. It has been like this for 5 min.')
  })

  it('does not end with an answer, which only clears the last error', () => {
    const outage = new OutageTracker(5 * MINUTE)
    outage.recordFailure(lost(), 0)
    outage.recordSuccess()
    expect(outage.lastError).toBeUndefined()
    expect(() => outage.recordFailure(lost(), 300_000)).toThrow('Lost. It has been like this for 5 min.')
  })

  it('does not count what Atlas puts off, and does not end with it', () => {
    const outage = new OutageTracker(5 * MINUTE)
    outage.recordFailure(tryLater(), 0)
    outage.recordFailure(tryLater(), 3_600_000)
    outage.recordFailure(lost(), 3_600_000)
    const later = tryLater()
    outage.recordFailure(later, 3_800_000)
    expect(outage.lastError).toBe(later)
    expect(() => outage.recordFailure(lost(), 3_900_000)).toThrow('Lost.')
  })

  it('never ends a wait whose only limit is the deadline', () => {
    const outage = new OutageTracker(Number.POSITIVE_INFINITY)
    outage.recordFailure(lost(), 0)
    expect(() => outage.recordFailure(lost(), 432_000_000)).not.toThrow()
  })
})

describe('an error that may pass', () => {
  it.each([
    [true, notSent()],
    [true, lost()],
    [true, tryLater()],
    [false, refused(404)],
    [false, conflict()],
    [false, untrusted(true)],
    [false, new Error('no')],
    [false, 'a string'],
  ])('%s: %s', (passing, error) => {
    expect(isRetryable(error)).toBe(passing)
  })
})

const always = (fraction: number): Random => ({ fraction: () => fraction, hex: () => '' })
const fractions = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('backoff', () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 16_000],
    [5, 30_000],
    [6, 30_000],
    [5_000, 30_000],
  ])('of attempt %d lies anywhere below %d ms', (attempt, longest) => {
    expect(backoff(attempt, always(0))).toBe(0)
    expect(backoff(attempt, always(0.5))).toBe(longest / 2)
    assertProperty(fc.property(fractions, (fraction) => backoff(attempt, always(fraction)) < longest))
  })

  it.each([
    [5, 32_000],
    [7, 128_000],
    [8, 240_000],
    [5_000, 240_000],
  ])('grows as far as the caller says: attempt %d to %d ms', (attempt, longest) => {
    expect(backoff(attempt, always(0.5), 240_000)).toBe(longest / 2)
  })
})
