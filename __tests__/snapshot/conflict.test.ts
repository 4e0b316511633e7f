import { describe, expect, it } from '@jest/globals'
import { findConflictingSnapshot } from '../../src/snapshot/conflict.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  losses,
  lost,
  page,
  type Script,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import { FAST, StepHarness, scriptedStep, TAG } from '../support/step-harness.js'
import { lists, listsAndCluster, post } from '../support/step-requests.js'

const own = snapshot({ id: snapshotId(2), description: TAG })

describe('the conflicting snapshot', () => {
  const known = new Set([snapshotId(1)])
  const finished = { id: snapshotId(2), status: 'completed' }

  it.each([
    ['one with an unknown status', [{ status: 'pondering' }], 1],
    ['one without a type', [{ snapshotType: undefined }], 1],
    ['a new failed one', [{ ...finished, status: 'failed' }], 2],
    [
      'the new one with the newest data',
      [
        { ...finished, id: snapshotId(3), status: 'failed' },
        { ...finished, id: snapshotId(4), createdAt: '2026-08-10T03:28:08Z' },
        { ...finished, createdAt: '2026-08-10T03:28:09Z' },
        { ...finished, id: snapshotId(5) },
      ],
      2,
    ],
    [
      'a new completed one without a time instead of a failed one',
      [{ ...finished, id: snapshotId(3), status: 'failed' }, finished],
      2,
    ],
    ['not a scheduled one', [{ id: snapshotId(2), snapshotType: 'scheduled' }], undefined],
    ['not a fallback one', [{ id: snapshotId(2), snapshotType: 'fallback' }], undefined],
  ])('is %s', (_, snapshots, number) => {
    const found = findConflictingSnapshot(
      snapshots.map((fields) => snapshot(fields)),
      known,
      undefined,
      0,
    )
    expect(found?.id).toBe(number && snapshotId(number))
  })
})

describe('on-conflict: wait', () => {
  it('repeats the POST after a growing backoff if the lists hide the other snapshot', async () => {
    const atlas = { ...FAST, list: { hidesUnfinished: true }, olderSnapshots: 1 }
    const harness = new StepHarness({ atlas })
    harness.createOtherSnapshot()
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([
      ...post(0, 400),
      ...[0, 500, 1_500, 3_500].flatMap((at) => [...lists(at), ...post(at, 400)]),
      ...listsAndCluster(7_500),
      ...post(7_500),
    ])
  })

  it('tolerates an outage of more than five minutes while it waits for the other snapshot', async () => {
    const harness = new StepHarness({ faults: ['get:503:times=40'] })
    harness.createOtherSnapshot()
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.clock.now()).toBeGreaterThan(500_000)
  })
})

describe('an outage after a conflict', () => {
  // With half of each backoff, 20 losses in a row take 240.5 s.
  const searching = (...list: NonNullable<Script['list']>) =>
    scriptedStep({ create: [lost(), conflict()], list: [page([]), page([]), ...list] })

  it('can last five minutes each time the lists are read', async () => {
    const harness = searching(...losses(20), page([]), ...losses(20), page([]), ...losses(20), page([own]))
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
    expect(harness.clock.now()).toBeGreaterThan(3 * 240_500)
  })

  it('fails the step if the lists cannot be read for five minutes after the other snapshot has finished', async () => {
    const harness = scriptedStep({
      create: [conflict()],
      get: [snapshot({ status: 'completed' })],
      list: [page([snapshot({ description: 'nightly' })]), ...losses(100)],
    })
    expect(await harness.createFailure()).toMatchObject({
      left: 'nothing',
      message: mentioning('Lost.', '5 min'),
    })
  })

  it('does not include the time before the other snapshot finished', async () => {
    const faults = ['create:reset', 'create:reset:skip=2']
    const harness = new StepHarness({ faults, atlas: { secondsToCompleted: 400 } })
    harness.clock.setTimeout(3_000, () => harness.createOtherSnapshot())
    expect(await harness.createSnapshot()).toMatchObject({ created: true })
  })
})
