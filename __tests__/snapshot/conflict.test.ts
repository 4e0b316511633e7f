import { describe, expect, it } from '@jest/globals'
import { findConflictingSnapshot } from '../../src/snapshot/conflict.js'
import { TITLES } from '../../src/titles.js'
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
import { FAST, StepHarness, type StepHarnessOptions, scriptedStep, TAG } from '../support/step-harness.js'
import { lists, listsAndCluster, post } from '../support/step-requests.js'

const own = snapshot({ id: snapshotId(2), description: TAG })

/** A harness with a new snapshot of another client. */
function withOther(
  options: StepHarnessOptions = {},
  other?: Parameters<StepHarness['createOtherSnapshot']>[0],
) {
  const harness = new StepHarness(options)
  harness.createOtherSnapshot(other)
  return harness
}

describe('the conflicting snapshot', () => {
  const known = new Set([snapshotId(1)])
  const finished = { id: snapshotId(2), status: 'completed' }

  it.each([
    ['one in progress, even if an earlier list had it', [{ status: 'inProgress' }], 1],
    ['one with an unknown status', [{ status: 'pondering' }], 1],
    ['one without a type', [{ snapshotType: undefined }], 1],
    ['a new completed one', [finished], 2],
    ['a new failed one', [{ ...finished, status: 'failed' }], 2],
    ['the one in progress if another one is completed', [finished, {}], 1],
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
    ['not a completed one that an earlier list had', [{ status: 'completed' }], undefined],
    ['not a scheduled one', [{ id: snapshotId(2), snapshotType: 'scheduled' }], undefined],
    ['not a fallback one', [{ id: snapshotId(2), snapshotType: 'fallback' }], undefined],
    ['none if the list is empty', [], undefined],
  ])('is %s', (_, snapshots, number) => {
    const found = findConflictingSnapshot(
      snapshots.map((fields) => snapshot(fields)),
      known,
      undefined,
      0,
    )
    expect(found?.id).toBe(number && snapshotId(number))
  })

  it('must be in progress if there is no earlier list', () => {
    expect(findConflictingSnapshot([snapshot(finished)], undefined, undefined, 0)).toBeUndefined()
    expect(findConflictingSnapshot([snapshot(finished), snapshot()], undefined, undefined, 0)?.id).toBe(
      snapshotId(1),
    )
  })
})

describe('on-conflict: wait', () => {
  it('repeats the POST after a growing backoff if the lists hide the other snapshot', async () => {
    const harness = withOther({ atlas: { ...FAST, list: { hidesUnfinished: true }, olderSnapshots: 1 } })
    await harness.createSnapshot()
    expect(harness.requests).toStrictEqual([
      ...post(0, 400),
      ...[0, 500, 1_500, 3_500].flatMap((at) => [...lists(at), ...post(at, 400)]),
      ...listsAndCluster(7_500),
      ...post(7_500),
    ])
  })

  // The POSTs end a minute after the first conflict, and the lists are read until the deadline.
  it('reports that a snapshot might exist if nothing explains the conflict', async () => {
    const harness = withOther({ atlas: { list: { hidesUnfinished: true } } })
    expect(await harness.createFailure({}, 100_000)).toMatchObject({ title: TITLES.timedOut, left: 'maybe' })
    expect(harness.posts.at(-1)).toStrictEqual(mentioning('60500 create'))
    expect(harness.clock.now()).toBe(100_000)
    expect(harness.requests.at(-1)).toStrictEqual(mentioning('list-sharded'))
  })

  it('tolerates an outage of more than five minutes while it waits for the other snapshot', async () => {
    const harness = withOther({ faults: ['get:503:times=40'] })
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
    expect(harness.posts.slice(3).filter((request) => !request.endsWith('401'))).toStrictEqual([
      '5000 create 400',
      expect.stringMatching(/^4\d{5} create 0$/),
      expect.stringMatching(/^4\d{5} create 200$/),
    ])
  })
})
