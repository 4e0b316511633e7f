import { describe, expect, it } from '@jest/globals'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { findReusable } from '../../src/snapshot/reuse.js'
import { snapshot, snapshotId } from '../support/scripted-client.js'
import { MINUTE, StepHarness, type StepHarnessOptions, TAG } from '../support/step-harness.js'

const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 }
const NOW = Date.parse('2026-08-10T12:00:00Z')
const DAY = 24 * 60 * MINUTE

/** A completed on-demand snapshot whose data is so many minutes old, kept for so many days from then. */
function taken(minutesAgo: number, days = 7, fields: Readonly<Record<string, unknown>> = {}): Snapshot {
  const createdAt = NOW - minutesAgo * MINUTE
  const dates = {
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(createdAt + days * DAY).toISOString(),
  }
  return snapshot(
    { id: snapshotId(Math.abs(Math.round(minutesAgo))), status: 'completed', ...dates, ...fields },
    NOW,
  )
}

function reusable(snapshots: readonly Snapshot[], minutes = 30, retentionInDays = 7) {
  return findReusable(snapshots, { reuseWithinMs: minutes * MINUTE, retentionInDays })
}

describe('the snapshot to use in place of a new one', () => {
  it('is the newest that is young enough, in whatever order they are listed', () => {
    const newest = taken(5)
    expect(reusable([taken(29), newest, taken(12)])).toBe(newest)
    expect(reusable([newest, taken(12)])).toBe(newest)
  })

  it('may be exactly as old as allowed, and no older', () => {
    expect(reusable([taken(30)])).toBeDefined()
    expect(reusable([taken(30.02)])).toBeUndefined()
  })

  it('is kept at least as long as a new one would be, counted from its data', () => {
    expect(reusable([taken(5, 7)])).toBeDefined()
    expect(reusable([taken(5, 6.99)])).toBeUndefined()
    expect(reusable([taken(5, 30)])).toBeDefined()
    const older = taken(9, 7)
    expect(reusable([taken(5, 3), older])).toBe(older)
  })

  it.each(['queued', 'inProgress', 'failed', 'pondering'])('is none that is %s', (status) => {
    expect(reusable([taken(5, 7, { status })])).toBeUndefined()
  })

  it.each(['scheduled', 'fallback', undefined])('is none of the type %s', (snapshotType) => {
    expect(reusable([taken(5, 7, { snapshotType })])).toBeUndefined()
  })

  it.each([
    ['createdAt', { createdAt: undefined }],
    ['a createdAt that is a date', { createdAt: 'yesterday' }],
    ['expiresAt', { expiresAt: undefined }],
    ['an expiresAt that is a date', { expiresAt: 'never' }],
  ])('has to have %s', (_, fields) => {
    expect(reusable([taken(5, 7, fields)])).toBeUndefined()
  })

  it('is none whose age cannot be told, since the answer bore no Date', () => {
    expect(reusable([{ ...taken(5), serverTime: undefined }])).toBeUndefined()
  })

  it('may lie a moment ahead of the answer, where clocks in Atlas differ', () => {
    expect(reusable([taken(-0.01)])).toBeDefined()
  })

  it('is none that has expired, though it is listed', () => {
    expect(reusable([taken(2 * 24 * 60, 1)], 3 * 24 * 60, 1)).toBeUndefined()
    expect(reusable([taken(2 * 24 * 60, 3)], 3 * 24 * 60, 1)).toBeDefined()
  })

  it('is none where none was asked for', () => {
    expect(findReusable([taken(5)], { retentionInDays: 1 })).toBeUndefined()
  })
})

