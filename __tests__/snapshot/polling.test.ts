import { describe, expect, it } from '@jest/globals'
import { stepOptions } from '../../simulation/options.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import type { AcquiredSnapshot } from '../../src/snapshot/context.js'
import { pollInterval, pollUntilFinished } from '../../src/snapshot/polling.js'
import { Retries } from '../../src/snapshot/retry.js'
import { TITLES } from '../../src/titles.js'
import { lost, rejected, type Script, snapshot } from '../support/scripted-client.js'
import { MINUTE, StepHarness, scriptedStep } from '../support/step-harness.js'
import { post } from '../support/step-requests.js'

/** Polls a snapshot with scripted responses. */
function poll(
  from: Snapshot,
  get: Script['get'] = [],
  { created = false, seenAt = 0, ...more }: Omit<Script, 'get'> & Partial<AcquiredSnapshot> = {},
) {
  const harness = scriptedStep({ get, ...more })
  const polls: string[] = []
  const onPoll = ({ status }: Snapshot, statusChanged: boolean, waitedMs: number) =>
    polls.push(`${waitedMs} ${status}${statusChanged ? ', changed' : ''}`)
  const outcome = harness.within(60 * MINUTE, (context) => {
    const retries = new Retries(context, { maxOutageMs: Number.POSITIVE_INFINITY })
    return pollUntilFinished({ snapshot: from, created, seenAt }, context, retries, onPoll)
  })
  return { harness, polls, outcome }
}

const completed = snapshot({ status: 'completed' })

describe('a snapshot', () => {
  it.each([
    [-1_500, '500 completed, changed'],
    [-60_000, '0 completed, changed'],
  ])('last seen at %i ms is read one interval later, or at once', async (seenAt, expected) => {
    const { polls, outcome } = poll(snapshot(), [completed], { seenAt })
    await outcome
    expect(polls).toStrictEqual([expected])
  })

  it.each(['completed', 'failed'])('that is %s is not polled', async (status) => {
    const { polls, outcome, harness } = poll(snapshot({ status }))
    expect((await outcome).status).toBe(status)
    expect(polls).toStrictEqual([])
    expect(harness.clock.now()).toBe(0)
  })

  it('is polled until it is finished, with a callback for each poll', async () => {
    const statuses = ['queued', 'inProgress', 'inProgress', 'queued', 'cancelled', 'failed']
    const { polls, outcome } = poll(
      snapshot(),
      statuses.map((status) => snapshot({ status })),
    )
    expect((await outcome).status).toBe('failed')
    expect(polls).toStrictEqual([
      '2000 queued',
      '4000 inProgress, changed',
      '6000 inProgress',
      '8000 queued, changed',
      '10000 cancelled, changed',
      '12000 failed, changed',
    ])
  })

  // Without the type, its sharded form would not be read.
  it('of a sharded cluster keeps its type if a response lacks it', async () => {
    const sharded = snapshot({ type: 'shardedCluster' })
    const whole = snapshot({ type: 'shardedCluster', status: 'completed' }, { form: 'sharded' })
    const { outcome } = poll(sharded, [snapshot({ type: undefined, status: 'completed' })], {
      getSharded: [whole],
    })
    expect(await outcome).toStrictEqual(whole)
  })

  it('is polled again after a 404 for up to a minute, from the first one in a row', async () => {
    const found = Array.from({ length: 60 }, () => snapshot())
    const gone = Array.from({ length: 9 }, () => rejected(404))
    const { outcome, harness } = poll(snapshot(), [...found, rejected(404), snapshot(), ...gone], {
      created: true,
    })
    await expect(outcome).rejects.toBe(gone.at(-1))
    expect(harness.activities).toHaveLength(9)
  })

  it('is polled again after a 404 whatever came before it, except another 404', async () => {
    const lostFor = Array.from({ length: 9 }, () => lost())
    const completed = snapshot({ status: 'completed' })
    const results = [rejected(404), ...lostFor, rejected(404), completed]
    const { outcome } = poll(snapshot(), results, { created: true })
    expect(await outcome).toStrictEqual(completed)
  })

  it('that a list showed is read although it is completed', async () => {
    const { polls, outcome } = poll({ ...completed, resource: undefined }, [completed])
    expect(await outcome).toBe(completed)
    expect(polls).toStrictEqual(['0 completed'])
  })

  it('is polled less often if little of the rate limit remains', async () => {
    const harness = new StepHarness({
      atlas: { rateLimits: { snapshots: { capacity: 10, refillPerMinute: 1 } }, secondsToCompleted: 130 },
      pollIntervalMs: 'adaptive',
    })
    await harness.wait(await harness.createSnapshot())
    // The POST and each poll use one of ten requests, and one is restored each minute. If fewer than five remain, the
    // interval is 24 s for each request below five.
    const polls = [4, 14, 24, 34, 44, 68, 92, 140]
    expect(harness.requests.slice(2)).toStrictEqual(polls.map((at) => `${at * 1_000} get 200`))
  })
})

