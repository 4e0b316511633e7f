import { describe, expect, it } from '@jest/globals'
import { REMEDIES } from '../../src/atlas/remedies.js'
import { NOT_FOUND_REPORT } from '../../src/snapshot/reports.js'
import { TITLES } from '../../src/titles.js'
import { thrownBy } from '../support/http-responses.js'
import { mentioning } from '../support/played.js'
import {
  cluster,
  losses,
  lost,
  page,
  rejected,
  scriptedClient,
  snapshot,
  snapshotId,
} from '../support/scripted-client.js'
import {
  FAST,
  MINUTE,
  SENT,
  StepHarness,
  type StepHarnessOptions,
  scriptedStep,
  TAG,
} from '../support/step-harness.js'
import { post } from '../support/step-requests.js'

describe('a step with wait: false', () => {
  it('fails if the snapshot that a list showed no longer exists', async () => {
    const harness = new StepHarness({ faults: ['create:reset:executed'], atlas: { read404Seconds: 3_600 } })
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({
      title: REMEDIES.snapshotNotFound.title,
      left: 'OWN',
      message: mentioning('1 min', NOT_FOUND_REPORT),
    })
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

  it('logs no such notice if the snapshot is completed', async () => {
    const own = snapshot({ status: 'completed', description: SENT })
    const harness = scriptedStep({ create: [own] })
    await harness.obtain({ wait: false })
    expect(harness.lines.filter((line) => line.includes(' notice '))).toStrictEqual([
      mentioning(own.id, 'completed'),
    ])
  })

  it.each<[string, StepHarnessOptions, string]>([
    [
      'in the response to the POST',
      { client: scriptedClient({ create: [snapshot({ status: 'failed', description: TAG })] }) },
      `0 ${snapshotId(1)} failed`,
    ],
    [
      'in the lists',
      { faults: ['create:hang:executed'], atlas: { ...FAST, failSnapshots: true } },
      '30000 OWN failed',
    ],
  ])('reports a snapshot that failed %s, then fails', async (_, options, seen) => {
    const harness = new StepHarness(options)
    expect((await harness.obtainFailure({ wait: false })).title).toBe(TITLES.snapshotFailed)
    expect(new Set(harness.snapshots)).toStrictEqual(new Set([seen]))
  })
})

describe('a snapshot from a list of a cluster that cannot be read', () => {
  const own = snapshot({ description: SENT, status: 'completed' })
  const whole = snapshot(
    { id: snapshotId(9), description: SENT, type: 'shardedCluster', snapshotIds: [own.id] },
    { form: 'sharded' },
  )
  const listed = { ...own, resource: undefined }
  const script = { create: [lost()], list: page([listed]), get: own, getCluster: rejected(401) }

  it.each([true, false])(
    'fails the step if it turns out as a part, and names the whole one (wait: %s)',
    async (wait) => {
      const listSharded = [page([]), page([whole])]
      const harness = scriptedStep({ ...script, listSharded })
      const error = await thrownBy(() => harness.obtain({ wait }))
      expect(error).toMatchObject({ title: TITLES.partOfSnapshot, message: mentioning(own.id, whole.id) })
      // With the ID of the part, the next step would fail, too.
      expect(error).toMatchObject({ remedy: expect.not.stringContaining(own.id) })
    },
  )

  it('is looked up once, when it is completed', async () => {
    const client = scriptedClient({
      ...script,
      list: page([{ ...listed, status: 'queued' }]),
      listSharded: [page([]), page([])],
    })
    expect(await new StepHarness({ client }).obtain()).toMatchObject({ created: true })
    expect(client.calls.at(-1)).toBe('list sharded 1')
    const queued = { ...script, get: { ...own, status: 'queued' }, listSharded: [page([])] }
    expect(await scriptedStep(queued).obtain({ wait: false })).toMatchObject({ created: true })
  })

  it('fails the step if the sharded list cannot be read, with the ID', async () => {
    const listSharded = [page([]), rejected(403)]
    expect(await scriptedStep({ ...script, listSharded }).obtainFailure()).toMatchObject({
      message: mentioning('403', own.id),
      remedy: mentioning(`snapshot-id: ${own.id}`),
    })
  })

  it('is not looked up if the cluster can be read', async () => {
    const known = { ...script, getCluster: cluster(), listSharded: [page([])] }
    expect(await scriptedStep(known).obtain()).toMatchObject({ created: true })
  })
})

describe('a step with snapshot-id', () => {
  /** A step for the snapshot of another client that has just been created. */
  function withOther(faults: readonly string[]) {
    const harness = new StepHarness({ atlas: FAST, faults })
    harness.createOtherSnapshot()
    return { harness, snapshotId: harness.atlas.snapshots().at(-1)?.id ?? 'none' }
  }

  it('waits for the sharded form if only the sharded list shows the type', async () => {
    const [id, type] = [snapshotId(1), 'shardedCluster']
    const plain = snapshot({ id, status: 'completed', type: undefined })
    const sharded = (status: string) => snapshot({ id, status, type }, { form: 'sharded' })
    const client = scriptedClient({
      get: [plain, plain, plain],
      getSharded: [sharded('inProgress'), sharded('completed')],
      listSharded: [page([sharded('inProgress')])],
    })
    const harness = new StepHarness({ client })
    expect(await harness.obtain({ snapshotId: id })).toMatchObject({
      snapshot: { status: 'completed', form: 'sharded' },
    })
    expect(client.calls).toHaveLength(6)
  })

  it('fails at once for a part, and names the whole one', async () => {
    const whole = snapshot({ id: snapshotId(9), type: 'shardedCluster', snapshotIds: [snapshotId(1)] })
    const harness = scriptedStep({ get: [snapshot()], listSharded: page([whole]) })
    expect(await harness.obtainFailure({ snapshotId: snapshotId(1) })).toMatchObject({
      title: TITLES.partOfSnapshot,
      remedy: mentioning(whole.id),
    })
  })

  it('reports the snapshot if it times out before the sharded list is read', async () => {
    const { harness, snapshotId } = withOther(['list-sharded:503:times=always'])
    expect(await harness.obtainFailure({ snapshotId, timeoutMs: MINUTE })).toMatchObject({
      title: TITLES.timedOut,
      message: mentioning('OTHER', 'queued', 'HTTP 503'),
      remedy: mentioning('snapshot-id: OTHER', 'wait: true'),
    })
  })

  it('fails at once if the first response is not from Atlas', async () => {
    const { harness, snapshotId } = withOther(['get:html=403'])
    expect(await harness.obtainFailure({ snapshotId })).toMatchObject({ title: REMEDIES.forbidden.title })
    expect(harness.clock.now()).toBe(0)
  })

  it('fails after an outage of five minutes', async () => {
    const harness = scriptedStep({ get: losses(100) })
    expect(await harness.obtainFailure({ snapshotId: snapshotId(1) })).toMatchObject({
      message: mentioning('Lost.', '5 min'),
    })
    expect(harness.clock.now()).toBe(300_500)
  })
})

describe('a cancellation', () => {
  it('during the POST waits up to 1 s for its response, even with wait: false', async () => {
    const harness = new StepHarness({ faults: ['create:delay=1999'] })
    harness.cancelAt(1_000)
    expect(await harness.obtainFailure({ wait: false })).toMatchObject({
      title: TITLES.canceled,
      left: 'OWN',
      message: mentioning('queued'),
      remedy: mentioning('snapshot-id: OWN', 'wait: true'),
    })
    expect(harness.snapshots).toStrictEqual(['1999 OWN queued'])
    expect(harness.requests).toStrictEqual(post(0))
  })

  it.each([
    ['503', TITLES.canceled, 'maybe'],
    ['429', TITLES.canceled, 'nothing'],
    ['400:code=UNFINISHED_ON_DEMAND_SNAPSHOT', TITLES.canceled, 'maybe'],
    ['403', REMEDIES.forbidden.title, 'nothing'],
  ])('sends no other request after the response to the POST: %s', async (effect, title, left) => {
    const harness = new StepHarness({ faults: [`create:${effect}:delay-ms=800`] })
    harness.cancelAt(500)
    expect(await harness.obtainFailure()).toMatchObject({ title, left })
    expect(harness.requests).toHaveLength(2)
    expect(harness.clock.now()).toBe(800)
  })

  it('during the POST ends the step even if the response shows a completed snapshot', async () => {
    const atlas = { secondsToInProgress: 0, secondsToCompleted: 0 }
    const harness = new StepHarness({ faults: ['create:delay=800'], atlas })
    harness.cancelAt(500)
    expect(await harness.obtainFailure()).toMatchObject({ title: TITLES.canceled, left: 'OWN' })
    expect(harness.snapshots).toStrictEqual(['800 OWN completed'])
  })
})

// With wait: true, the wait ends with the same error.
it('a step with wait: false fails if the response to its POST arrives after the deadline', async () => {
  const harness = new StepHarness({ faults: ['create:delay=20500'] })
  expect(await harness.obtainFailure({ wait: false, timeoutMs: 20_000 })).toMatchObject({
    title: TITLES.timedOut,
    left: 'OWN',
    remedy: mentioning('snapshot-id: OWN', 'wait: true', 'timeout-minutes'),
  })
  expect(harness.snapshots).toStrictEqual(['20500 OWN queued'])
})
