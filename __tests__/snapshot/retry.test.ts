import { describe, expect, it } from '@jest/globals'
import type { AtlasError } from '../../src/atlas/errors.js'
import {
  FIRST_READ,
  POST,
  READ,
  READ_NEW,
  Retries,
  type RetryPolicy,
  retry,
  WAIT,
  WAIT_FOR_NEW,
} from '../../src/snapshot/retry.js'
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
function run(errors: readonly (() => Error)[], policy: RetryPolicy = READ, limitMs = 60 * MINUTE) {
  const harness = new StepHarness()
  const left = errors.values()
  const reads: number[] = []
  const read = async () => {
    reads.push(harness.clock.now())
    const { value: createError } = left.next()
    if (createError !== undefined) throw createError()
    return 'value'
  }
  let retries: Retries | undefined
  const outcome = harness.within(limitMs, (context) => {
    retries = new Retries(context)
    return retry(read, context, retries, policy)
  })
  return { reads, outcome, lastError: () => retries?.lastError }
}

/** The last three delays are half of 30 s. */
const WAIT_SECONDS = [0, 0.5, 1.5, 3.5, 7.5, 15.5, 30.5, 45.5, 60.5]

describe('a read', () => {
  it.each<[string, readonly (() => Error)[], readonly number[], RetryPolicy?]>([
    ['is not retried after a success', [], [0]],
    ['is retried with growing backoff', [lost, notExecuted, throttled], [0, 0.5, 1.5, 3.5]],
    ['is retried after the backoff if Retry-After is shorter', [() => throttled(499)], [0, 0.5]],
    ['is retried after Retry-After if the backoff is shorter', [() => throttled(501)], [0, 0.501]],
    // Without backoff, this would be a fast loop.
    ['is retried after the backoff if Retry-After is 0', Array(2).fill(() => throttled(0)), [0, 0.5, 1.5]],
    ['is retried after 2 min if Retry-After is longer', [() => throttled(120_001)], [0, 120]],
    ['is retried after a response that is not from Atlas', [nonAtlas], [0, 0.5]],
    ['is retried with half of 30 s at most', Array(8).fill(lost), WAIT_SECONDS],
    [
      'is retried with half of 2 min at most if it is throttled',
      Array(9).fill(throttled),
      [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 123.5, 183.5],
    ],
    ['of a new snapshot is retried after a 404', [() => rejected(404)], [0, 0.5], READ_NEW],
    ['is retried with half of 30 s at most in a wait', Array(8).fill(throttled), WAIT_SECONDS, WAIT],
  ])('%s', async (_, errors, seconds, ...more) => {
    const { outcome, reads, lastError } = run(errors, ...more)
    await expect(outcome).resolves.toBe('value')
    expect(reads).toStrictEqual(seconds.map((at) => at * 1_000))
    expect(lastError()).toBeUndefined()
  })

  it.each<[string, () => Error, RetryPolicy?]>([
    ['a rejection', () => rejected(403)],
    ['a 404', () => rejected(404)],
    ['an untrusted response', () => untrusted(true)],
    ['a bug', () => new TypeError('no')],
    ['a first response that is not from Atlas', nonAtlas, FIRST_READ],
  ])('is not retried after %s', async (_, createError, ...more) => {
    const error = createError()
    const { outcome, reads } = run([() => error], ...more)
    await expect(outcome).rejects.toBe(error)
    expect(reads).toStrictEqual([0])
  })

  it('is tried once more 2 s before the deadline', async () => {
    const failures = Array(9).fill(() => throttled(MINUTE))
    const { outcome, reads } = run(failures, READ, 100_000)
    await expect(outcome).rejects.toMatchObject({ name: 'StopReason', kind: 'deadline' })
    expect(reads).toStrictEqual([0, 60_000, 98_000])
  })

  it('stops if it is canceled, even if it fails with another error', async () => {
    const harness = new StepHarness({ cancelAt: 300 })
    const read = async (signal: AbortSignal) => {
      await harness.clock.sleep(1e9, signal).catch(() => undefined)
      throw lost()
    }
    const outcome = harness.within(MINUTE, (context) => retry(read, context, new Retries(context), READ))
    await expect(outcome).rejects.toMatchObject({ name: 'StopReason', kind: 'canceled' })
    expect(harness.clock.now()).toBe(300)
    expect(harness.lines).toStrictEqual([])
  })
})

