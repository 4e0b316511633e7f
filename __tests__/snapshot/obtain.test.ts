import { describe, expect, it } from '@jest/globals'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { LIST_CONSISTENCY_DELAY_MS } from '../../src/snapshot/decision.js'
import { TITLES } from '../../src/titles.js'
import { mentioning } from '../support/played.js'
import {
  cluster,
  lost,
  page,
  rejected,
  type Script,
  snapshot,
  snapshotId,
  whole,
} from '../support/scripted-client.js'
import { SENT, StepHarness, scriptedStep } from '../support/step-harness.js'

describe('a step with wait: false', () => {
  it('reads the snapshot that a list showed again if Atlas did not find it at first', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed', 'get:404:code=SNAPSHOT_NOT_FOUND'] })
    expect(await harness.obtain({ wait: false })).toMatchObject({ snapshot: { status: 'queued' } })
  })

  it('fails at once if the snapshot of another client that a list showed no longer exists', async () => {
    const harness = new StepHarness({ faults: ['get:404:code=SNAPSHOT_NOT_FOUND'], othersAt: [0] })
    const { title } = await harness.obtainFailure({ wait: false, onConflict: 'reuse' })
    expect(title).toBe(REMEDIES.snapshotNotFound.title)
  })

  it('reports a snapshot that has failed since a list showed it', async () => {
    const own = snapshot({ description: SENT })
    const list = page([{ ...own, resource: undefined }])
    const harness = scriptedStep({ create: lost(), list, get: { ...own, status: 'failed' } })
    expect((await harness.obtainFailure({ wait: false })).title).toBe(TITLES.snapshotFailed)
    expect(harness.snapshots).toStrictEqual([`0 ${own.id} queued`, `0 ${own.id} failed`])
  })

  it('fails after a response that is not from Atlas, unlike after any other without the members', async () => {
    const harness = (effect: string) =>
      new StepHarness({ cluster: 'sharded', faults: [`get-sharded:${effect}`] })
    expect(await harness('403').obtain({ wait: false })).toMatchObject({ created: true })
    expect(await harness('redirect=https://evil.example/').obtainFailure({ wait: false })).toMatchObject({
      title: TITLES.redirect,
      left: 'OWN',
    })
  })

  it('logs no notice about later changes if the snapshot is completed', async () => {
    const own = snapshot({ status: 'completed', description: SENT })
    const harness = scriptedStep({ create: own })
    await harness.obtain({ wait: false })
    expect(harness.lines.filter((line) => line.includes(' notice '))).toStrictEqual([
      mentioning(own.id, 'completed'),
    ])
  })
})

describe('a snapshot from a list of a cluster that cannot be read', () => {
  const own = snapshot({ description: SENT, status: 'completed' })
  const listed = { ...own, resource: undefined }
  const sharded = whole(9, 1)
  const ended = { ...sharded, status: 'completed' }
  const script: Script = { create: lost(), list: page([listed]), get: own, getCluster: rejected(401) }

  it.each([true, false])(
    'fails the step if it turns out as a part, and names the whole one (wait: %s)',
    async (wait) => {
      const harness = scriptedStep({ ...script, listSharded: [page([]), page([sharded])] })
      const { title, message, remedy } = await harness.obtainFailure({ wait })
      expect({ title, message }).toStrictEqual({
        title: TITLES.partOfSnapshot,
        message: mentioning(own.id, sharded.id),
      })
      // With the ID of the part, the next step would fail, too.
      expect(remedy).not.toContain(own.id)
    },
  )

  it.each<[string, Script, boolean, number]>([
    ['when it is read', { list: page([{ ...listed, status: 'queued' }]) }, true, 2],
    ['also with wait: false', { get: { ...own, status: 'queued' } }, false, 2],
    ['never if the cluster can be read', { getCluster: cluster() }, true, 1],
    ['never if it is sharded', { list: page([{ ...sharded, description: SENT }]), get: ended }, true, 1],
  ])('is looked up %s', async (_, more, wait, times) => {
    const harness = scriptedStep({ ...script, ...more })
    expect(await harness.obtain({ wait })).toMatchObject({ created: true })
    expect(harness.calls.filter((call) => call === 'list sharded 1')).toHaveLength(times)
  })

  // Before that, the list can lack a whole snapshot whose part is in the plain list.
  it('is looked up at the earliest after 5 s with wait: false', async () => {
    const harness = scriptedStep(script)
    await harness.obtain({ wait: false })
    expect(harness.clock.now()).toBe(LIST_CONSISTENCY_DELAY_MS)
  })

  it('is completed only in its sharded form if the sharded list shows it as a whole one', async () => {
    const listSharded = [page([]), page([snapshot({ ...own.resource, type: 'shardedCluster' })])]
    const harness = scriptedStep({ ...script, listSharded, getSharded: ended })
    expect(await harness.obtain()).toMatchObject({ snapshot: { form: 'sharded' } })
  })
})

