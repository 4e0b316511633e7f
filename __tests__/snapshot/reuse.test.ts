import { describe, expect, it } from '@jest/globals'
import { REMEDIES } from '../../src/atlas/remedies.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { dataAge, findReusable } from '../../src/snapshot/reuse.js'
import { mentioning } from '../support/played.js'
import { snapshot, snapshotId } from '../support/scripted-client.js'
import { MINUTE, StepHarness, type StepHarnessOptions } from '../support/step-harness.js'
import { firstLists } from '../support/step-requests.js'

const FAST = { secondsToInProgress: 1, secondsToCompleted: 5 }
// The runner's time, so a snapshot without Atlas's time would also be recent enough.
const NOW = Date.now()
const DAY = 24 * 60 * MINUTE

/** A completed on-demand snapshot with this age in minutes, which expires this many days after its restore point. */
function aged(minutes: number, days = 7, fields: Partial<Snapshot> = {}): Snapshot {
  const createdAt = NOW - minutes * MINUTE
  const dates = {
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(createdAt + days * DAY).toISOString(),
  }
  const resource = { id: snapshotId(Math.abs(Math.round(minutes))), status: 'completed', ...dates }
  // The parser sets createdAt only if the status is completed, so the fields are applied after it.
  return { ...snapshot(resource, { serverTime: NOW }), ...fields }
}

function find(snapshots: readonly Snapshot[], minutes = 30, retentionInDays = 7) {
  return findReusable(snapshots, { reuseWithinMs: minutes * MINUTE, retentionInDays })
}

describe('the snapshot to reuse', () => {
  it('is the newest one in any order of the list', () => {
    const newest = aged(5)
    expect(find([aged(29), newest, aged(12)])).toBe(newest)
    expect(find([newest, aged(12)])).toBe(newest)
  })

  it('can be exactly as old as the limit', () => {
    expect(find([aged(30)])).toBeDefined()
    expect(find([aged(30.02)])).toBeUndefined()
  })

  it('is retained for at least as long as a new one', () => {
    expect(find([aged(5, 7)])).toBeDefined()
    expect(find([aged(5, 6.99)])).toBeUndefined()
    const older = aged(9, 7)
    expect(find([aged(5, 3), older])).toBe(older)
  })

  it.each<Partial<Snapshot>>([
    ...['queued', 'inProgress', 'failed', 'cancelled'].map((status) => ({ status })),
    ...['scheduled', 'fallback', undefined].map((snapshotType) => ({ snapshotType })),
    { createdAt: undefined },
    { createdAt: 'yesterday' },
    { expiresAt: undefined },
    { expiresAt: 'never' },
    { serverTime: undefined },
  ])('is not one with %p', (fields) => {
    const other = { ...aged(5), ...fields }
    expect(find([other])).toBeUndefined()
    const good = aged(6)
    expect(find([other, good])).toBe(good)
  })

  it('has no age without the time of Atlas', () => {
    expect(dataAge(aged(5, 7, { serverTime: undefined }))).toBeNaN()
  })

  it('is not one with a restore point in the future', () => {
    expect(find([aged(0)])).toBeDefined()
    expect(find([aged(-1 / 60)])).toBeUndefined()
  })

  it('is not one that has expired but is still listed', () => {
    expect(find([aged(2 * 24 * 60, 1)], 3 * 24 * 60, 1)).toBeUndefined()
    expect(find([aged(2 * 24 * 60, 3)], 3 * 24 * 60, 1)).toBeDefined()
  })

  it('is undefined without reuse-within-minutes', () => {
    expect(findReusable([aged(5)], { retentionInDays: 1 })).toBeUndefined()
  })
})

describe('a step with reuse-within-minutes', () => {
  const reuse = { reuseWithinMs: 30 * MINUTE }

  /** A harness with a snapshot that another client created this many minutes ago. */
  async function createHarness(minutes: number, options: StepHarnessOptions = {}) {
    const harness = new StepHarness({ atlas: FAST, ...options })
    harness.createOtherSnapshot()
    await harness.clock.advance(minutes * MINUTE)
    return harness
  }

  it('reuses one as the lists show it, after reading the cluster and the lists', async () => {
    const harness = await createHarness(5)
    expect(await harness.obtain(reuse)).toMatchObject({ created: false, snapshot: { status: 'completed' } })
    const at = 5 * MINUTE
    expect(harness.requests.slice(1)).toStrictEqual([...firstLists(at), `${at} get 200`])
    expect(harness.lines).toContainEqual(mentioning('warning', 'OTHER', '4 min 58 s ago'))
  })

  it.each([
    ['the list is rejected', 'list:403'],
    ['a gateway responds instead of the cluster', 'cluster:html=403'],
  ])('creates no snapshot if %s', async (_, fault) => {
    const harness = await createHarness(10, { faults: [fault] })
    expect((await harness.obtainFailure(reuse)).title).toBe(REMEDIES.forbidden.title)
    expect(harness.requests).not.toContainEqual(mentioning('create'))
  })
})
