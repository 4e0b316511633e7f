import { describe, expect, it } from '@jest/globals'
import { stepOptions } from '../../simulation/options.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { pollInterval, waitUntilFinished } from '../../src/snapshot/polling.js'
import { TrackedSnapshot } from '../../src/snapshot/tracked-snapshot.js'
import { mentioning } from '../support/played.js'
import { type Script, snapshot, snapshotId } from '../support/scripted-client.js'
import { MINUTE, polls, StepHarness, scriptedStep } from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

/** Polls a snapshot with scripted responses, from 1 s on. Resolves to its last state. */
async function poll(from: Snapshot, get: Script['get']) {
  const harness = scriptedStep({ ...(get !== undefined && { get }) })
  await harness.clock.advance(1_000)
  const snapshot = await harness.within(60 * MINUTE, async (context) => {
    const tracked = new TrackedSnapshot(from, false, context)
    await waitUntilFinished(tracked, context)
    return tracked.snapshot
  })
  return { snapshot, polls: harness.snapshots, lines: harness.lines }
}

describe('a snapshot', () => {
  it.each(['completed', 'failed'])('that is %s is not polled', async (status) => {
    expect((await poll(snapshot({ status }), undefined)).polls).toStrictEqual([])
  })

  it('is polled until it is finished, with a line for each change of its status', async () => {
    const statuses = ['queued', 'inProgress', 'inProgress', 'queued', 'cancelled', 'failed']
    const get = statuses.map((status) => snapshot({ status }))
    const { polls, lines } = await poll(snapshot(), get)
    expect(polls).toStrictEqual(
      statuses.map((status, at) => `${(at + 1) * 2 + 1}000 ${snapshotId(1)} ${status}, not created here`),
    )
    expect(lines).toStrictEqual(
      [
        ['5000', 'inProgress', '4 s'],
        ['9000', 'queued', '8 s'],
        ['11000', 'cancelled', '10 s'],
      ].map((facts) => mentioning(...facts)),
    )
  })
})

describe('a step', () => {
  it('with one request for its POST and each poll reads neither list nor cluster', async () => {
    const harness = new StepHarness({ atlas: { secondsToCompleted: 99 } })
    await harness.obtain({ pollIntervalMs: undefined })
    // Every 10 s until 75 s have passed, then every 3 s.
    const seconds = [4, 14, 24, 34, 44, 54, 64, 74, 84, 87, 90, 93, 96, 99]
    expect(harness.requests).toStrictEqual(['0 create 200', ...polls(...seconds.map((s) => s * 1_000))])
    expect(harness.clock.pending).toBe(0)
  })

  it.each<[number, number, number | undefined, readonly number[], string]>([
    [130, 150_000, 60_000, [60_000, 120_000, 148_000], 'completed'],
    // Without this rule, the last poll would be too late for its response.
    [1_000, 181_000, 150_000, [150_000, 179_000], TITLES.timedOut],
    // Also with a short interval.
    [1_000, 10_000, 1_900, [1_900, 3_800, 5_700, 7_600, 8_000], TITLES.timedOut],
    [1, 2_000, undefined, [], TITLES.timedOut],
    [1, 2_001, undefined, [1], TITLES.timedOut],
  ])(
    'polls 2 s before the deadline a snapshot that takes %d s, with a time limit of %d ms and an interval of %p ms',
    async (secondsToCompleted, timeoutMs, pollIntervalMs, times, expected) => {
      const harness = new StepHarness({ atlas: { secondsToCompleted } })
      const end = await harness.obtain({ timeoutMs, pollIntervalMs }).then(
        ({ snapshot }) => snapshot.status,
        ({ title }) => String(title),
      )
      expect(end).toBe(expected)
      expect(harness.requests.slice(1)).toStrictEqual(polls(...times))
      if (end === TITLES.timedOut) expect(harness.clock.now()).toBe(timeoutMs)
    },
  )
})

/** A step with this fixed interval, and randomness that always returns this fraction. */
const stepWith = (pollIntervalMs: number | undefined, fraction: number) => ({
  options: { ...stepOptions('demo'), pollIntervalMs },
  random: { fraction: () => fraction, hex: () => '' },
})
const intervalAfter = (waitedMs: number, isCreated: boolean, fraction = 0.5) =>
  pollInterval(stepWith(undefined, fraction), waitedMs, isCreated)

describe('the adaptive interval', () => {
  // A real clock never returns exactly 0 ms.
  it.each([0, 0.003, 3_999.999])('is 4 s without jitter, %d ms into the wait', (waitedMs) => {
    for (const isCreated of [true, false])
      for (const fraction of [0, 0.999]) expect(intervalAfter(waitedMs, isCreated, fraction)).toBe(4_000)
  })

  it.each([
    [4_000, 10_000, 3_000],
    [74_999, 10_000, 3_000],
    [75_000, 3_000, 3_000],
    [180_000, 3_600, 3_600],
    [3_600_000, 15_000, 15_000],
  ])(
    'after %d ms is %d ms if this step created the snapshot and otherwise %d ms, ±10%%',
    (waitedMs, ...intervals) => {
      for (const [index, isCreated] of [true, false].entries()) {
        const ms = intervals[index] ?? Number.NaN
        expect(intervalAfter(waitedMs, isCreated)).toBeCloseTo(ms)
        expect(intervalAfter(waitedMs, isCreated, 0)).toBeCloseTo(ms * 0.9)
        expect(intervalAfter(waitedMs, isCreated, 1)).toBeCloseTo(ms * 1.1)
      }
    },
  )
})

it('a fixed interval has no jitter at any time', () => {
  for (const waitedMs of [0, 7_200_000])
    expect(pollInterval(stepWith(12_345, 0.999), waitedMs, true)).toBe(12_345)
})
