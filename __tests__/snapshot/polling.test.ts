import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import type { Random } from '../../src/runtime.js'
import { createPollInterval, pollUntilFinished } from '../../src/snapshot/polling.js'
import { OutageTracker } from '../../src/snapshot/retry.js'
import { assertProperty } from '../support/assertions.js'
import {
  lost,
  refused,
  type Script,
  scriptedClient,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import { MINUTE, StepHarness } from '../support/step-harness.js'

async function followed(
  from: Snapshot,
  get: Script['get'] = [],
  isAlsoRetryable?: () => boolean,
  outage = new OutageTracker(Number.POSITIVE_INFINITY),
) {
  const client = scriptedClient({ get })
  const harness = new StepHarness({ client })
  const looks: string[] = []
  const onPoll = ({ status }: Snapshot, isChange: boolean, waitedMs: number) =>
    looks.push(`${waitedMs} ${status}${isChange ? ', changed' : ''}`)
  const following = { outage, onPoll, ...(isAlsoRetryable === undefined ? {} : { isAlsoRetryable }) }
  const outcome = harness.within(60 * MINUTE, (context) => pollUntilFinished(from, context, following))
  return { client, harness, looks, outcome }
}

describe('a snapshot that is polled', () => {
  it.each(['completed', 'failed'])('is not read where it is %s already', async (status) => {
    const { client, looks, outcome, harness } = await followed(snapshot({ status }))
    expect((await outcome).status).toBe(status)
    expect(client.calls).toEqual([])
    expect(looks).toEqual([])
    expect(harness.clock.now()).toBe(0)
  })

  it('is read until it ends, and each look is told, with whether the status changed', async () => {
    const read = ['queued', 'inProgress', 'inProgress', 'queued', 'pondering', 'failed'].map((status) =>
      snapshot({ status }),
    )
    const { client, looks, outcome } = await followed(snapshot(), read)
    expect((await outcome).status).toBe('failed')
    expect(client.calls).toEqual(Array(6).fill(`get ${snapshotId(1)}`))
    expect(looks).toEqual([
      '2000 queued',
      '4000 inProgress, changed',
      '6000 inProgress',
      '8000 queued, changed',
      '10000 pondering, changed',
      '12000 failed, changed',
    ])
  })

  it('is read on after errors that may pass, others only if told so', async () => {
    const errors = [lost(), refused(404)]
    const completed = snapshot({ status: 'completed' })
    const { outcome } = await followed(snapshot(), [...errors, completed], () => true)
    expect(await outcome).toBe(completed)
    const strict = await followed(snapshot(), errors)
    await expect(strict.outcome).rejects.toBe(errors[1])
  })

  it('leaves it to its caller when an outage ends, but forgets an error with each answer', async () => {
    const read = [lost('First.'), snapshot(), lost('Second.')]
    const limited = new OutageTracker(2_000)
    const { outcome, harness } = await followed(snapshot(), read, undefined, limited)
    await expect(outcome).rejects.toThrow('Second. It has been like this for 2 s.')
    expect(harness.clock.now()).toBe(4_500)
    const unlimited = new OutageTracker(Number.POSITIVE_INFINITY)
    const good = await followed(snapshot(), [lost(), snapshot({ status: 'completed' })], undefined, unlimited)
    await good.outcome
    expect(unlimited.lastError).toBeUndefined()
  })

  it('is polled less often the longer it takes, counted from the start of the wait', async () => {
    const harness = new StepHarness()
    await harness.clock.advance(1_000_000)
    await harness.wait(await harness.createSnapshot(), 60 * MINUTE, 'adaptive')
    const polls = harness.requests.filter((request) => request.endsWith('get 200'))
    // 3% is more than 4 s from the 34th poll on.
    expect(polls.slice(31, 36)).toEqual(
      [1_128_000, 1_132_000, 1_136_000, 1_140_080, 1_144_282].map((at) => `${at} get 200`),
    )
  })

  it('is polled less often while little of the rate limit is left, by the last response', async () => {
    const harness = new StepHarness({
      atlas: { rateLimits: { snapshots: { capacity: 10, refillPerMinute: 1 } }, secondsToCompleted: 130 },
    })
    await harness.wait(await harness.createSnapshot(), 60 * MINUTE, 'adaptive')
    // Of ten, the POST takes one and each poll another; one comes back a minute. From the first poll that leaves less
    // than half on, it is 24 s for each that is missing from it.
    const polls = [4_000, 8_000, 12_000, 16_000, 20_000, 44_000, 92_000, 140_000]
    expect(harness.requests.filter((request) => request.includes('get'))).toEqual(
      polls.map((at) => `${at} get 200`),
    )
  })
})

describe('the last look before the deadline', () => {
  /** The looks at a snapshot that is completed after so many seconds, and how the wait for it ends. */
  async function waited(
    secondsToCompleted: number,
    limitMs: number,
    pollIntervalMs: number | 'adaptive' = 'adaptive',
  ) {
    const harness = new StepHarness({ atlas: { secondsToCompleted } })
    const observed = await harness.createSnapshot()
    const end = await harness.wait(observed, limitMs, pollIntervalMs).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof Error ? error.message : error),
    )
    const looks = harness.requests.flatMap((request) => /^(\d+) get 200$/.exec(request)?.[1] ?? [])
    return { end, looks: looks.map(Number), now: harness.clock.now() }
  }

  it('finds a snapshot that was completed after the one before it, with the adaptive schedule', async () => {
    // By then there is a poll every 15 s: 10.7 s before this deadline, and the next would come after it.
    const { end, looks } = await waited(20 * 60 - 5, 20 * MINUTE)
    expect(end).toBe('completed')
    expect(looks.slice(-2)).toEqual([1_189_297, 20 * MINUTE - 2_000])
  })

  it('finds it with a fixed interval, too', async () => {
    const { end, looks } = await waited(130, 150_000, 60_000)
    expect(end).toBe('completed')
    expect(looks).toEqual([60_000, 120_000, 148_000])
  })

  it('comes once, and the wait ends at its deadline where even then there is no end in sight', async () => {
    const { end, looks, now } = await waited(1_000, 150_000, 60_000)
    expect(end).toMatch(/^The deadline of 2 min 30 s has passed while waiting for the snapshot\. /)
    expect(looks).toEqual([60_000, 120_000, 148_000])
    expect(now).toBe(150_000)
  })

  it('comes early enough for an answer where the schedule would look just before the deadline', async () => {
    expect((await waited(1_000, 121_000, 60_000)).looks).toEqual([60_000, 119_000])
  })

  it('is no reason to look less often in the last seconds', async () => {
    const { looks } = await waited(1_000, 10_000, 800)
    expect(looks).toEqual([800, 1_600, 2_400, 3_200, 4_000, 4_800, 5_600, 6_400, 7_200, 8_000, 8_800, 9_600])
  })

  it('is none where no more than its time is left from the start', async () => {
    expect((await waited(1, 2_000)).looks).toEqual([])
    expect((await waited(1, 2_001)).looks).toEqual([1])
  })
})

