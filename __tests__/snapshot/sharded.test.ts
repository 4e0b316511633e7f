import { describe, expect, it } from '@jest/globals'
import { memberIds } from '../../src/snapshot/sharded.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import { type Scripted, scriptedClient, snapshot, snapshotId } from '../support/scripted-client.js'
import { FAST, StepHarness, type StepHarnessOptions, scriptedStep, TAG } from '../support/step-harness.js'

describe('a step on a sharded cluster', () => {
  const onSharded = (options: StepHarnessOptions = {}) =>
    new StepHarness({ cluster: 'sharded', ...options, atlas: { ...FAST, ...options.atlas } })

  it.each([
    ['has none', false],
    ['has them', true],
  ])('returns the members of the sharded form if the plain form %s', async (_, plainReadHasMembers) => {
    const harness = onSharded({ atlas: { plainReadHasMembers } })
    const { snapshot } = await harness.obtain()
    expect(memberIds(snapshot)).toStrictEqual(harness.atlas.snapshots()[0]?.memberIds)
    expect(memberIds(snapshot)).toHaveLength(3)
    expect(harness.requests.at(-1)).toBe('6000 get-sharded 200')
    expect(harness.requests).toHaveLength(6)
    expect(harness.snapshots).toStrictEqual([
      '0 OWN queued',
      '2000 OWN inProgress',
      '4000 OWN inProgress',
      '6000 OWN completed',
    ])
  })

  it('waits until the sharded form is completed', async () => {
    const harness = onSharded({ atlas: { plainReadLeadSeconds: 3 } })
    const { snapshot } = await harness.obtain()
    const [own] = harness.atlas.snapshots()
    expect(harness.requests).toContain('4000 get-sharded 200')
    expect(harness.snapshots.at(-2)).toBe('4000 OWN inProgress')
    expect(harness.clock.now()).toBe(6_000)
    expect(snapshot).toMatchObject({ status: 'completed', resource: { snapshotIds: own?.memberIds } })
    expect(memberIds(snapshot)).toStrictEqual(own?.memberIds)
  })

  it.each(['get-sharded:404:code=SNAPSHOT_NOT_FOUND', 'get-sharded:503'])(
    'returns the status of the sharded form with snapshot-id and wait: false: %s',
    async (fault) => {
      const harness = onSharded({ faults: [fault] })
      harness.createOtherSnapshot()
      await harness.clock.advance(10_000)
      const [{ id } = { id: '' }] = harness.atlas.snapshots()
      const { snapshot } = await harness.obtain({ snapshotId: id, wait: false })
      expect(snapshot).toMatchObject({ status: 'completed', form: 'sharded' })
      expect(memberIds(snapshot)).toHaveLength(3)
    },
  )

  it('fails if the sharded form fails after the plain form was completed', async () => {
    const harness = onSharded({ atlas: { plainReadLeadSeconds: 3, failSnapshots: true } })
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.snapshotFailed, left: 'OWN' })
    expect(harness.snapshots).not.toContainEqual(expect.stringContaining('completed'))
  })

  it('reports at the deadline that only the plain form is completed', async () => {
    const harness = onSharded({ faults: ['get-sharded:404:code=SNAPSHOT_NOT_FOUND:times=always'] })
    expect(await harness.obtainFailure({ timeoutMs: 60_000 })).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning('OWN', 'completed, but not in its sharded form'),
      remedy: mentioning('snapshot-id: OWN', 'wait: true'),
    })
    expect(harness.snapshots.at(-1)).toBe('58000 OWN completed')
  })

  const sharded = (fields: Readonly<Record<string, unknown>> = {}) =>
    snapshot({ type: 'shardedCluster', ...fields })

  it.each<[string, Record<string, unknown>, Scripted<ReturnType<typeof sharded>>[], string[]]>([
    ['the ID of a replica set', { type: 'replicaSet' }, [], [snapshotId(1)]],
    ['the ID of an unknown type', { type: undefined }, [], [snapshotId(1)]],
    ['the members in the response', { snapshotIds: [snapshotId(8)] }, [], [snapshotId(8)]],
    ['the members in the sharded form', {}, [sharded({ members: [{ id: snapshotId(8) }] })], [snapshotId(8)]],
    ['no IDs if the sharded form has no members', {}, [sharded()], []],
  ])('returns %s', async (_, fields, getSharded, ids) => {
    const client = scriptedClient({ get: [sharded(fields)], getSharded })
    const harness = new StepHarness({ client })
    const { snapshot } = await harness.obtain({ snapshotId: snapshotId(1), wait: false })
    expect(memberIds(snapshot)).toStrictEqual(ids)
    const reads = client.calls.filter((call) => call.startsWith('get sharded'))
    expect(reads).toHaveLength(getSharded.length)
  })

  // The step reads the sharded form after the plain one.
  it('fails if the sharded form of the snapshot that it created failed', async () => {
    const own = sharded({ description: TAG })
    const getSharded = [sharded({ status: 'failed' })]
    const harness = scriptedStep({ create: [own], getSharded })
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({
      title: TITLES.snapshotFailed,
      message: mentioning(own.id),
    })
    expect(harness.snapshots.at(-1)).toBe(`0 ${own.id} failed`)
  })
})
