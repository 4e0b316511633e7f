import { describe, expect, it } from '@jest/globals'
import { stepOptions } from '../../simulation/options.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { pollInterval, pollUntilFinished } from '../../src/snapshot/polling.js'
import { TrackedSnapshot } from '../../src/snapshot/tracked-snapshot.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { type Script, snapshot } from '../support/scripted-client.js'
import { FAST, MINUTE, polls, StepHarness, scriptedStep } from '../support/step-harness.js'

/** When the polls begin. Not 0, so an absolute time is not mistaken for a duration. */
const START = 1_000

/** Polls a snapshot with scripted responses. Resolves to its last state. */
function poll(from: Snapshot, script: Script) {
  const harness = scriptedStep(script)
  const polls: string[] = []
  const start = () =>
    harness.within(60 * MINUTE, async (context) => {
      const tracked = new TrackedSnapshot(from, 'found', context)
      const onPoll = (statusChanged: boolean, waitedMs: number) =>
        polls.push(`${waitedMs} ${tracked.snapshot.status}${statusChanged ? ', changed' : ''}`)
      await pollUntilFinished(tracked, context, onPoll)
      return tracked.snapshot
    })
  const outcome = harness.clock.advance(START).then(start)
  return { harness, polls, outcome }
}

const completed = snapshot({ status: 'completed' })
const listed = { ...completed, resource: undefined }

describe('a snapshot', () => {
  it.each<[string, Snapshot, string[]]>([
    ['is read one interval later', snapshot(), ['2000 completed, changed']],
    ['that a list showed is read although it is completed', listed, ['0 completed']],
    ['that is completed is not polled', completed, []],
    ['that failed is not polled', snapshot({ status: 'failed' }), []],
  ])('%s', async (_, from, expected) => {
    const { polls, outcome, harness } = poll(from, { get: { ...completed, type: undefined } })
    expect(await outcome).toStrictEqual(expected.length === 0 ? from : completed)
    expect(polls).toStrictEqual(expected)
    expect(harness.clock.now()).toBe(START + Number.parseInt(expected[0] ?? '0', 10))
  })

  it('is polled until it is finished, with a callback for each poll', async () => {
    const statuses = ['queued', 'inProgress', 'inProgress', 'queued', 'cancelled', 'failed']
    const get = statuses.map((status) => snapshot({ status }))
    const { polls, outcome } = poll(snapshot(), { get })
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
})

describe('a step', () => {
  it('with one request for its POST and each poll reads neither list nor cluster', async () => {
    const harness = new StepHarness({ atlas: { secondsToCompleted: 99 } })
    await harness.obtain({ pollIntervalMs: undefined })
    // Every 10 s until 75 s have passed, then every 3 s.
    const seconds = [4, 14, 24, 34, 44, 54, 64, 74, 84, 87, 90, 93, 96, 99]
    expect(harness.requests).toStrictEqual(['0 create 200', ...polls(...seconds.map((s) => s * 1_000))])
  })

  it.each<[number, number, number | undefined, readonly number[], string]>([
    [130, 150_000, 60_000, [60_000, 120_000, 148_000], 'completed'],
    // Without this rule, the last poll would be too late for its response.
    [1_000, 181_000, 150_000, [150_000, 179_000], TITLES.timedOut],
    // A short interval continues after it.
    [1_000, 10_000, 1_900, [1_900, 3_800, 5_700, 7_600, 8_000, 9_900], TITLES.timedOut],
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

it('a wait ends when Atlas reports the snapshot as completed, with a log line for each other change', async () => {
  // Recorded: a restore point before the end proves nothing.
  const harness = new StepHarness({ atlas: { ...FAST, secondsToCompleted: 9, createdAtLeadSeconds: 2 } })
  expect(await harness.obtain()).toMatchObject({ snapshot: { status: 'completed' } })
  expect(harness.requests.slice(1)).toStrictEqual(polls(2_000, 4_000, 6_000, 8_000, 10_000))
  expect(harness.lines.filter((line) => !line.startsWith('0 '))).toStrictEqual([
    mentioning('2000 info', 'OWN', 'inProgress', '2 s'),
    mentioning('10000 notice', 'OWN', 'completed', '10 s'),
    mentioning('10000 info'),
  ])
  expect(harness.snapshots).toStrictEqual([
    '0 OWN queued',
    ...[2, 4, 6, 8].map((s) => `${s}000 OWN inProgress`),
    '10000 OWN completed',
  ])
  expect(harness.clock.pending).toBe(0)
})