describe('a step with snapshot-id', () => {
  it('waits for the sharded form if only the sharded list shows the type', async () => {
    const [id, type] = [snapshotId(1), 'shardedCluster']
    const plain = snapshot({ id, status: 'completed', type: undefined })
    const sharded = (status: string) => snapshot({ id, status, type }, { form: 'sharded' })
    const harness = scriptedStep({
      get: plain,
      getSharded: [sharded('inProgress'), sharded('completed')],
      listSharded: page([sharded('inProgress')]),
    })
    expect(await harness.obtain({ snapshotId: id })).toMatchObject({
      snapshot: { status: 'completed', form: 'sharded' },
    })
    expect(harness.calls).toHaveLength(5)
  })

  it.each([
    // Atlas was recorded to send a 404 without a code.
    ['null', REMEDIES.snapshotNotFound.title],
    ['CLUSTER_NOT_FOUND', REMEDIES.clusterNotFound.title],
  ])('fails at once after a 404 with the code %s: %s', async (code, title) => {
    const harness = new StepHarness({ faults: [`get:404:code=${code}`] })
    expect(await harness.obtainFailure({ snapshotId: snapshotId(1) })).toMatchObject({ title })
    expect(harness.requests).toHaveLength(1)
  })

  it('fails at once if the first response is not from Atlas', async () => {
    const harness = new StepHarness({ faults: ['get:html=403'] })
    const { title } = await harness.obtainFailure({ snapshotId: snapshotId(1) })
    expect(title).toBe(REMEDIES.forbidden.title)
    expect(harness.requests).toHaveLength(1)
  })

  it('reports the last error if it times out before the first response', async () => {
    const harness = new StepHarness({ faults: ['get:503:times=always'] })
    const report = await harness.obtainFailure({ snapshotId: snapshotId(1), timeoutMs: 10_000 })
    expect(report).toMatchObject({ title: TITLES.timedOut, message: mentioning(snapshotId(1), '503') })
  })
})

describe('a step that must stop during its POST', () => {
  it.each([
    ['a cancellation', { cancelAt: 1_000 }, TITLES.canceled, 'Re-run'],
    ['the deadline', {}, TITLES.timedOut, 'timeout-minutes'],
  ])('waits up to 1 s after %s for the response, even with wait: false', async (_, options, title, fact) => {
    const harness = new StepHarness({ faults: ['create:delay=1999'], ...options })
    expect(await harness.obtainFailure({ wait: false, timeoutMs: 1_500 })).toMatchObject({
      title,
      left: 'OWN',
      message: mentioning('queued'),
      remedy: mentioning('Re-run', fact),
    })
    expect(harness.snapshots).toStrictEqual(['1999 OWN queued'])
    expect(harness.requests).toStrictEqual(['0 create 200'])
  })

  it.each([
    ['503', TITLES.canceled, 'maybe'],
    ['429', TITLES.canceled, 'nothing'],
    ['400:code=UNFINISHED_ON_DEMAND_SNAPSHOT', TITLES.canceled, 'maybe'],
    ['403', REMEDIES.forbidden.title, 'nothing'],
  ])('sends no other request after the response: %s', async (effect, title, left) => {
    const harness = new StepHarness({ faults: [`create:${effect}`], latencyMs: 400, cancelAt: 500 })
    expect(await harness.obtainFailure()).toMatchObject({ title, left })
    expect(harness.requests).toHaveLength(1)
    expect(harness.clock.now()).toBe(800)
  })

  it('waits no longer than 1 s for the response', async () => {
    const harness = new StepHarness({ faults: ['create:hang'], cancelAt: 500 })
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.canceled, left: 'maybe' })
    expect(harness.clock.now()).toBe(1_500)
  })

  describe('and whose snapshot is already completed', () => {
    const setup = { faults: ['create:delay=800'], atlas: { secondsToCompleted: 0 } }

    it('fails if it was canceled', async () => {
      const harness = new StepHarness({ ...setup, cancelAt: 500 })
      expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.canceled, left: 'OWN' })
      expect(harness.snapshots).toStrictEqual(['800 OWN completed'])
    })

    it('succeeds at the deadline', async () => {
      const ended = await new StepHarness(setup).obtain({ timeoutMs: 500 })
      expect(ended.snapshot.status).toBe('completed')
    })
  })
})