describe('a step with reuse-within-minutes', () => {
  const reuse = { reuseWithinMs: 30 * MINUTE }
  const WARNING =
    'warning Using snapshot OTHER (nightly), which this step did not take (reuse-within-minutes): its data is as of 2026-08-10T03:26:44Z'

  /** A harness on which somebody's snapshot was taken, and so many minutes passed. */
  async function stageAfter(minutes: number, options: StepHarnessOptions = {}) {
    const harness = new StepHarness({ atlas: FAST, ...options })
    harness.createOtherSnapshot()
    await harness.clock.advance(minutes * MINUTE)
    return harness
  }

  it.each([true, false])('costs one list request where there is a young one (wait: %s)', async (wait) => {
    const harness = await stageAfter(10)
    const outcome = await harness.obtain({ ...reuse, wait })
    expect(outcome).toMatchObject({ created: false, durationMs: 0, snapshot: { status: 'completed' } })
    expect(harness.requests).toEqual(['600000 list 1 401', '600000 list 1 200'])
    expect(harness.atlasSnapshots).toEqual(['OTHER completed: nightly'])
    expect(harness.lines[0]).toContain(
      'Take a snapshot, or use one whose data is at most 30 min old, of cluster demo',
    )
    expect(harness.lines.slice(2)).toEqual([
      `600000 ${WARNING}, 9 min 58 s ago.`,
      '600000 info Snapshot OTHER is completed.',
      '600000 notice Snapshot OTHER is completed, restore point 2026-08-10T03:26:44Z, 1.47 GiB, kept until 2026-08-17T03:26:47Z',
      expect.stringContaining('info See it in Atlas'),
    ])
    expect(harness.activities).toEqual(['600000 request'])
  })

  it('reads the other list, too, for a sharded cluster', async () => {
    const harness = await stageAfter(10, { cluster: 'sharded' })
    expect(await harness.obtain(reuse)).toMatchObject({
      created: false,
      snapshot: { type: 'shardedCluster' },
      snapshotIds: [expect.any(String), expect.any(String), expect.any(String)],
    })
    expect(harness.requests.filter((request) => request.endsWith('200'))).toEqual([
      '600000 list 1 200',
      '600000 list sharded 1 200',
    ])
  })

  it('takes one where there is none that is young enough', async () => {
    const harness = await stageAfter(31)
    expect(await harness.obtain(reuse)).toMatchObject({ created: true })
    expect(harness.requests.slice(0, 5).map((request) => request.replace(/^\d+ /, ''))).toEqual([
      'list 1 401',
      'list 1 200',
      'list sharded 1 200',
      'create 401',
      'create 200',
    ])
    expect(harness.lines.join()).not.toContain('warning')
  })

  it('takes one where the young one expires too early', async () => {
    const harness = await stageAfter(10)
    expect(await harness.obtain({ ...reuse, retentionInDays: 8 })).toMatchObject({ created: true })
  })

  it('goes by the clock of Atlas, and not by that of the runner', async () => {
    // The step knows no time of day at all: what the emulator says is all there is.
    const harness = await stageAfter(29)
    expect(await harness.obtain(reuse)).toMatchObject({ created: false })
  })

  it('looks again after each wait for a conflict, and uses what was in the way', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot()
    const outcome = await harness.obtain(reuse)
    expect(outcome).toMatchObject({ created: false, snapshot: { status: 'completed' } })
    expect(harness.atlasSnapshots).toEqual(['OTHER completed: nightly'])
    expect(harness.lines).toContainEqual(expect.stringMatching(/Waiting until snapshot OTHER \(nightly\)/))
    expect(harness.lines).toContainEqual(
      expect.stringMatching(/^6000 warning Using snapshot OTHER \(nightly\)/),
    )
    expect(harness.activities).toEqual(['0 request', '0 request', '0 request', '0 conflict', '6000 request'])
  })

  it('takes its own after a conflict with one that failed', async () => {
    const harness = new StepHarness({ atlas: FAST })
    harness.createOtherSnapshot({ fails: true })
    expect(await harness.obtain(reuse)).toMatchObject({ created: true })
    expect(harness.atlasSnapshots).toEqual(['OTHER failed: nightly', `OWN completed: before deploy ${TAG}`])
  })

  it('prefers its own, where a POST of unknown fate had made one', async () => {
    const harness = new StepHarness({ atlas: FAST, faults: ['create:reset:executed'] })
    expect(await harness.obtain(reuse)).toMatchObject({ created: true })
    expect(harness.atlasSnapshots).toEqual([`OWN completed: before deploy ${TAG}`])
  })

  it('bears a list that does not answer, as any other request', async () => {
    const harness = await stageAfter(10, { faults: ['list:503:times=2'] })
    expect(await harness.obtain(reuse)).toMatchObject({ created: false })
    expect(harness.activities.filter((activity) => activity.includes('retry'))).toEqual([
      '600000 retry Atlas gave no usable answer 500',
      '600500 retry Atlas gave no usable answer 1000',
    ])
  })

  it('says that none was taken where the lists are refused', async () => {
    const harness = await stageAfter(10, { faults: ['list:403'] })
    const failure = await harness.obtainFailure(reuse)
    expect(failure.title).toBe('Atlas forbids this')
    expect(failure.message).toContain('No snapshot was taken.')
    expect(harness.requests).not.toContainEqual(expect.stringContaining('create'))
  })
})
