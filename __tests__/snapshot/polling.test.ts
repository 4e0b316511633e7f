import { describe, expect, it } from '@jest/globals'
import { stepOptions } from '../../simulation/options.js'
import { toActionError } from '../../src/action-error.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { follow, pollInterval } from '../../src/snapshot/polling.js'
import { mentioning } from '../support/played.js'
import { lost, rejected, type Script, snapshot, snapshotId } from '../support/scripted-client.js'
import { MINUTE, StepHarness, scriptedStep } from '../support/step-harness.js'

/** Follows a snapshot with scripted responses, from 1 s on, to the end of a step with this time limit. */
async function followed(from: Snapshot, get: Script['get'], limitMs = 60 * MINUTE) {
  const harness = scriptedStep({ ...(get !== undefined && { get }) })
  await harness.clock.advance(1_000)
  const end = harness.within(limitMs, (context) => follow({ snapshot: from, created: false }, context))
  const { message } = await end.then(() => ({ message: '' }), toActionError)
  return { message, polls: harness.snapshots.slice(1), lines: harness.lines.slice(1) }
}

describe('a snapshot', () => {
  it('is polled until it is finished, with a line for each change of its status', async () => {
    const statuses = ['queued', 'inProgress', 'inProgress', 'queued', 'cancelled', 'failed']
    const get = statuses.map((status) => snapshot({ status }))
    const { polls, lines } = await followed(snapshot(), get)
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

  const GONE = 'It might no longer exist.'

  // Polled every 2 s. The step times out after 6 s.
  it.each<[string, Script['get'], readonly string[]]>([
    ['when it was last seen', [snapshot({ status: 'inProgress' }), rejected(403)], ['4 s ago', 'inProgress']],
    ['after the last poll', [snapshot(), snapshot()], ['2 s ago', 'queued']],
    ['after a 404', [rejected(404)], [GONE]],
    ['after a 404 about its cluster', rejected(404, 'CLUSTER_NOT_FOUND'), [GONE]],
    ['after another failure', [lost()], ['lost', 'continues']],
  ])('is described in the report of a step that fails: %s', async (_, get, facts) => {
    const { message } = await followed(snapshot(), get, 6_000)
    expect(message).toStrictEqual(mentioning(snapshotId(1), ...facts))
    expect(message.includes('It continues in Atlas.')).toBe(!facts.includes(GONE))
  })
})

describe('a step', () => {
  it('with one request for its POST and each poll reads neither list nor cluster', async () => {
    const harness = new StepHarness({ atlas: { secondsToCompleted: 99 } })
    await harness.obtain({ pollIntervalMs: undefined })
    const seconds = [4, 14, 24, 34, 44, 54, 64, 74, 84, 87, 90, 93, 96, 99]
    const polls = seconds.map((second) => `${second}000 get 200`)
    expect(harness.requests).toStrictEqual(['0 create 200', ...polls])
    expect(harness.clock.pending).toBe(0)
  })
})

/** A step with this fixed interval, and randomness that always returns this fraction. */
const stepWith = (pollIntervalMs: number | undefined, fraction: number) => ({
  options: { ...stepOptions('demo'), pollIntervalMs },
  random: { fraction: () => fraction, hex: () => '' },
})
const intervalAfter = (waitedMs: number, created: boolean, fraction = 0.5) =>
  pollInterval(stepWith(undefined, fraction), waitedMs, { created })

describe('the adaptive interval', () => {
  // A real clock never returns exactly 0 ms.
  it.each([0, 0.003, 3_999.999])('has no jitter at first, %d ms into the wait', (waitedMs) => {
    for (const created of [true, false])
      for (const fraction of [0, 0.999]) expect(intervalAfter(waitedMs, created, fraction)).toBe(4_000)
  })

  it.each([
    [4_000, 10_000, 3_000],
    [74_999, 10_000, 3_000],
    [75_000, 3_000, 3_000],
    [180_000, 3_600, 3_600],
    [3_600_000, 15_000, 15_000],
  ])(
    'after %d ms is %d ms if this step created the snapshot and otherwise %d ms, with jitter',
    (waitedMs, ...intervals) => {
      for (const [index, created] of [true, false].entries()) {
        const ms = intervals[index] ?? Number.NaN
        expect(intervalAfter(waitedMs, created)).toBeCloseTo(ms)
        expect(intervalAfter(waitedMs, created, 0)).toBeCloseTo(ms * 0.9)
        expect(intervalAfter(waitedMs, created, 1)).toBeCloseTo(ms * 1.1)
      }
    },
  )
})

it('a fixed interval has no jitter at any time', () => {
  for (const waitedMs of [0, 7_200_000])
    expect(pollInterval(stepWith(12_345, 0.999), waitedMs, { created: true })).toBe(12_345)
})
