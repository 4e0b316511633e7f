import { expect, it } from '@jest/globals'
import { mentioning } from '../support/played.js'
import { FAST, polls, StepHarness } from '../support/step-harness.js'

// polling.test.ts has when a wait reads the snapshot again, sighting.test.ts what it reports.

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
