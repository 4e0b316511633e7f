import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import type { Random } from '../../src/runtime.js'
import { createPollInterval, pollUntilFinished } from '../../src/snapshot/polling.js'
import { backoff, OutageTracker } from '../../src/snapshot/retry.js'
import { assertProperty } from '../support/property.js'
import { idOf, lost, refused, type Script, scriptedClient, snapshot } from '../support/scripted-client.js'
import { MINUTE, Stage } from '../support/stage.js'

async function followed(
  from: Snapshot,
  read: Script['read'] = [],
  isAlsoRetryable?: () => boolean,
  outage = new OutageTracker(Number.POSITIVE_INFINITY),
) {
  const client = scriptedClient({ read })
  const stage = new Stage({ client })
  const looks: string[] = []
  const onPoll = ({ status }: Snapshot, isChange: boolean, waitedMs: number) =>
    looks.push(`${waitedMs} ${status}${isChange ? ', changed' : ''}`)
  const following = { outage, onPoll, ...(isAlsoRetryable === undefined ? {} : { isAlsoRetryable }) }
  const outcome = stage.within(60 * MINUTE, (context) => pollUntilFinished(from, context, following))
  return { client, stage, looks, outcome }
}

describe('a snapshot that is followed', () => {
  it.each(['completed', 'failed'])('is not read where it is %s already', async (status) => {
    const { client, looks, outcome, stage } = await followed(snapshot({ status }))
    expect((await outcome).status).toBe(status)
    expect(client.calls).toEqual([])
    expect(looks).toEqual([])
    expect(stage.clock.now()).toBe(0)
  })

  it('is read until it ends, and each look is told, with whether the status changed', async () => {
    const read = ['queued', 'inProgress', 'inProgress', 'queued', 'pondering', 'failed'].map((status) =>
      snapshot({ status }),
    )
    const { client, looks, outcome } = await followed(snapshot(), read)
    expect((await outcome).status).toBe('failed')
    expect(client.calls).toEqual(Array(6).fill(`read ${idOf(1)}`))
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
    const { outcome, stage } = await followed(snapshot(), read, undefined, limited)
    await expect(outcome).rejects.toThrow('Second. It has been like this for 2 s.')
    expect(stage.clock.now()).toBe(4_500)
    const unlimited = new OutageTracker(Number.POSITIVE_INFINITY)
    const good = await followed(snapshot(), [lost(), snapshot({ status: 'completed' })], undefined, unlimited)
    await good.outcome
    expect(unlimited.lastError).toBeUndefined()
  })

  it('is onPoll at less often the longer it takes, counted from the start of the wait', async () => {
    const stage = new Stage()
    await stage.clock.advance(1_000_000)
    await stage.wait(await stage.take())
    const polls = stage.requests.filter((request) => request.endsWith('read 200'))
    expect(polls.slice(18, 23)).toEqual(
      [1_038_000, 1_040_000, 1_042_000, 1_044_100, 1_046_305].map((at) => `${at} read 200`),
    )
  })

  it('is onPoll at less often while little of the rate limit is left, by what the last look told', async () => {
    const stage = new Stage({
      atlas: { rateLimits: { snapshots: { capacity: 10, refillPerMinute: 1 } }, secondsToCompleted: 130 },
    })
    await stage.wait(await stage.take())
    // Of ten, the POST takes one and each look another; one comes back a minute. From the first look that leaves less
    // than half on, it is 24 s for each that is missing from it.
    const polls = [2_000, 4_000, 6_000, 8_000, 10_000, 34_000, 82_000, 130_000]
    expect(stage.requests.filter((request) => request.includes('read'))).toEqual(
      polls.map((at) => `${at} read 200`),
    )
  })
})

