import { describe, expect, it } from '@jest/globals'
import { ThrottledError } from '../../src/atlas/errors.js'
import { isRetryable, isRetryableRead, OutageTracker, retry } from '../../src/snapshot/retry.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  lost,
  nonAtlas,
  notExecuted,
  rejected,
  throttled,
  untrusted,
} from '../support/scripted-client.js'
import { MINUTE, StepHarness } from '../support/step-harness.js'

/** Retries a read that fails with each of these errors, then succeeds. */
function run(
  errors: readonly Error[],
  {
    limitMs = 60 * MINUTE,
    outage = new OutageTracker(Number.POSITIVE_INFINITY),
    mayRetry = isRetryableRead,
  }: { limitMs?: number; outage?: OutageTracker; mayRetry?: (error: unknown) => boolean } = {},
) {
  const harness = new StepHarness()
  const left = [...errors]
  const reads: number[] = []
  const read = async () => {
    reads.push(harness.clock.now())
    const error = left.shift()
    if (error !== undefined) throw error
    return 'value'
  }
  const outcome = harness.within(limitMs, (context) => retry(read, context, outage, mayRetry))
  return { harness, reads, outcome, outage }
}

const repeat = (count: number, create: () => Error) => Array.from({ length: count }, create)

describe('a read', () => {
  it.each<[string, readonly Error[], readonly number[], ((error: unknown) => boolean)?]>([
    ['is not retried after a success', [], [0]],
    [
      'is retried with growing backoff after retryable errors',
      [lost(), notExecuted(), throttled(), lost()],
      [0, 500, 1_500, 3_500, 7_500],
    ],
    ['is retried after the backoff if Retry-After is shorter', [throttled(499)], [0, 500]],
    ['is retried after Retry-After if the backoff is shorter', [throttled(501)], [0, 501]],
    // Without backoff, this would be a fast loop.
    ['is retried after the backoff if Retry-After is 0', [throttled(0), throttled(0)], [0, 500, 1_500]],
    ['is retried after a response that is not from Atlas', [nonAtlas()], [0, 500]],
    [
      'is retried with the usual backoff while it is throttled',
      repeat(10, () => throttled(1_000)),
      [0, 1, 2, 4, 8, 16, 31, 46, 61, 76, 91].map((seconds) => seconds * 1_000),
    ],
    [
      'is retried with the usual backoff unless it is throttled',
      repeat(8, () => lost()),
      [0, 500, 1_500, 3_500, 7_500, 15_500, 30_500, 45_500, 60_500],
    ],
    ['is retried after other errors if the caller allows it', [rejected(404)], [0, 500], () => true],
    [
      'is retried 2 s before the deadline if Retry-After exceeds it',
      [lost(), throttled(120 * MINUTE)],
      [0, 500, 60 * MINUTE - 2_000],
    ],
  ])('%s', async (_, errors, expected, mayRetry = isRetryableRead) => {
    const { outcome, reads, outage } = run(errors, { mayRetry })
    await expect(outcome).resolves.toBe('value')
    expect(reads).toStrictEqual(expected)
    expect(outage.lastError).toBeUndefined()
  })

  it.each<[string, Error, ((error: unknown) => boolean)?]>([
    ['a rejection', rejected(403)],
    ['a conflict', conflict()],
    ['an untrusted response', untrusted(true)],
    ['a bug', new TypeError('no'), () => true],
    ['a first response that is not from Atlas', nonAtlas(), isRetryable],
  ])('is not retried after %s', async (_, error, mayRetry = isRetryableRead) => {
    const { outcome, reads } = run([error], { mayRetry })
    await expect(outcome).rejects.toBe(error)
    expect(reads).toStrictEqual([0])
  })

  it('stops if it is canceled, even if it fails with another error', async () => {
    const harness = new StepHarness()
    harness.cancelAt(300)
    const read = async (signal: AbortSignal) => {
      await harness.clock.sleep(1e9, signal).catch(() => undefined)
      throw lost()
    }
    const outcome = harness.within(MINUTE, (context) => retry(read, context, new OutageTracker()))
    await expect(outcome).rejects.toMatchObject({ name: 'StopReason', kind: 'canceled' })
    expect(harness.clock.now()).toBe(300)
    expect(harness.lines).toStrictEqual([])
  })
})

describe('an outage', () => {
  const tooLong = { message: mentioning('Lost.', '5 min') }
  /** Records a lost response at a time in milliseconds. */
  const failAt = (outage: OutageTracker, now: number) => outage.recordFailure(lost(), now)

  it('can last exactly until its limit, by default 5 min', () => {
    for (const outage of [new OutageTracker(5 * MINUTE), new OutageTracker()]) {
      const last = notExecuted()
      outage.recordFailure(lost(), 1_000)
      outage.recordFailure(last, 300_999)
      expect(outage.lastError).toBe(last)
      expect(failAt(outage, 301_000)).toMatchObject(tooLong)
    }
  })

  it('ends with a success', () => {
    const outage = new OutageTracker(5 * MINUTE)
    outage.recordFailure(lost(), 0)
    outage.recordSuccess()
    expect(outage.lastError).toBeUndefined()
    expect(failAt(outage, 300_000)).toBeUndefined()
    expect(failAt(outage, 600_000)).toMatchObject(tooLong)
  })

  it('neither starts nor ends with the throttling of a proxy', () => {
    const outage = new OutageTracker(5 * MINUTE)
    outage.recordFailure(lost(), 0)
    outage.recordFailure(new ThrottledError({ title: 'T', message: 'M.', remedy: 'R.' }, true), 200_000)
    expect(failAt(outage, 300_000)).toMatchObject(tooLong)
  })

  it('ends with a rejection', async () => {
    const outage = new OutageTracker(5 * MINUTE)
    await expect(run([lost(), rejected(403)], { outage }).outcome).rejects.toBeDefined()
    expect(failAt(outage, 300_000)).toBeUndefined()
  })

  it('ends with throttling, which starts none', () => {
    const outage = new OutageTracker(5 * MINUTE)
    outage.recordFailure(lost(), 0)
    const later = throttled()
    outage.recordFailure(later, 200_000)
    expect(outage.lastError).toBe(later)
    outage.recordFailure(throttled(), 600_000)
    expect(failAt(outage, 600_000)).toBeUndefined()
    expect(failAt(outage, 900_000)).toMatchObject(tooLong)
  })
})