it('a plain step sends the two requests of its POST and one for each poll, and reads neither lists nor cluster', async () => {
  const harness = new StepHarness({ atlas: { secondsToCompleted: 99 }, pollIntervalMs: 'adaptive' })
  await harness.obtain()
  // Every 10 s until 75 s have passed, then every 3 s.
  const polls = [4, 14, 24, 34, 44, 54, 64, 74, 84, 87, 90, 93, 96, 99]
  expect(harness.requests).toStrictEqual([...post(0), ...polls.map((at) => `${at * 1_000} get 200`)])
})

describe('the last poll before the deadline', () => {
  /** Waits for a snapshot that is completed after this many seconds. */
  async function wait(
    secondsToCompleted: number,
    limitMs: number,
    pollIntervalMs: number | 'adaptive' = 'adaptive',
  ) {
    const harness = new StepHarness({ atlas: { secondsToCompleted }, pollIntervalMs })
    const outcome = harness.wait(await harness.createSnapshot(), limitMs)
    const end = await outcome.then(
      ({ status }) => status,
      ({ title }) => String(title),
    )
    const polls = harness.requests.flatMap((request) => /^(\d+) get 200$/.exec(request)?.[1] ?? [])
    return { end, polls: polls.map(Number), now: harness.clock.now() }
  }

  it.each([
    [130, 150_000, 60_000, [60_000, 120_000, 148_000], 'completed'],
    [1_000, 150_000, 60_000, [60_000, 120_000, 148_000], TITLES.timedOut],
    // Without this rule, the last poll would be too late for its response.
    [1_000, 121_000, 60_000, [60_000, 119_000], TITLES.timedOut],
    // A short interval continues after it.
    [1_000, 10_000, 1_900, [1_900, 3_800, 5_700, 7_600, 8_000, 9_900], TITLES.timedOut],
    [1, 2_000, 'adaptive', [], TITLES.timedOut],
    [1, 2_001, 'adaptive', [1], TITLES.timedOut],
  ] as const)(
    'finds a snapshot that takes %d s, with a time limit of %d ms and an interval of %s ms: %j, %s',
    async (...row) => {
      const [secondsToCompleted, limitMs, pollIntervalMs, polls, end] = row
      const outcome = await wait(secondsToCompleted, limitMs, pollIntervalMs)
      expect(outcome).toMatchObject({ polls, end })
      if (end === TITLES.timedOut) expect(outcome.now).toBe(limitMs)
    },
  )
})

/** A step with this fixed interval, and randomness that always returns this fraction. */
const stepWith = (pollIntervalMs: number | undefined, fraction: number) => ({
  options: { ...stepOptions('demo'), pollIntervalMs },
  random: { fraction: () => fraction, hex: () => '' },
})
const intervalAfter = (waitedMs: number, created: boolean, rateLimitRemaining?: number, fraction = 0.5) =>
  pollInterval(stepWith(undefined, fraction), waitedMs, created, rateLimitRemaining)

describe('the adaptive interval', () => {
  // A real clock never returns exactly 0 ms.
  it.each([0, 0.003, 1, 3_999.999])('is 4 s without jitter, %d ms into the wait', (waitedMs) => {
    for (const created of [true, false]) {
      for (const fraction of [0, 0.5, 0.999])
        expect(intervalAfter(waitedMs, created, undefined, fraction)).toBe(4_000)
      expect(intervalAfter(waitedMs, created, 0)).toBe(4_000)
    }
  })

  it.each([
    [4_000, undefined, 10_000, 3_000],
    [74_999, undefined, 10_000, 3_000],
    [75_000, undefined, 3_000, 3_000],
    [180_000, undefined, 3_600, 3_600],
    [749_000, undefined, 14_980, 14_980],
    [3_600_000, undefined, 15_000, 15_000],
    // If at least half of the rate limit remains, the interval does not change.
    [180_000, 0.5, 3_600, 3_600],
    [3_600_000, 0.49, 15_000, 15_000],
    [4_000, 0.25, 60_000, 60_000],
    [4_000, 0, 120_000, 120_000],
  ])(
    'after %d ms, with %p of the rate limit remaining, is %d ms if this step created the snapshot and otherwise %d ms, ±10%%',
    (waitedMs, remaining, ...intervals) => {
      for (const [index, created] of [true, false].entries()) {
        const ms = intervals[index] ?? Number.NaN
        expect(intervalAfter(waitedMs, created, remaining)).toBeCloseTo(ms)
        expect(intervalAfter(waitedMs, created, remaining, 0)).toBeCloseTo(ms * 0.9)
        expect(intervalAfter(waitedMs, created, remaining, 1)).toBeCloseTo(ms * 1.1)
      }
    },
  )
})

it.each([0, 7_200_000])('a fixed interval has no jitter, %d ms into the wait', (waitedMs) => {
  for (const fraction of [0, 0.999])
    expect(pollInterval(stepWith(12_345, fraction), waitedMs, true, 0)).toBe(12_345)
})
