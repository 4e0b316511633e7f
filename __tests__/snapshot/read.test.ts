import { describe, expect, it } from '@jest/globals'
import { mentioning } from '../support/played.js'
import { cluster, lost, rejected, snapshot, snapshotId } from '../support/scripted-client.js'
import {
  FAST,
  MINUTE,
  StepHarness,
  type StepHarnessOptions,
  scriptedStep,
  TAG,
} from '../support/step-harness.js'
import { TITLES } from '../support/titles.js'

const SHARDED = cluster({ clusterType: 'GEOSHARDED' })
const sharded = (fields: Readonly<Record<string, unknown>> = {}) =>
  snapshot({ type: 'shardedCluster', ...fields })
const given = { snapshotId: snapshotId(1) } as const

describe('a step on a sharded cluster', () => {
  const onSharded = (options: StepHarnessOptions = {}) =>
    new StepHarness({ cluster: 'sharded', ...options, atlas: { ...FAST, ...options.atlas } })

  it.each([
    ['is completed with it', {}],
    ['is completed before it', { plainReadLeadSeconds: 3 }],
  ])('returns the sharded form if the plain form %s', async (_, atlas) => {
    const harness = onSharded({ atlas })
    const { snapshot } = await harness.obtain()
    expect(snapshot).toMatchObject({ status: 'completed', resource: { members: [{}, {}, {}] } })
    expect(harness.requests.at(-1)).toBe('6000 get-sharded 200')
    expect(harness.snapshots.slice(-2)).toStrictEqual(['4000 OWN inProgress', '6000 OWN completed'])
  })

  it('takes a snapshot for in progress, without a restore point, until Atlas finds the sharded form', async () => {
    const get = snapshot({ type: undefined, status: 'completed', createdAt: '2026-08-10T03:00:00Z' })
    const harness = onSharded({ faults: ['get-sharded:404:code=SNAPSHOT_NOT_FOUND:times=always'] })
    const failure = await harness.obtainFailure({ timeoutMs: MINUTE })
    expect(failure).toMatchObject({ title: TITLES.timedOut, message: mentioning('OWN', 'inProgress') })
    expect(harness.snapshots).not.toContainEqual(expect.stringContaining('completed'))
    const missing = scriptedStep({ get, getCluster: SHARDED, getSharded: rejected(404) })
    expect(await missing.obtain({ ...given, wait: false })).toMatchObject({
      snapshot: { status: 'inProgress', createdAt: undefined },
    })
  })

  it('fails if the sharded form fails after the plain form was completed', async () => {
    const harness = onSharded({ atlas: { plainReadLeadSeconds: 3, failSnapshots: true } })
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.snapshotFailed, left: 'OWN' })
    expect(harness.snapshots).not.toContainEqual(expect.stringContaining('completed'))
  })

  it('reads the sharded form although the plain form has no type, and again if it is not answered', async () => {
    const get = snapshot({ type: undefined, status: 'completed' })
    const getSharded = [sharded({ status: 'queued' }), lost(), sharded({ status: 'completed' })]
    const create = sharded({ description: TAG })
    const harness = scriptedStep({ create, get, getCluster: SHARDED, getSharded })
    await harness.obtain()
    const statuses = harness.snapshots.map((line) => line.split(' ')[2])
    expect(statuses).toStrictEqual(['queued', 'queued', 'completed'])
  })

  it('does not read a snapshot again that the list shows as completed', async () => {
    const own = sharded({ status: 'completed', description: TAG })
    const harness = scriptedStep({ create: lost(), listSharded: [[own]], getCluster: SHARDED })
    expect((await harness.obtain()).snapshot).toBe(own)
  })
})

describe('a step with snapshot-id', () => {
  it('takes a snapshot without a type for one of the replica set', async () => {
    const harness = scriptedStep({ get: snapshot({ type: undefined, status: 'completed' }) })
    expect(await harness.obtain(given)).toMatchObject({ snapshot: { status: 'completed' } })
  })

  it.each([
    // Atlas was recorded to send a 404 without a code.
    ['get:404:code=null', TITLES.snapshotNotFound, 1],
    ['get:401:code=USER_UNAUTHORIZED', TITLES.missingRole, 1],
    ['get:404:code=CLUSTER_NOT_FOUND', TITLES.clusterNotFound, 1],
    ['get:404:code=GROUP_NOT_FOUND', TITLES.projectNotFound, 1],
    ['get:404:code=BACKUP_CONFIG_NOT_FOUND', TITLES.noCloudBackup, 1],
    ['get:html=403', TITLES.notAtlas, 1],
    ['cluster:401:code=USER_UNAUTHORIZED', TITLES.missingRole, 2],
  ])('fails at once after %s', async (fault, title, requests) => {
    const harness = new StepHarness({ faults: [fault], othersAt: [0] })
    const [other] = harness.atlas.snapshots()
    expect(await harness.obtainFailure({ snapshotId: other?.id })).toMatchObject({ title })
    expect(harness.requests).toHaveLength(requests)
  })
})