/** The time in seconds, and what creates the error. */
type Failure = readonly [second: number, createError: (() => AtlasError) | 'success']

/** The result of `next` for each error: the delay in seconds, or the message of the final error. */
function failAll(
  failures: readonly Failure[],
  policy: RetryPolicy,
): Promise<readonly (number | string | undefined)[]> {
  const harness = new StepHarness()
  return harness.within(60 * MINUTE, async (context) => {
    const retries = new Retries(context)
    const results: (number | string | undefined)[] = []
    for (const [second, createError] of failures) {
      await harness.clock.sleep(second * 1_000 - harness.clock.now())
      if (createError === 'success') retries.reset()
      else {
        const error = createError()
        const next = retries.next(error, policy)
        expect(retries.lastError).toBe(error)
        results.push(typeof next === 'number' ? next / 1_000 : next.message)
      }
    }
    return results
  })
}

describe('a POST', () => {
  const first = (error: AtlasError): readonly Failure[] => [[0, () => error]]

  it('is repeated at once after a first conflict, then after a backoff of up to 2 min', async () => {
    expect(await failAll(Array(11).fill([0, conflict]), POST)).toStrictEqual([
      ...[0, 0.5, 1, 2, 4, 8, 16, 32],
      ...Array(3).fill(60),
    ])
  })

  it('waits for all of Retry-After, unless it ends after the deadline', async () => {
    expect(await failAll(first(throttled(3_599_999)), POST)).toStrictEqual([3_599.999])
    expect(await failAll(first(throttled(3_600_000)), POST)).toStrictEqual([mentioning('Later.', '1 h')])
    expect(await failAll(first(throttled(3_600_000)), READ)).toStrictEqual([120])
  })
})

describe('an outage', () => {
  const every = (seconds: number, count: number, createError: () => AtlasError = lost) =>
    Array.from({ length: count }, (_, index): Failure => [seconds * index, createError])
  const tooLong = mentioning('Lost.', '5 min')

  it.each<[string, readonly Failure[], boolean]>([
    ['can last less than 5 min', [...every(70, 4), [299.999, lost]], false],
    ['can last no more than 5 min', [...every(70, 4), [300, lost]], true],
    ['has five failures, since a suspended runner is no outage', every(200, 4), false],
    ['ends with a success', [...every(70, 4), [280, 'success'], [300, lost], [301, lost]], false],
    ['ends if Atlas throttles a request', [...every(70, 4), [280, throttled], [300, lost]], false],
    ['does not begin while Atlas throttles', [...every(100, 4, throttled), [400, lost]], false],
    ['continues with another network error', [...every(70, 4), [280, nonAtlas], [300, lost]], true],
  ])('%s', async (_, failures, isTooLong) => {
    const last = (await failAll(failures, READ)).at(-1)
    if (isTooLong) expect(last).toStrictEqual(tooLong)
    else expect(last).toEqual(expect.any(Number))
    expect((await failAll(failures, WAIT)).at(-1)).toEqual(expect.any(Number))
  })

  it('of POSTs ends with a conflict', async () => {
    const failures: readonly Failure[] = [...every(70, 4), [280, conflict], [300, lost]]
    expect((await failAll(failures, POST)).at(-1)).toEqual(expect.any(Number))
  })
})

it('a 404 for a new snapshot is retried for a minute, from the first one in a row', async () => {
  const gone = () => rejected(404)
  const failures: readonly Failure[] = [
    [0, gone],
    [30, lost],
    ...[40, 55, 70, 85, 99.999].map((second): Failure => [second, gone]),
    [100, gone],
  ]
  for (const policy of [READ_NEW, WAIT_FOR_NEW]) {
    const results = await failAll(failures, policy)
    expect(results.slice(0, -1)).not.toContainEqual(expect.any(String))
    expect(results.at(-1)).toStrictEqual(mentioning('404', '1 min'))
  }
})
