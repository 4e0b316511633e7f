import { describe, expect, it } from '@jest/globals'
import type { RequestError } from '../../src/atlas/errors.js'
import {
  AFTER_POST,
  BEFORE_POST,
  POST_POLICIES,
  Retries,
  type RetryPolicy,
  WHILE_WAITING,
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
function run(errors: readonly (() => Error)[], policy: RetryPolicy = WHILE_WAITING, limitMs = 60 * MINUTE) {
  const harness = new StepHarness()
  const left = errors.values()
  const seconds: number[] = []
  const read = async () => {
    seconds.push(harness.clock.now() / 1_000)
    const { value: createError } = left.next()
    if (createError !== undefined) throw createError()
    return 'value'
  }
  let retries: Retries | undefined
  const outcome = harness.within(limitMs, (context) => {
    retries = new Retries(context)
    return retries.read(read, policy)
  })
  return { seconds, outcome, lines: harness.lines, lastError: () => retries?.lastError }
}

describe('a read', () => {
  // Half of the random part.
  it.each<[string, readonly (() => Error)[], readonly number[]]>([
    ['is retried after pauses that grow to a limit', Array(4).fill(lost), [0, 7.5, 20, 37.5, 55]],
    ['is retried after the pause if Retry-After is shorter', [() => throttled(7_499)], [0, 7.5]],
    ['is retried after Retry-After if the pause is shorter', [() => throttled(7_501)], [0, 7.501]],
    ['is retried after the limit of Retry-After if that is longer', [() => throttled(120_001)], [0, 120]],
  ])('%s', async (_, errors, expected) => {
    const { outcome, seconds, lines, lastError } = run(errors)
    await expect(outcome).resolves.toBe('value')
    expect(seconds).toStrictEqual(expected)
    expect(lines).toHaveLength(errors.length)
    expect(lastError()).toBeUndefined()
  })

  it('is retried after random pauses, so that many steps with one rate limit spread', async () => {
    const pauses = (fraction: number) =>
      new StepHarness().within(60 * MINUTE, async (context) => {
        const retries = new Retries({ ...context, random: { ...context.random, fraction: () => fraction } })
        const pause = async () => {
          const start = context.clock.now()
          await retries.pauseOrThrow(throttled(), WHILE_WAITING)
          return (context.clock.now() - start) / 1_000
        }
        return [await pause(), await pause(), await pause(), await pause()]
      })
    expect(await pauses(0)).toStrictEqual([5, 5, 5, 5])
    expect(await pauses(1)).toStrictEqual([10, 20, 30, 30])
  })

  it('stops if it is canceled, even if it fails with another error', async () => {
    const harness = new StepHarness({ cancelAt: 300 })
    let retries: Retries | undefined
    const outcome = harness.within(MINUTE, (context) => {
      retries = new Retries(context)
      const read = async () => {
        await harness.clock.sleep(1e9, context.deadline.signal).catch(() => undefined)
        throw lost()
      }
      return retries.read(read, WHILE_WAITING)
    })
    await expect(outcome).rejects.toMatchObject({ name: 'StopReason', stoppedBy: 'cancellation' })
    expect(harness.clock.now()).toBe(300)
    expect(harness.lines).toStrictEqual([])
    expect(retries?.lastError).toBeUndefined()
  })
})

/** After how many seconds of this failure a step gives up. `always` if it does not within two hours. */
async function patience(createError: () => RequestError, policy: RetryPolicy): Promise<number | string> {
  const harness = new StepHarness()
  const give = () => harness.clock.now() / 1_000
  return harness.within(120 * MINUTE, async (context) => {
    const failure = new Retries(context).read(() => Promise.reject(createError()), policy)
    return failure.catch(({ name }) => (name === 'StopReason' ? 'always' : give()))
  })
}

// A pause of 17.5 s can follow the last failure within the limit.
it.each<[string, () => RequestError, ...(number | string)[]]>([
  ['a lost response', lost, 300, 300, 300, 'always'],
  ['a request that was not sent', notExecuted, 300, 300, 300, 'always'],
  ['a throttled request', throttled, 'always', 'always', 'always', 'always'],
  ['a page of a proxy', nonAtlas, 0, 0, 300, 'always'],
  ['a rejection', () => rejected(403), 0, 0, 72.5, 72.5],
  ['an untrusted response', untrusted, 0, 0, 0, 0],
  ['a conflict', conflict, 0, 'always', 0, 0],
])('the policies retry %s for these times, in seconds', async (_, createError, ...times) => {
  const policies = [BEFORE_POST, POST_POLICIES.wait, AFTER_POST, WHILE_WAITING]
  const found = await Promise.all(policies.map((policy) => patience(createError, policy)))
  expect(found).toStrictEqual(times)
})

/** A failure, or the end of the row. */
type Event = (() => RequestError) | 'reset'

/** The seconds of the pause after the last failure, or the message of the error that ends the step. */
function pauseAfter(events: readonly Event[], policy: RetryPolicy): Promise<unknown> {
  const harness = new StepHarness()
  return harness.within(60 * MINUTE, async (context) => {
    const retries = new Retries(context)
    let last: unknown
    for (const event of events) {
      const start = harness.clock.now()
      if (event === 'reset') retries.reset()
      else
        last = await retries.pauseOrThrow(event(), policy).then(
          () => (harness.clock.now() - start) / 1_000,
          ({ message }) => message,
        )
    }
    return last
  })
}

const forbidden = () => rejected(403)
/** They last 55 s after the last pause. */
const rejections: readonly Event[] = Array(4).fill(forbidden)
/** It lasts 282.5 s after the last pause. */
const outage: readonly Event[] = Array(17).fill(lost)
const TOO_LONG = mentioning('lost', 'All tries for 5 min')
const TOO_MANY = mentioning('403', 'All tries for 1 min 13 s')

it.each<[string, readonly Event[], unknown]>([
  ['of rejections ends after a minute', [...rejections, forbidden, forbidden], TOO_MANY],
  ['of rejections starts anew after an outage', [...rejections, lost, forbidden, forbidden], 17.5],
  ['of an outage ends with a success', [...outage, 'reset', lost, lost], 12.5],
  ['of an outage continues with a page of a proxy', [...outage, nonAtlas, lost], TOO_LONG],
  ['of an outage continues with a refused connection', [...outage, notExecuted, lost], TOO_LONG],
  ['of an outage starts anew after a throttled request', [...outage, throttled, lost, lost], 17.5],
  ['of an outage starts anew after a rejection', [...outage, forbidden, lost, lost], 17.5],
])('a row %s', async (_, events, expected) => {
  expect(await pauseAfter(events, AFTER_POST)).toStrictEqual(expected)
})
