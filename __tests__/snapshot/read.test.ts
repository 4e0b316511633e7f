import { describe, expect, it } from '@jest/globals'
import type { SnapshotPage } from '../../src/atlas/client.js'
import { REMEDIES } from '../../src/atlas/remedies.js'
import type { Snapshot } from '../../src/atlas/snapshot.js'
import { SnapshotList } from '../../src/snapshot/list-pages.js'
import { readSnapshot } from '../../src/snapshot/read.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  conflict,
  page,
  rejected,
  type Scripts,
  snapshot,
  snapshotId,
  whole,
} from '../support/scripted-client.js'
import { FAST, StepHarness, type StepHarnessOptions, scriptedStep, TAG } from '../support/step-harness.js'

describe('a step on a sharded cluster', () => {
  const onSharded = (options: StepHarnessOptions = {}) =>
    new StepHarness({ cluster: 'sharded', ...options, atlas: { ...FAST, ...options.atlas } })

  it.each([
    ['has none', { plainReadHasMembers: false }],
    ['has them', { plainReadHasMembers: true }],
    ['is completed before it', { plainReadLeadSeconds: 3 }],
  ])('returns the members of the sharded form if the plain form %s', async (_, atlas) => {
    const harness = onSharded({ atlas })
    const { snapshot } = await harness.obtain()
    expect(snapshot).toMatchObject({ status: 'completed', form: 'sharded' })
    expect(snapshot.memberIds).toStrictEqual(harness.atlas.snapshots()[0]?.memberIds)
    expect(snapshot.memberIds).toHaveLength(3)
    expect(harness.requests.at(-1)).toBe('6000 get-sharded 200')
    expect(harness.snapshots.slice(-2)).toStrictEqual(['4000 OWN inProgress', '6000 OWN completed'])
  })

  it('returns the sharded form with snapshot-id and wait: false, even if Atlas did not find it at first', async () => {
    const harness = onSharded({
      faults: ['get-sharded:404:code=SNAPSHOT_NOT_FOUND'],
      othersAt: [-10_000],
    })
    const [other] = harness.atlas.snapshots()
    const { snapshot } = await harness.obtain({ snapshotId: other?.id, wait: false })
    expect(snapshot).toMatchObject({ status: 'completed', form: 'sharded' })
    expect(snapshot.memberIds).toStrictEqual(other?.memberIds)
  })

  it('fails if the sharded form fails after the plain form was completed', async () => {
    const harness = onSharded({ atlas: { plainReadLeadSeconds: 3, failSnapshots: true } })
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.snapshotFailed, left: 'OWN' })
    expect(harness.snapshots).not.toContainEqual(expect.stringContaining('completed'))
  })

  it('fails if the sharded form is rejected, also with wait: false', async () => {
    const harness = onSharded({ faults: ['get-sharded:403:times=always'], othersAt: [-10_000] })
    const [other] = harness.atlas.snapshots()
    const failure = await harness.obtainFailure({ snapshotId: other?.id, wait: false })
    expect(failure).toMatchObject({ title: REMEDIES.forbidden.title, left: 'nothing' })
  })

  it('reports at the deadline that only the plain form is completed', async () => {
    const harness = onSharded({ faults: ['get-sharded:404:code=SNAPSHOT_NOT_FOUND:times=always'] })
    expect(await harness.obtainFailure({ timeoutMs: 60_000 })).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning('OWN', 'completed, but not in its sharded form'),
      remedy: mentioning('Re-run'),
    })
    expect(harness.snapshots.at(-1)).toBe('58000 OWN completed')
  })

  const sharded = (fields: Readonly<Record<string, unknown>> = {}) =>
    snapshot({ type: 'shardedCluster', ...fields })

  it.each<[string, Record<string, unknown>, Scripts<Snapshot>, string[] | undefined]>([
    ['no members of an unknown type', { type: undefined }, [], undefined],
    ['the members in the response', { snapshotIds: [snapshotId(8)] }, [], [snapshotId(8)]],
    ['the members in the sharded form', {}, sharded({ members: [{ id: snapshotId(8) }] }), [snapshotId(8)]],
    ['no members if the sharded form has none', {}, sharded(), undefined],
  ])('returns %s', async (_, fields, getSharded, ids) => {
    const harness = scriptedStep({ get: sharded(fields), getSharded })
    const { snapshot } = await harness.obtain({ snapshotId: snapshotId(1), wait: false })
    expect(snapshot.memberIds).toStrictEqual(ids)
  })

  it('returns no restore point before Atlas finds the sharded form, if only the list has the type', async () => {
    const get = snapshot({ type: undefined, status: 'completed', createdAt: '2026-08-10T03:00:00Z' })
    const harness = scriptedStep({ get, listSharded: page([whole(1, 2)]), getSharded: rejected(404) })
    const result = await harness.obtain({ snapshotId: snapshotId(1), wait: false })
    expect(result.snapshot).toMatchObject({ status: 'completed', createdAt: undefined })
  })

  // The step reads the sharded form after the plain one.
  it('fails if the sharded form of the snapshot that it created failed', async () => {
    const own = sharded({ description: TAG })
    const harness = scriptedStep({ create: own, getSharded: sharded({ status: 'failed' }) })
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({
      title: TITLES.snapshotFailed,
      message: mentioning(own.id),
    })
    expect(harness.snapshots.at(-1)).toBe(`0 ${own.id} failed`)
  })
})

describe('a snapshot that can be a part', () => {
  const read = (listSharded: Scripts<SnapshotPage>) => {
    const harness = scriptedStep({ get: snapshot(), listSharded })
    return harness.within(60_000, async (context) => {
      const lookUp = { list: new SnapshotList('sharded', context), onlyCompleted: false }
      const known = { id: snapshotId(1), lookUp }
      return readSnapshot(known, context, context.deadline.signal)
    })
  }

  it.each<[string, Scripts<SnapshotPage>]>([
    ['the sharded list has it as a part', page([whole(3, 4), whole(2, 1)])],
    ['a page before the end of an incomplete list does', [page([whole(2, 1)], 2), page([], 2)]],
  ])('is refused if %s', async (_, listSharded) => {
    await expect(read(listSharded)).rejects.toMatchObject({
      title: TITLES.partOfSnapshot,
      message: mentioning(snapshotId(1), snapshotId(2)),
    })
  })

  it.each<[string, Scripts<SnapshotPage>, string]>([
    ['is sharded if the list has it as a whole one', page([whole(1, 2)]), 'shardedCluster'],
    ['is of a replica set if the list does not have it', page([whole(2, 3)]), 'replicaSet'],
    ['is of a replica set if the list is one of replica sets', page([snapshot()]), 'replicaSet'],
    ['is of a replica set if there is no list', rejected(404), 'replicaSet'],
  ])('%s', async (_, listSharded, type) => {
    expect((await read(listSharded)).type).toBe(type)
  })

  it('is looked up again if the list is rejected although it has responded before', async () => {
    const listSharded = [page([]), rejected(404), page([whole(2, 1)])]
    const get = snapshot({ status: 'completed' })
    const lists = { getCluster: rejected(403), list: page([snapshot()]), listSharded }
    const harness = scriptedStep({ create: conflict(), get, ...lists })
    const failure = await harness.obtainFailure({ onConflict: 'reuse' })
    expect(failure).toMatchObject({ title: TITLES.partOfSnapshot })
  })

  it('cannot be read if the list is rejected, or ends too early', async () => {
    await expect(read(rejected(403))).rejects.toMatchObject({ meaning: 'rejected' })
    await expect(read(page([], 1))).rejects.toMatchObject({ meaning: 'incomplete' })
  })
})