describe('the last look before the deadline', () => {
  /** The looks at a snapshot that is completed after so many seconds, and how the wait for it ends. */
  async function waited(secondsToCompleted: number, limitMs: number, pollIntervalMs?: number) {
    const stage = new Stage({ atlas: { secondsToCompleted } })
    const sighting = await stage.take()
    const end = await stage.wait(sighting, limitMs, pollIntervalMs).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof Error ? error.message : error),
    )
    const looks = stage.requests.flatMap((request) => /^(\d+) read 200$/.exec(request)?.[1] ?? [])
    return { end, looks: looks.map(Number), now: stage.clock.now() }
  }

  it('finds a snapshot that was completed after the one before it, with the adaptive schedule', async () => {
    // By then it looks every 30 s: 15.3 s before this deadline, and next after it.
    const { end, looks } = await waited(20 * 60 - 12, 20 * MINUTE)
    expect(end).toBe('completed')
    expect(looks.slice(-2)).toEqual([1_184_696, 20 * MINUTE - 2_000])
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

describe('the adaptive schedule', () => {
  // A real clock never gives 0 for the time waited so far.
  it.each([0, 0.003, 1, 1_999.999])('looks first after 2 s exactly, %d ms into the wait', (waitedMs) => {
    for (const fraction of [0, 0.5, 0.999])
      expect(createPollInterval(undefined, always(fraction))(waitedMs)).toBe(2_000)
  })

  it.each([
    [2_000, 2_000],
    [40_000, 2_000],
    [60_000, 3_000],
    [100_000, 5_000],
    [599_980, 29_999],
    [600_000, 30_000],
    [3_600_000, 30_000],
  ])('after %d ms looks again in 5 %% of them, clamped: %d ms', (waitedMs, intervalMs) => {
    expect(createPollInterval(undefined, always(0.5))(waitedMs)).toBe(intervalMs)
  })

  it('varies every interval but the first by 10 % at most, either way, and none goes beyond 30 s', () => {
    expect(createPollInterval(undefined, always(0))(2_000)).toBe(1_800)
    expect(createPollInterval(undefined, always(0))(100_000)).toBe(4_500)
    expect(createPollInterval(undefined, always(1))(100_000)).toBeCloseTo(5_500)
    expect(createPollInterval(undefined, always(0))(3_600_000)).toBe(27_000)
    expect(createPollInterval(undefined, always(1))(3_600_000)).toBe(30_000)
    assertProperty(
      fc.property(fractions, fc.integer({ min: 0, max: 432_000_000 }), (fraction, waitedMs) => {
        const interval = createPollInterval(undefined, always(fraction))(waitedMs)
        expect(interval).toBeGreaterThanOrEqual(1_800)
        expect(interval).toBeLessThanOrEqual(30_000)
      }),
    )
  })
})

describe('the adaptive schedule where the rate limit runs short', () => {
  const intervalAt = (waitedMs: number, limitLeft: number, fraction = 0.5) =>
    createPollInterval(undefined, always(fraction))(waitedMs, limitLeft)

  it.each([1, 0.75, 0.5])('is as ever while half of it is left: %d', (limitLeft) => {
    for (const waitedMs of [0, 2_000, 100_000, 3_600_000])
      expect(intervalAt(waitedMs, limitLeft)).toBe(createPollInterval(undefined, always(0.5))(waitedMs))
  })

  it.each([
    [0.4, 24_000],
    [0.25, 60_000],
    [0.1, 96_000],
    [0, 120_000],
  ])('with %d of it left looks again after %d ms, give or take 10 %%', (limitLeft, intervalMs) => {
    for (const waitedMs of [2_000, 100_000]) {
      expect(intervalAt(waitedMs, limitLeft)).toBeCloseTo(intervalMs)
      expect(intervalAt(waitedMs, limitLeft, 0)).toBeCloseTo(intervalMs * 0.9)
      expect(intervalAt(waitedMs, limitLeft, 1)).toBeCloseTo(intervalMs * 1.1)
    }
  })

  it('never looks more often for it', () => {
    expect(intervalAt(3_600_000, 0.49)).toBe(30_000)
  })

  it('looks first after 2 s all the same', () => {
    expect(intervalAt(0, 0)).toBe(2_000)
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
