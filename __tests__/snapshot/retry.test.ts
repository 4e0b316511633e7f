import { describe, expect, it } from '@jest/globals'
import type { AtlasError } from '../../src/atlas/errors.js'
import {
  POST,
  READ_AFTER_FINAL_POST,
  READ_AFTER_POST,
  READ_BEFORE_POST,
  READ_WHILE_WAITING,
  Retries,
  type RetryPolicy,
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
function run(
  errors: readonly (() => Error)[],
  policy: RetryPolicy = READ_WHILE_WAITING,
  limitMs = 60 * MINUTE,
) {
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
    return retries.read(read, policy)
  })
  return { reads, outcome, lastError: () => retries?.lastError }
}

describe('a read', () => {
  it.each<[string, readonly (() => Error)[], readonly number[]]>([
    ['is not retried after a success', [], [0]],
    ['is retried with growing backoff', [lost, notExecuted, throttled], [0, 0.5, 1.5, 3.5]],
    ['is retried after the backoff if Retry-After is shorter', [() => throttled(499)], [0, 0.5]],
    ['is retried after Retry-After if the backoff is shorter', [() => throttled(501)], [0, 0.501]],
    // Without backoff, this would be a fast loop.
    ['is retried after the backoff if Retry-After is 0', Array(2).fill(() => throttled(0)), [0, 0.5, 1.5]],
    ['is retried after 2 min if Retry-After is longer', [() => throttled(120_001)], [0, 120]],
    [
      'is retried with half of 30 s at most',
      Array(8).fill(throttled),
      [0, 0.5, 1.5, 3.5, 7.5, 15.5, 30.5, 45.5, 60.5],
    ],
  ])('%s', async (_, errors, seconds) => {
    const { outcome, reads, lastError } = run(errors)
    await expect(outcome).resolves.toBe('value')
    expect(reads).toStrictEqual(seconds.map((at) => at * 1_000))
    expect(lastError()).toBeUndefined()
  })

  it('is tried once more 2 s before the deadline', async () => {
    const failures = Array(9).fill(() => throttled(MINUTE))
    const { outcome, reads } = run(failures, READ_WHILE_WAITING, 100_000)
    await expect(outcome).rejects.toMatchObject({ name: 'StopReason', kind: 'deadline' })
    expect(reads).toStrictEqual([0, 60_000, 98_000])
  })

  it('stops if it is canceled, even if it fails with another error', async () => {
    const harness = new StepHarness({ cancelAt: 300 })
    const read = async (signal: AbortSignal) => {
      await harness.clock.sleep(1e9, signal).catch(() => undefined)
      throw lost()
    }
    const outcome = harness.within(MINUTE, (context) => new Retries(context).read(read, READ_WHILE_WAITING))
    await expect(outcome).rejects.toMatchObject({ name: 'StopReason', kind: 'canceled' })
    expect(harness.clock.now()).toBe(300)
    expect(harness.lines).toStrictEqual([])
  })
})

/** For how many seconds an error is retried, in a row every second. `never` if the first one ends the step. */
async function patience(createError: () => AtlasError, policy: RetryPolicy): Promise<number | string> {
  const harness = new StepHarness()
  return harness.within(2 * 60 * MINUTE, async (context) => {
    const retries = new Retries(context)
    for (let second = 0; second <= 3_600; second++) {
      if (retries.fail(createError(), policy) !== undefined) return second === 0 ? 'never' : second
      await harness.clock.sleep(1_000)
    }
    return 'always'
  })
}

const policies = [READ_BEFORE_POST, READ_AFTER_POST, READ_WHILE_WAITING, POST, READ_AFTER_FINAL_POST]

// The first read, the list after a POST, a snapshot that Atlas has accepted or shown, a POST, and the list after the final one.
it.each<[string, () => AtlasError, ...(number | string)[]]>([
  ['a lost response', lost, 300, 300, 'always', 300, 60],
  ['a request that was not sent', notExecuted, 300, 300, 'always', 300, 60],
  ['a throttled request', throttled, 'always', 'always', 'always', 'always', 60],
  ['a page of a proxy', nonAtlas, 'never', 300, 'always', 'never', 60],
  ['a rejection', () => rejected(403), 'never', 60, 60, 'never', 60],
  ['an untrusted response', untrusted, 'never', 'never', 'never', 'never', 'never'],
  ['a conflict', conflict, 'never', 'never', 'never', 'always', 'never'],
])('the policies retry %s for these times, in seconds', async (_, createError, ...times) => {
  const found = await Promise.all(policies.map((policy) => patience(createError, policy)))
  expect(found).toStrictEqual(times)
})

/** The time in seconds, and what creates the error. */
type Failure = readonly [second: number, createError: (() => AtlasError) | 'success']

/** The result of the last error: the delay in seconds, or the message of the error that ends the step. */
function failAll(failures: readonly Failure[], policy: RetryPolicy): Promise<unknown> {
  const harness = new StepHarness()
  return harness.within(60 * MINUTE, async (context) => {
    const retries = new Retries(context)
    let last: unknown
    for (const [second, createError] of failures) {
      await harness.clock.sleep(second * 1_000 - harness.clock.now())
      if (createError === 'success') await retries.read(async () => '', policy)
      else {
        const error = createError()
        last = retries.fail(error, policy)?.message ?? retries.delayAfter(error) / 1_000
      }
    }
    return last
  })
}

const every70s = [0, 70, 140, 210].map((second): Failure => [second, lost])

it.each<[string, readonly Failure[], boolean]>([
  ['can last less than 5 min', [...every70s, [299.999, lost]], false],
  ['can last no more than 5 min', [...every70s, [300, lost]], true],
  ['ends with a success', [...every70s, [280, 'success'], [300, lost], [301, lost]], false],
  ['ends if Atlas throttles a request', [...every70s, [280, throttled], [300, lost]], false],
  ['ends if Atlas rejects a request', [...every70s, [280, () => rejected(403)], [300, lost]], false],
  ['continues with another network error', [...every70s, [280, nonAtlas], [300, lost]], true],
  ['continues with a refused connection', [...every70s, [280, notExecuted], [300, lost]], true],
])('an outage %s', async (_, failures, isTooLong) => {
  const last = await failAll(failures, READ_AFTER_POST)
  if (isTooLong) expect(last).toStrictEqual(mentioning('Lost.', '5 min'))
  else expect(last).toEqual(expect.any(Number))
})

it('the backoff starts anew after a success', async () => {
  const ends = [lost, lost, 'success', lost] as const
  const failures = ends.map((end, second): Failure => [second, end])
  expect(await failAll(failures, READ_AFTER_POST)).toBe(0.5)
})

it.each<[string, readonly Failure[], number]>([
  ['half a second after a first conflict', [[0, conflict]], 0.5],
  ['half of 30 s at most', Array(20).fill([0, conflict]), 15],
  ['its backoff, because conflicts end an outage', [...every70s, [280, conflict], [300, lost]], 15],
])('a POST is repeated after %s', async (_, failures, expected) => {
  expect(await failAll(failures, POST)).toBe(expected)
})