const always = (fraction: number): Random => ({ fraction: () => fraction, hex: () => '' })
const fractions = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the adaptive interval', () => {
  // A real clock never gives 0 for the time waited so far.
  it.each([0, 0.003, 1, 3_999.999])('is first 4 s exactly, %d ms into the wait', (waitedMs) => {
    for (const fraction of [0, 0.5, 0.999])
      expect(createPollInterval(undefined, always(fraction))(waitedMs)).toBe(4_000)
  })

  it.each([
    [4_000, 4_000],
    [133_000, 4_000],
    [150_000, 4_500],
    [499_000, 14_970],
    [500_000, 15_000],
    [3_600_000, 15_000],
  ])('is 3%% of %d ms, from 4 s to 15 s: %d ms', (waitedMs, intervalMs) => {
    expect(createPollInterval(undefined, always(0.5))(waitedMs)).toBe(intervalMs)
  })

  it('has a jitter of 10% either way, but for the first', () => {
    expect(createPollInterval(undefined, always(0))(4_000)).toBe(3_600)
    expect(createPollInterval(undefined, always(1))(200_000)).toBeCloseTo(6_600)
    expect(createPollInterval(undefined, always(0))(3_600_000)).toBe(13_500)
    expect(createPollInterval(undefined, always(1))(3_600_000)).toBeCloseTo(16_500)
    assertProperty(
      fc.property(fractions, fc.integer({ min: 0, max: 432_000_000 }), (fraction, waitedMs) => {
        const interval = createPollInterval(undefined, always(fraction))(waitedMs)
        expect(interval).toBeGreaterThanOrEqual(3_600)
        expect(interval).toBeLessThanOrEqual(16_500)
      }),
    )
  })
})

describe('the adaptive interval with little of the rate limit left', () => {
  const intervalAt = (waitedMs: number, rateLimitRemaining: number, fraction = 0.5) =>
    createPollInterval(undefined, always(fraction))(waitedMs, rateLimitRemaining)

  it.each([1, 0.75, 0.5])('is the usual one while half of it is left: %d', (rateLimitRemaining) => {
    for (const waitedMs of [0, 4_000, 100_000, 3_600_000])
      expect(intervalAt(waitedMs, rateLimitRemaining)).toBe(
        createPollInterval(undefined, always(0.5))(waitedMs),
      )
  })

  it.each([
    [0.4, 24_000],
    [0.25, 60_000],
    [0.1, 96_000],
    [0, 120_000],
  ])('is with %d of it left %d ms, with the same jitter', (rateLimitRemaining, intervalMs) => {
    for (const waitedMs of [4_000, 100_000]) {
      expect(intervalAt(waitedMs, rateLimitRemaining)).toBeCloseTo(intervalMs)
      expect(intervalAt(waitedMs, rateLimitRemaining, 0)).toBeCloseTo(intervalMs * 0.9)
      expect(intervalAt(waitedMs, rateLimitRemaining, 1)).toBeCloseTo(intervalMs * 1.1)
    }
  })

  it('is never shorter for it', () => {
    expect(intervalAt(3_600_000, 0.49)).toBe(15_000)
  })

  it('is first 4 s all the same', () => {
    expect(intervalAt(0, 0)).toBe(4_000)
  })
})

describe('a fixed interval', () => {
  it.each([0, 1, 60_000, 7_200_000])('is kept to the millisecond after %d ms, without jitter', (waitedMs) => {
    const noChance: Random = {
      fraction: () => {
        throw new Error('asked for jitter')
      },
      hex: () => '',
    }
    expect(createPollInterval(12_345, noChance)(waitedMs)).toBe(12_345)
    expect(createPollInterval(12_345, noChance)(waitedMs, 0)).toBe(12_345)
  })
})
