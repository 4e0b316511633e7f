import { describe, expect, it } from '@jest/globals'
import { REQUEST } from '../../simulation/options.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { findReusable } from '../../src/snapshot/reuse.js'
import { snapshot, snapshotId } from '../support/scripted-client.js'
import { MINUTE } from '../support/step-harness.js'

// The runner's time, so a snapshot without Atlas's time would also be recent enough.
const NOW = Date.now()
const DAY = 24 * 60 * MINUTE

/** A completed on-demand snapshot with this age in minutes, which expires this many days after its restore point. */
function aged(minutes: number, days = 7): Snapshot {
  const createdAt = NOW - minutes * MINUTE
  const dates = {
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(createdAt + days * DAY).toISOString(),
  }
  const resource = { id: snapshotId(Math.abs(Math.round(minutes))), status: 'completed', ...dates }
  return snapshot(resource, { serverTime: NOW })
}

function find(...snapshots: readonly Snapshot[]) {
  return findReusable(snapshots, { reuseWithinMs: 30 * MINUTE, request: REQUEST })
}

describe('the snapshot to reuse', () => {
  it('is the newest one in any order of the list', () => {
    const newest = aged(5)
    expect(find(aged(29), newest, aged(12))).toBe(newest)
    expect(find(newest, aged(12))).toBe(newest)
  })

  it.each([
    ['as old as the limit', aged(30), 'older', aged(30.02)],
    ['kept for as long as a new one', aged(5, 7), 'for less', aged(5, 6.99)],
    ['of the same instant', aged(0), 'with a restore point in the future', aged(-1 / 60)],
  ])('can be one %s, but is not one %s', (_, reusable, __, other) => {
    expect(find(reusable, other)).toBe(reusable)
    expect(find(other)).toBeUndefined()
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
    // The parser sets createdAt only if the status is completed, so the fields are applied after it.
    expect(find({ ...aged(5), ...fields })).toBeUndefined()
  })

  it('is not one that has expired but is still listed', () => {
    const reuse = { reuseWithinMs: 3 * DAY, request: { ...REQUEST, retentionInDays: 1 } }
    expect(findReusable([aged(2 * 24 * 60, 1)], reuse)).toBeUndefined()
    expect(findReusable([aged(2 * 24 * 60, 2)], reuse)).toBeUndefined()
    expect(findReusable([aged(2 * 24 * 60, 3)], reuse)).toBeDefined()
  })
})
